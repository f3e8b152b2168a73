"""What readers see of events."""
