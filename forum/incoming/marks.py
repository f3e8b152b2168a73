"""Marks between the lines of a mail that has been taken apart: where an older mail begins and ends, and a signature."""

HISTORY, HISTORY_END, SIGNATURE, SIGNATURE_END = MARKS = "\ue000\ue001\ue002\ue003"


def is_mark(line: str) -> bool:
    """Whether a line is a mark and no text. A mark may lie within quotes."""
    return line.strip("> ") in set(MARKS)
