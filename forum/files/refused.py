"""What is raised when a file cannot be taken."""


class FileRefused(Exception):
    """A file cannot be added to a post; the message says why, and what to do, for the person who sent it."""
