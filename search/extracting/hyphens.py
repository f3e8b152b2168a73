"""Joins words that were divided at the end of a line, as far as a document shows which hyphens are its own."""

import re

# PDFium writes one of two signs for a hyphen at the end of a line that it takes for a divided word.
DIVIDED = re.compile(r"(?<=\w)(?:[-‐][ \r]*\n\s*|[\x02\ufffe]\s*)(?=\w)")
WORD = re.compile(r"\w+")


def joined(text: str) -> str:
    """`text` with its divided words whole.

    “multi-” and “disciplinary” are one word if “multidisciplinary” stands elsewhere; if it does not, and both stand elsewhere
    as words of their own, the hyphen was there before the line ended.
    """
    pieces = DIVIDED.split(text)
    words = [WORD.findall(piece) for piece in pieces]
    last = len(pieces) - 1
    known = {
        word.lower()
        for place, found in enumerate(words)
        for word in found[min(place, 1) : len(found) - (place < last)]
    }
    whole = [pieces[0]]
    for before, after, piece in zip(words, words[1:], pieces[1:], strict=False):
        left, right = before[-1].lower(), after[0].lower()
        is_own = left + right not in known and left in known and right in known
        whole += ["-" if is_own else "", piece]
    return "".join(whole)
