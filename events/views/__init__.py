"""Pages about events: reading and booking."""
