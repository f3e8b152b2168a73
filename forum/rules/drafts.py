"""What can be kept as a draft, and for how long."""

from datetime import timedelta

from forum.markup import MOST_CHARACTERS
from forum.rules.posting import MOST_IN_SUBJECT, can_be_kept

KEPT = timedelta(days=90)
MOST_DRAFTS = 50
MOST_IN_DRAFT = 2 * MOST_CHARACTERS  # whoever has written too much needs somewhere to cut it
REMOVED = "What this draft is for is no longer there."


def refusal_of_draft(subject: str, text: str, *, others: int) -> str | None:
    """Why this cannot be kept beside `others` of the same person; `None` if it can."""
    if len(text) > MOST_IN_DRAFT or len(subject) > MOST_IN_SUBJECT + 50:
        return "This is too long to be kept as a draft."
    if not can_be_kept(subject + text):
        return "There is a character in it that cannot be kept."
    if others >= MOST_DRAFTS:
        return f"You have {MOST_DRAFTS} drafts. Post or throw away some of them."
    return None
