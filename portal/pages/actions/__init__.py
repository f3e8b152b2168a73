"""What editors do to pages beside writing them, and what is done for them."""

from portal.pages.actions.reviewing import REVIEWED, MayNotReviewError, mark_reviewed, refusal_to_review

__all__ = ["REVIEWED", "MayNotReviewError", "mark_reviewed", "refusal_to_review"]
