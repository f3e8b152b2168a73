"""What people type about lists."""
