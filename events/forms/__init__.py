"""What people type when they book."""
