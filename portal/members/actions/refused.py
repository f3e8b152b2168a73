"""What an action raises when it will not do what was asked."""


class RefusedError(Exception):
    """What was asked cannot be done; the message says why, for the person who asked."""
