"""Published pages that nobody has published or read again for long, and whose they are. Reads only."""

from datetime import date, datetime, time

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from wagtail.models import Page

from portal.pages.models import BlogPostPage
from portal.pages.rules import months_before

# What bears its date belongs to it: nobody goes through old posts to see whether they still hold.
DATED = (BlogPostPage,)


def stale_before(today: date, months: int) -> datetime:
    """The moment before which a page has to have been looked at last to be stale: midnight in London, so many months ago."""
    return timezone.make_aware(datetime.combine(months_before(today, months), time()))


def looked_at(pages: QuerySet[Page]) -> QuerySet[Page]:
    """The pages, each with `looked_at`: when it was last published or read again, whichever was later."""
    # Greatest is empty on SQLite, and not on PostgreSQL, if one of the two is.
    read = Coalesce("last_review__reviewed_at", F("last_published_at"))
    return pages.annotate(looked_at=Greatest(read, F("last_published_at")))


def stale(moment: datetime) -> QuerySet[Page]:
    """The published pages that were looked at last before `moment`. What bears a date of its own is left out."""
    pages = Page.objects.live().filter(depth__gt=1, last_published_at__lt=moment).not_type(*DATED)
    return pages.filter(Q(last_review=None) | Q(last_review__reviewed_at__lt=moment))
