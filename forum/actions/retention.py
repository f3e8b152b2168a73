"""What of lists is past: each function says which rows are, if their time ended at a moment or before it."""

from datetime import datetime

from django.db.models import Q, QuerySet

from forum.models import (
    Attachment,
    Bounce,
    Delivery,
    Draft,
    IncomingMail,
    ListInvitation,
    MailOutcome,
)


def ended_invitations(before: datetime) -> QuerySet[ListInvitation]:
    """Invitations onto lists that were answered or withdrawn by then, or had run out."""
    return ListInvitation.objects.filter(
        Q(accepted_at__lte=before)
        | Q(declined_at__lte=before)
        | Q(withdrawn_at__lte=before)
        | Q(accepted_at=None, declined_at=None, withdrawn_at=None, expires_at__lte=before)
    )


def old_drafts(before: datetime) -> QuerySet[Draft]:
    return Draft.objects.filter(saved_at__lte=before)


def mails_that_came(before: datetime) -> QuerySet[IncomingMail]:
    """Mails to lists of which it was settled by then what becomes of them; those that wait are waited for."""
    return IncomingMail.objects.filter(settled_at__lte=before).exclude(
        outcome=MailOutcome.HELD, post__isnull=True
    )


def mails_that_went(before: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(settled_at__lte=before)


def mails_that_came_back(before: datetime) -> QuerySet[Bounce]:
    return Bounce.objects.filter(at__lte=before)


def files_not_posted(before: datetime) -> QuerySet[Attachment]:
    return Attachment.objects.filter(post=None, created_at__lte=before)
