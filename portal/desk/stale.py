"""What has to be read again, pages and sections of handbooks together, for whoever may change them. Reads only."""

from datetime import date, datetime

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

from events.models import EventPage
from handbook.models import HandbookPage, SectionPage
from handbook.reviewing import due_sections
from portal.members.models import User
from portal.pages import stale
from portal.pages.models import EditingRules

# Sections have a day of their own by which they are read again, and events are over on theirs.
NOT_BY_AGE = (EventPage, HandbookPage, SectionPage)


def to_read_again(user: User, now: datetime) -> QuerySet[Page]:
    """The stale pages, and the sections whose day has come, that `user` may change: their own first, then by owner, oldest first.

    Each has `looked_at`, when it was last published or read again.
    """
    today = timezone.localdate(now)
    found = Page.objects.filter(_stale(today) | Q(pk__in=_keys(due_sections(today))))
    may_change = page_permission_policy.instances_user_has_permission_for(user, "change")
    own = Case(When(owner=user, then=Value(0)), default=Value(1), output_field=IntegerField())
    return (
        stale.looked_at(found.filter(pk__in=_keys(may_change)))
        .annotate(not_own=own)
        .select_related("owner", "content_type")
        .order_by("not_own", "owner__last_name", "owner__first_name", "owner", "looked_at", "pk")
    )


def owners(user: User, now: datetime) -> QuerySet[User]:
    """Those who own something that `user` should see to."""
    found = User.objects.filter(pk__in=to_read_again(user, now).order_by().values("owner"))
    return found.order_by("last_name", "first_name", "pk")


def _stale(today: date) -> Q:
    moment = stale.stale_before(today, EditingRules.current().stale_after_months)
    return Q(pk__in=_keys(stale.stale(moment).not_type(*NOT_BY_AGE)))


def _keys(pages: QuerySet[Page]) -> QuerySet[Page]:
    return pages.order_by().values("pk")
