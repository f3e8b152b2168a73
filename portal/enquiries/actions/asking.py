"""Somebody asks: by a form, confirmed at their address, and more later on. What looks like spam waits for staff."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.timezone import localdate

from portal.enquiries.actions import telling
from portal.enquiries.models import AdviceTopic, Enquiry, Message, MessageKind, State
from portal.enquiries.rules.days import promised_on
from portal.enquiries.rules.spam import SAME_WORDS_FOR, Facts, signs_of_spam
from portal.enquiries.rules.standing import (
    MOST_IN_A_DAY,
    refusal_to_confirm,
    refusal_to_reply,
)
from portal.members.actions import RefusedError
from portal.members.models import User

# Without letters and digits that look alike, so that it can be read out.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
DAY = timedelta(days=1)


@transaction.atomic
def ask(
    *,
    topic: AdviceTopic,
    name: str,
    email: str,
    works_at: str,
    subject: str,
    text: str,
    user: User | None,
    form_key: UUID,
    trapped: bool,
    now: datetime,
) -> Enquiry:
    """Takes a question. Raises `RefusedError` if the topic is no longer there or the address has asked too often.

    It is opened at once if the address is known to be the person's own; else a mail asks to confirm it. What looks like spam is
    held, and nobody is written to. The same form sent again gives the question that it made.
    """
    known = Enquiry.objects.filter(form_key=form_key).first()
    if known is not None:
        return known
    email = email.lower()
    _refuse(topic, email, now)
    is_own = user is not None and is_confirmed(user, email)
    digest, signs = _looked_at(f"{subject}\n{text}", now, trapped=trapped)
    values = {
        "reference": make_reference(),
        "state": State.HELD if signs else State.UNCONFIRMED,
        "topic": topic,
        "user": user if is_own else None,
        "name": name,
        "email": email,
        "works_at": works_at,
        "subject": subject,
        "digest": digest,
        "signs": signs,
        "asked_at": now,
        "confirmed_at": now if is_own else None,
        "changed_at": now,
    }
    # Of two that come at the same moment one makes it, and the other one finds it.
    enquiry, is_new = Enquiry.objects.get_or_create(form_key=form_key, defaults=values)
    if not is_new:
        return enquiry
    Message.objects.create(enquiry=enquiry, kind=MessageKind.QUESTION, text=text, at=now)
    if not signs:
        go_on(enquiry, now)
    return enquiry


def _refuse(topic: AdviceTopic, email: str, now: datetime) -> None:
    if not AdviceTopic.objects.offered().filter(pk=topic.pk).exists():
        raise RefusedError("Nobody answers questions on this topic any more. Choose another one.")
    # What was paid for came by no form, and takes no question away from whoever bought it.
    by_form = Enquiry.objects.filter(email=email, asked_at__gt=now - DAY, form_key__isnull=False)
    if by_form.count() >= MOST_IN_A_DAY:
        raise RefusedError(
            f"{MOST_IN_A_DAY} questions came from this address in the last 24 hours. Try again tomorrow."
        )


def _looked_at(text: str, now: datetime, *, trapped: bool) -> tuple[str, list[str]]:
    """The digest of the words, and why they look like spam."""
    digest = digest_of(text)
    same = Enquiry.objects.filter(digest=digest, asked_at__gt=now - SAME_WORDS_FOR).count()
    return digest, signs_of_spam(Facts(text=text, trapped=trapped, same_words=same))


def go_on(enquiry: Enquiry, now: datetime) -> None:
    """Opens a question whose address is confirmed; asks to confirm any other. Belongs into the caller's transaction."""
    if enquiry.confirmed_at:
        _open(enquiry, now)
        return
    enquiry.state, enquiry.changed_at = State.UNCONFIRMED, now
    enquiry.save(update_fields=["state", "changed_at"])
    telling.ask_to_confirm(enquiry, _key_of_day(enquiry.email, now))


@transaction.atomic
def confirm(*, enquiry: Enquiry, now: datetime) -> Enquiry:
    """Opens a question: whoever does this was sent its key. Raises `RefusedError`."""
    found = Enquiry.objects.select_for_update().get(pk=enquiry.pk)
    if refusal := refusal_to_confirm(found):
        raise RefusedError(refusal)
    found.confirmed_at = now
    _open(found, now)
    return found


@transaction.atomic
def reply(*, enquiry: Enquiry, text: str, now: datetime) -> Message:
    """The person who asked writes more: an answer is promised anew if none was owed. Raises `RefusedError`."""
    found = Enquiry.objects.select_for_update().get(pk=enquiry.pk)
    if refusal := refusal_to_reply(found, found.messages.for_who_asked().count()):
        raise RefusedError(refusal)
    last = found.messages.for_who_asked().last()
    if last is not None and last.kind == MessageKind.REPLY and last.text == text:
        return last  # the button was pressed twice
    message = Message.objects.create(enquiry=found, kind=MessageKind.REPLY, text=text, at=now)
    if found.state != State.OPEN:
        found.state, found.promised_on = State.OPEN, promised_on(now, found.topic.answer_days)
    found.changed_at = now
    found.save(update_fields=["state", "promised_on", "changed_at"])
    telling.tell_advisers_of_reply(found, message)
    return message


def is_confirmed(user: User, email: str) -> bool:
    """Whether the address is one of the person's own that they have confirmed."""
    return EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists()


def make_reference() -> str:
    """Such as `ADV-7K3M-PQ2X`: one of 31⁸, so that nobody finds another one by counting."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"ADV-{letters[:4]}-{letters[4:]}"


def digest_of(text: str) -> str:
    """The same for the same words, whatever their case and blanks."""
    return hashlib.sha256(" ".join(text.casefold().split()).encode()).hexdigest()


def _open(enquiry: Enquiry, now: datetime) -> None:
    enquiry.state, enquiry.opened_at, enquiry.changed_at = State.OPEN, now, now
    enquiry.promised_on = promised_on(now, enquiry.topic.answer_days)
    enquiry.save()
    telling.acknowledge(enquiry)
    telling.tell_advisers_of_new(enquiry)


def _key_of_day(email: str, now: datetime) -> str:
    """The same for an address on a day in London: it is asked to confirm once. The address itself stands nowhere in it."""
    secret = salted_hmac("portal.enquiries.confirm", email, algorithm="sha256").hexdigest()[:40]
    return f"enquiry-confirm:{secret}:{localdate(now)}"
