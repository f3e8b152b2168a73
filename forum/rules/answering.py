"""What a sender is told about a mail to a list: one plain answer for each reason, with one thing to do. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Because(StrEnum):
    """Why a mail did not become a post that everybody reads, or what was done instead."""

    MODERATOR = "moderator"
    TERMS = "terms"
    UNPROVEN = "unproven"
    NO_ACCESS = "no-access"
    STRANGER = "stranger"
    REFUSED = "refused"
    EMPTY = "empty"
    GONE = "gone"
    DIGEST = "digest"
    WITHOUT_FILES = "without-files"
    NOT_UNDERSTOOD = "not-understood"
    DUPLICATE = "duplicate"
    NO_BOUNCE = "no-bounce"
    DENIED = "denied"
    EXPIRED = "expired"
    SUBSCRIBE = "subscribe"
    LEFT = "left"
    HELP = "help"
    DELIVERY = "delivery"


@dataclass(frozen=True)
class Answer:
    """What the answer says: a heading, paragraphs, and the words of the link, if there is something to do."""

    heading: str
    paragraphs: tuple[str, ...]
    link: str = ""


# `{why}` is what the portal knows about it in words, `{subject}` that of the mail, `{list}` the list, `{address}` its address.
ANSWERS: dict[Because, Answer] = {
    Because.MODERATOR: Answer(
        "Your post waits for a manager",
        (
            "Your mail “{subject}” to {list} has arrived. A manager looks at it before others can read it.",
            "{why}",
        ),
        "Look at your post",
    ),
    Because.TERMS: Answer(
        "Your post waits until you have accepted the terms",
        (
            "Your mail “{subject}” to {list} has arrived, and is kept.",
            "{why}",
            "As soon as you have accepted them, it is posted. If you do not within 30 days, it is not posted.",
        ),
        "Read and accept the terms",
    ),
    Because.UNPROVEN: Answer(
        "Did you write this?",
        (
            "A mail “{subject}” came to {list} with your address. We cannot tell whether it is from you, so it has not been posted.",
            "If you wrote it, say so on the page below. If you did not, say that, or do nothing.",
        ),
        "Look at the mail",
    ),
    Because.NO_ACCESS: Answer(
        "Your mail has not been posted",
        ("Your mail “{subject}” to {list} has not been posted.", "{why}"),
        "Who may be on this list",
    ),
    Because.STRANGER: Answer(
        "Your mail has not been posted",
        (
            "Your mail “{subject}” to {list} has not been posted, since we know nobody with this address.",
            "If you are on the list, write from an address that is in your account, or add this one to it.",
        ),
        "Who may be on this list",
    ),
    Because.REFUSED: Answer(
        "Your mail has not been posted",
        ("Your mail “{subject}” to {list} has not been posted.", "{why}"),
        "Write on the web instead",
    ),
    Because.EMPTY: Answer(
        "Your mail has not been posted",
        ("We found no words in your mail “{subject}” to {list}, so there was nothing to post.",),
        "Write on the web instead",
    ),
    Because.GONE: Answer(
        "Your answer has not been posted",
        ("The post that your mail “{subject}” answers is not there any more.",),
        "Open the list",
    ),
    Because.DIGEST: Answer(
        "Your answer has not been posted",
        (
            "Your mail “{subject}” answers a mail with several posts, so that we do not know which one you mean.",
            "Under each post in that mail there is a link with which you answer this one.",
        ),
        "Open the list",
    ),
    Because.WITHOUT_FILES: Answer(
        "Your post is there, without its files",
        ("Your mail “{subject}” to {list} has been posted. Not all of its files could be taken:", "{why}"),
        "Look at your post",
    ),
    Because.NOT_UNDERSTOOD: Answer(
        "Your mail has not been posted",
        (
            "We could not read your mail “{subject}” to {list}. It is kept, and somebody looks into it.",
            "You can write your post on the web.",
        ),
        "Write on the web instead",
    ),
    Because.SUBSCRIBE: Answer(
        "How to join {list}",
        ("{why}",),
        "Go on",
    ),
    Because.LEFT: Answer(
        "You have left {list}",
        (
            "As you asked by mail, you are not on {list} any more: you can neither read nor post there, and get no mail from it.",
            "If you did not ask for this, come back on the page below and change your password.",
        ),
        "About this list",
    ),
    Because.HELP: Answer(
        "How to use {list} by e-mail",
        (
            "To start a topic, write to {address}. To answer a post, answer the mail that you got.",
            "Mail to these addresses, with or without words in it, does the following. {commands}",
        ),
        "Open the list",
    ),
    Because.DELIVERY: Answer(
        "What you get of {list} by e-mail",
        ("{why}",),
        "Choose what you get",
    ),
}


def answer(because: Because, **words: str) -> Answer:
    """What a sender is told. `words` are what stands in braces in `ANSWERS`; paragraphs that are empty are left out."""
    found = ANSWERS[because]
    paragraphs = tuple(said for one in found.paragraphs if (said := one.format(**words).strip()))
    return Answer(found.heading.format(**words), paragraphs, found.link)


def is_told(because: Because) -> bool:
    """Whether the sender hears of it at all."""
    return because in ANSWERS
