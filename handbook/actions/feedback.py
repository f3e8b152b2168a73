"""A reader says whether a section was useful."""

from datetime import datetime

from django.db import transaction

from handbook.models import EditionSection, SectionFeedback


@transaction.atomic
def send_feedback(*, section: EditionSection, useful: bool, comment: str, now: datetime) -> SectionFeedback:
    """Keeps the answer, and nothing about who gave it."""
    return SectionFeedback.objects.create(
        edition_id=section.edition_id, key=section.key, useful=useful, comment=comment, sent_at=now
    )
