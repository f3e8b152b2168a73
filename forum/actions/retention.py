"""What of lists is past: each function says which rows are, if their time ended at a moment or before it."""

from datetime import datetime

from django.db.models import Q, QuerySet

from forum.models import Attachment, Draft, ListInvitation


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


def files_not_posted(before: datetime) -> QuerySet[Attachment]:
    return Attachment.objects.filter(post=None, created_at__lte=before)
