"""The demo: content that shows what the portal does, and what loads it."""
