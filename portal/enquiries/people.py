"""Who can be given a question, as far as it goes by groups and permissions."""

from django.contrib.auth.backends import ModelBackend
from django.db.models import Q, QuerySet

from portal.enquiries.models import Enquiry
from portal.enquiries.models.enquiries import ANSWER, ANSWER_EVERY
from portal.members.models import User


def advisers_for(enquiry: Enquiry) -> QuerySet[User]:
    """The people who may answer the question, by name."""
    may_all = Q(pk__in=_with(ANSWER_EVERY))
    may = Q(pk__in=_with(ANSWER)) & Q(groups=enquiry.topic.group_id)
    return User.objects.filter(may_all | may, is_active=True).distinct().order_by("first_name", "last_name")


def may_enter(user: User) -> bool:
    """Whether somebody answers questions at all."""
    return user.has_perm(ANSWER) or user.has_perm(ANSWER_EVERY)


def _with(permission: str) -> QuerySet[User]:
    return ModelBackend().with_perm(permission).values("pk")
