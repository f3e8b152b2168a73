"""What of people is past: each function says which rows are, if their time ended at a moment or before it. And how they go."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django_q.models import Failure

from portal.members.actions.forgetting import NAMELESS
from portal.members.models import ClaimState, Invitation, Mail, MailState, Membership, MembershipClaim, User

NO_DETAILS = {"first_name": "", "last_name": "", "email": ""}


def unconfirmed_accounts(before: datetime) -> QuerySet[User]:
    """Accounts that were made by then, none of whose addresses was ever confirmed. Nobody can have signed in with one.

    Whoever has a right is left alone: administrators who were made at the prompt have no address to confirm.
    """
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    plain = User.objects.filter(is_superuser=False, is_staff=False, groups=None, user_permissions=None)
    return plain.filter(~Exists(confirmed), date_joined__lte=before, last_login=None)


def delete_accounts(accounts: QuerySet[User]) -> None:
    """Deletes accounts one by one, unless an address is confirmed at this moment."""
    for number in list(accounts.values_list("pk", flat=True)):
        with transaction.atomic():
            User.objects.select_for_update().filter(pk=number).first()
            for user in accounts.filter(pk=number):
                user.delete()


def ended_invitations(before: datetime) -> QuerySet[Invitation]:
    """Invitations to staff that were accepted or withdrawn by then, or had run out."""
    return Invitation.objects.filter(
        Q(accepted_at__lte=before)
        | Q(withdrawn_at__lte=before)
        | Q(accepted_at=None, withdrawn_at=None, expires_at__lte=before)
    )


def decided_claims(before: datetime) -> QuerySet[MembershipClaim]:
    return MembershipClaim.objects.exclude(state=ClaimState.OPEN).filter(decided_at__lte=before)


def old_mails(before: datetime) -> QuerySet[Mail]:
    """Mails written by then, sent or given up, that still say whom they went to."""
    return Mail.objects.exclude(state=MailState.QUEUED).filter(
        ~Q(to="") | Q(key=None), created_at__lte=before
    )


def let_go_of_mails(mails: QuerySet[Mail]) -> None:
    """Deletes mails. Those with a key stay, so that nothing is told twice, and no longer say whom they went to."""
    mails.filter(key=None).delete()
    mails.update(**NAMELESS)


def unseen_browsers(before: datetime) -> QuerySet[UserSession]:
    return UserSession.objects.filter(last_seen_at__lte=before)


def lapsed_memberships(before: datetime) -> QuerySet[Membership]:
    """Memberships of nobody's account that ended by then, as far as the register says today, and still have a name."""
    lapsed = Membership.objects.filter(user=None).exclude(**NO_DETAILS)
    standing = Q(periods__replaced_at=None)
    ended = lapsed.filter(standing, periods__isnull=False)
    still = Membership.objects.filter(
        standing & (Q(periods__ends_on=None) | Q(periods__ends_on__gt=timezone.localdate(before)))
    )
    return ended.exclude(pk__in=still.values("pk")).distinct()


def take_details_away(memberships: QuerySet[Membership]) -> None:
    """Leaves of memberships the number and the periods."""
    Membership.objects.filter(pk__in=list(memberships.values_list("pk", flat=True))).update(**NO_DETAILS)


def failed_work(before: datetime) -> QuerySet[Failure]:
    return Failure.objects.filter(stopped__lte=before)
