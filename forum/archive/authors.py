"""Who wrote a mail of an archive: the addresses by which somebody with an account is known, or else a name that is no address."""

import re

from forum.incoming.fields import ADDRESS
from forum.incoming.received import Received
from forum.outgoing.headers import one_line
from forum.quoting import NOBODY

LONGEST_NAME = 80
UNKNOWN = "Unknown author"
# What list servers write before the address of a list when they send in its name.
VIA = re.compile(r"(.+) via .+")
# Archives of Mailman on the web: `ada at one.example (Ada Example)`.
PIPERMAIL = re.compile(r"\s*(\S{1,80}) at (\S{1,120}\.\S{1,40}?)(?:\s+\((.{0,200})\))?\s*")


def author_of(received: Received) -> tuple[list[str], str]:
    """The addresses that can be those of who wrote a mail, in small letters, and the name to keep if none is a person's.

    The name is never an address: at most what stands before the @. Empty for somebody who was forgotten.
    """
    name, address = received.from_name, received.from_address
    if not address and (found := PIPERMAIL.fullmatch(received.header("from"))):
        address, name = f"{found[1]}@{found[2]}", found[3] or ""
    written_by = [address]
    if (sent_for := VIA.fullmatch(name)) and _is_of_a_list(received, address):
        name = sent_for[1]
        written_by = [one.address for one in received.reply_to if one.address != address]
    known = name_without_address(name)
    if not known and written_by:
        known = name_without_address(written_by[0].partition("@")[0])
    return [one.lower() for one in written_by if one], "" if known == NOBODY else known or UNKNOWN


def _is_of_a_list(received: Received, address: str) -> bool:
    """Whether a mail is sent in the name of a list: as mails are that domains would refuse otherwise (DMARC)."""
    return f"mailto:{address}" in received.header("list-post") or any(
        one.address != address for one in received.reply_to
    )


def name_without_address(name: str) -> str:
    """A name as readers may see it. What is an address, or looks like one, is cut at its @."""
    words = ADDRESS.sub(lambda found: found[0].partition("@")[0] if found[0] == name.strip() else "", name)
    if found := PIPERMAIL.fullmatch(words):
        words = found[3] or found[1]
    words = one_line(words.partition("@")[0]).replace("()", "").strip(" '\"<>()[],;")
    return words if len(words) <= LONGEST_NAME else words[: LONGEST_NAME - 1].rstrip() + "…"
