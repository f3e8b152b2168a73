"""What people type, without the signs that no document can hold."""

import re

# What XML 1.0 forbids, and with it Word and Excel. Line ends and tabs may stay.
FORBIDDEN = re.compile("[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def legible(text: str) -> str:
    """The text with line ends as `\\n` and without what XML forbids."""
    return FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
