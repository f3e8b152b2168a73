"""What is done to links: they are gathered, looked at, and left."""
