"""Mails about joining a list: stored with what caused them, sent after the commit, each once by its key."""

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress

from forum.access import access_of, people_with
from forum.mail import address, list_address, until_words
from forum.models import Grant, Level, MailingList, Subscription
from portal.members import mail
from portal.members.models import User


def tell_managers(template: str, subscription: Subscription, now: datetime) -> None:
    """Writes to everybody who manages the list about an application that waits."""
    link = address("list_application_shown", subscription.list.slug, subscription.pk)
    for manager in people_with(subscription.list, now, Level.MANAGE).filter(is_active=True).order_by("pk"):
        _write(
            template,
            subscription.list,
            manager,
            now,
            about=f"{subscription.pk}:{manager.pk}",
            link=link,
            applicant=subscription.user.get_full_name(),
            role=subscription.get_role_display(),
            network=str(subscription.network or ""),
            number=subscription.number,
            question=subscription.question,
            answer=subscription.answer,
        )


def tell_applicant(template: str, subscription: Subscription, now: datetime, **words: Any) -> None:
    """Writes to the person of a subscription what became of their application."""
    link = address("list_application", subscription.list.slug)
    _write(
        template,
        subscription.list,
        subscription.user,
        now,
        about=f"{subscription.pk}",
        **{"link": link, **words},
    )


def tell_who_was_let_in(subscription: Subscription, now: datetime) -> None:
    """Writes to a person that they are on the list now: what it is, until when, and how to leave."""
    access = access_of(subscription.list, subscription.user, now)
    tell_applicant(
        "joining_let_in",
        subscription,
        now,
        link=list_address(subscription.list),
        until=until_words(access.until),
        leave=address("list_leave", subscription.list.slug),
    )


def tell_of_suspension(
    subscription: Subscription, now: datetime, reason: str, until: datetime | None
) -> None:
    """Writes to a person that they are suspended from a list, why, and until when."""
    link = address("list_about", subscription.list.slug)
    tell_applicant("joining_suspended", subscription, now, link=link, reason=reason, until=until_words(until))


def tell_of_lifting(subscription: Subscription, now: datetime, reason: str) -> None:
    """Writes to a person that their suspension has been lifted."""
    tell_applicant(
        "joining_suspension_lifted", subscription, now, link=list_address(subscription.list), reason=reason
    )


def tell_of_extension(grant: Grant, now: datetime) -> None:
    """Writes to a person that their time on a list was extended, why, and until when."""
    _write(
        "joining_extended",
        grant.list,
        grant.user,
        now,
        about=f"{grant.pk}",
        link=list_address(grant.list),
        until=until_words(grant.ends_at),
        reason=grant.reason,
    )


def _write(
    template: str, mailing_list: MailingList, to: User, now: datetime, *, about: str, **context: Any
) -> None:
    """One mail about one thing that happened at one moment: what runs again does not write again."""
    mail.send(
        template=template,
        to=to.email,
        context={
            "user": to,
            "list": mailing_list,
            "about": address("list_about", mailing_list.slug),
            **context,
        },
        key=f"{template}:{about}:{now.isoformat()}",
    )


def tell_of_stopped_mail(subscription: Subscription, now: datetime) -> None:
    """Writes to every confirmed address of a person that mail of a list came back, and was stopped.

    To the address that it came back from too: if that one arrives, its owner knows that it works again.
    """
    user, mailing_list = subscription.user, subscription.list
    last = subscription.bounces.first()
    for to in EmailAddress.objects.filter(user=user, verified=True).order_by("pk"):
        mail.send(
            template="mail_stopped",
            to=to.email,
            context={
                "user": user,
                "list": mailing_list,
                "email": user.email,
                "said": last.said if last else "",
                "link": address("list_delivery", mailing_list.slug),
            },
            key=f"mail-stopped:{subscription.pk}:{to.pk}:{now.isoformat()}",
        )
