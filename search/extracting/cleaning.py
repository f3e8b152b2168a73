"""Makes text plain: composed characters, nothing that cannot be seen, one blank between words and one line end between lines."""

import re
import unicodedata

LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Controls, marks that turn the direction of writing, blanks of no width, soft hyphens, halves of characters, and what
# Unicode says is no character.
UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc"
    "\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
# Signs that mean something in one typeface only, such as Word's bullets; and what stands for a character that was lost.
FOR_NOBODY = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
# Whoever looks for “first” types no ligature.
LIGATURES = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}
BLANKS = re.compile(r"[^\S\n]+")
ENDS = re.compile(r" ?\n[ \n]*")


def clean(text: str) -> str:
    """`text` as it is kept. Every pattern here is worked through in one go, however long a run of the same sign is."""
    text = LINE_ENDS.sub("\n", text)
    text = FOR_NOBODY.sub(" ", UNSEEN.sub("", text)).translate(LIGATURES)
    text = ENDS.sub("\n", BLANKS.sub(" ", text)).strip()
    return unicodedata.normalize("NFC", text)
