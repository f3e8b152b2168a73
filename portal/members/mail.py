"""The one place that mail leaves from: rendered, stored with what caused it, sent after the commit, then emptied."""

import logging
import smtplib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import make_msgid
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, QuerySet
from django.template.context import make_context
from django.template.loader import get_template
from django.utils import timezone
from django_q.tasks import async_task

from portal.members.models import Appointment, Invitation, Mail, MailState, Network, Role, User
from portal.members.rules import (
    INVITATION_LASTS,
    MAIL_ATTEMPTS,
    MAIL_GRACE,
    mail_attempt_after,
    refusal_of_attachments,
    refusal_of_header,
)

logger = logging.getLogger(__name__)

SWEEP_BATCH = 200
# Mails of which not even the row is kept once they are sent or given up: whom they went to has been forgotten.
KEPT_BY_NOBODY = {"account_forgotten"}
# What a mail no longer holds once it is sent or given up: secret links stand in all of them.
EMPTIED: dict[str, Any] = {"text": "", "html": "", "headers": {}, "attachments": []}


def render(template: str, context: dict[str, Any]) -> tuple[str, str, str]:
    """Subject, text and HTML of the mail `template`. Raises `TemplateDoesNotExist` if one of the three is missing."""
    full = {"service_name": settings.WAGTAIL_SITE_NAME, "base_url": settings.BASE_URL, **context}

    def part(suffix: str, *, autoescape: bool) -> str:
        found = get_template(f"mail/{template}.{suffix}").template
        return found.render(make_context(full, autoescape=autoescape)).strip()

    subject = " ".join(part("subject.txt", autoescape=False).split())[:250]
    return subject, part("txt", autoescape=False) + "\n", part("html", autoescape=True)


Samples = Callable[[str, datetime], dict[str, Any]]
_samples: list[Samples] = []


def register_samples(make: Samples) -> None:
    """Ask `make` for what a preview needs beyond the samples here. It is given the template's name and the moment.

    Each subject registers in its `AppConfig.ready`, so that this app needs to know nothing of handbooks, lists or events.
    """
    _samples.append(make)


def preview(template: str) -> tuple[str, str, str]:
    """Subject, text and HTML of the mail `template`, filled with sample data."""
    now = timezone.now()
    director = User(first_name="Ada", last_name="Example", email="ada@example.org")
    link = f"{settings.BASE_URL}/a-secret-link/"
    network = Network(code="U12345", name="Harbour and Heath PCN")
    sample = {
        "user": director,
        "email": director.email,
        **dict.fromkeys(("link", "activate_url", "password_reset_url", "signup_url"), link),
        "from_email": "old@example.org",
        "to_email": director.email,
        "deleted_email": "old@example.org",
        "provider": "the sign-on of your organisation",
        "timestamp": now,
        "ip": "192.0.2.1",
        "user_agent": "a browser",
        "groups": ["Editor"],
        "number": "A12345",
        "reason": "The register has another last name.",
        "appointment": Appointment(
            user=director, network=network, role=Role.CLINICAL_DIRECTOR, starts_on=timezone.localdate()
        ),
        "can_be_listed": True,
        "invitation": Invitation(
            first_name="Ada", last_name="Example", email=director.email, expires_at=now + INVITATION_LASTS
        ),
    }
    for make in _samples:
        sample |= make(template, now)
    return render(template, sample)


def addresses_of(people: Iterable[int]) -> dict[int, EmailAddress]:
    """Where people, by their primary keys, can be written to, in the order of these: the primary address, if it is verified and
    the account is in use. With their accounts, in one query.
    """
    found = EmailAddress.objects.filter(user_id__in=people, primary=True, verified=True, user__is_active=True)
    return {address.user_id: address for address in found.select_related("user").order_by("user_id")}


def unsubscribe_headers(address: str) -> dict[str, str]:
    """The headers with which a mail program offers to unsubscribe with one click (RFC 2369, RFC 8058).

    `address` is absolute; a POST to it, without cookie or form, has to unsubscribe.
    """
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


@dataclass(frozen=True)
class Attachment:
    """A small file that goes with a mail. `kind` is its media type, with parameters if it has any.

    What `is_alternative` is shown by mail programs that know it in place of the text, and has no name.
    """

    kind: str
    content: bytes
    name: str = ""
    is_alternative: bool = False

    def packed(self) -> dict[str, Any]:
        """As a mail that waits keeps it."""
        content = b64encode(self.content).decode()
        return {"kind": self.kind, "content": content, "name": self.name, "alternative": self.is_alternative}

    @classmethod
    def unpacked(cls, row: dict[str, Any]) -> "Attachment":
        return cls(row["kind"], b64decode(row["content"]), row["name"], row["alternative"])


def send(
    *,
    template: str,
    to: str,
    context: dict[str, Any],
    key: str | None = None,
    headers: Mapping[str, str] | None = None,
    attachments: Sequence[Attachment] = (),
) -> Mail:
    """Stores the mail in the caller's transaction and queues its delivery for after the commit.

    With a `key`, a mail that was stored under the same key before is returned and nothing new is sent. `headers` and
    `attachments` are sent along; raises `ValueError` for one that a mail may not carry.
    """
    headers = dict(headers or {})
    if refusal := refusal_of_attachments(sum(len(one.content) for one in attachments)):
        raise ValueError(refusal)
    for name, value in headers.items():
        if refusal := refusal_of_header(name, value):
            raise ValueError(refusal)
    now = timezone.now()
    subject, text, html = render(template, context)
    values = {
        "template": template,
        "to": to,
        "subject": subject,
        "text": text,
        "html": html,
        "headers": headers,
        "attachments": [one.packed() for one in attachments],
        "message_id": make_msgid(domain=settings.BASE_URL.split("//")[-1].split(":")[0]),
        "created_at": now,
        "next_attempt_at": now,
    }
    if key is None:
        mail, made = Mail.objects.create(**values), True
    else:
        mail, made = Mail.objects.get_or_create(key=key, defaults=values)
    if made:
        # robust: if the queue is out of order the row stays, and the sweep takes it.
        transaction.on_commit(lambda: async_task("portal.members.mail.deliver", mail.pk), robust=True)
    return mail


def deliver(mail_id: int) -> None:
    """Sends the mail of that key if it is waiting and due. Safe to run twice. Raises what the mail server says."""
    failure = _attempt(mail_id, timezone.now())
    if failure is not None:
        raise failure


def deliver_waiting(now: datetime | None = None) -> int:
    """Sends what has been waiting for longer than the queue should need. Returns how many mails it sent."""
    now = now or timezone.now()
    due = Mail.objects.filter(
        state=MailState.QUEUED, created_at__lte=now - MAIL_GRACE, next_attempt_at__lte=now
    ).order_by("next_attempt_at")
    failures = [_attempt(mail_id, now) for mail_id in due.values_list("pk", flat=True)[:SWEEP_BATCH]]
    return failures.count(None)


def failed_since(moment: datetime) -> QuerySet[Mail]:
    """The mails that were given up and had been written at `moment` or later, the newest first, without their words."""
    return Mail.objects.filter(state=MailState.FAILED, created_at__gte=moment).defer("text", "html")


def _attempt(mail_id: int, now: datetime) -> Exception | None:
    """Claims the mail and sends it; gives back what went wrong, if something did."""
    mail = Mail.objects.filter(pk=mail_id, state=MailState.QUEUED, next_attempt_at__lte=now).first()
    if mail is None:
        return None
    if mail.attempts >= MAIL_ATTEMPTS:
        # The worker died every time before it could say what went wrong.
        _settle(mail, state=MailState.FAILED)
        return None
    claimed = Mail.objects.filter(pk=mail.pk, state=MailState.QUEUED, attempts=mail.attempts).update(
        attempts=F("attempts") + 1, next_attempt_at=mail_attempt_after(mail.attempts + 1, now)
    )
    if not claimed:
        return None
    mail.attempts += 1
    try:
        _message(mail).send()
    except (smtplib.SMTPException, OSError, ValueError) as failure:
        _record_failure(mail, failure)
        return failure
    _settle(mail, state=MailState.SENT, sent_at=now, last_error="")
    return None


def _settle(mail: Mail, **changes: Any) -> None:
    """A mail is sent, or given up: its text goes, and of some mails the row."""
    rows = Mail.objects.filter(pk=mail.pk)
    if mail.template in KEPT_BY_NOBODY:
        rows.delete()
    else:
        rows.update(**changes, **EMPTIED)


def _record_failure(mail: Mail, failure: Exception) -> None:
    """Says in the row what went wrong; after the last attempt the mail is given up and emptied."""
    logger.warning("Mail %s was not sent at attempt %s: %s", mail.pk, mail.attempts, failure)
    # What is said names the address; somebody who was forgotten while the mail was on its way has none any more.
    Mail.objects.filter(pk=mail.pk, to=mail.to).update(
        last_error=f"{type(failure).__name__}: {failure}"[:1000]
    )
    if mail.attempts >= MAIL_ATTEMPTS or _is_refused_for_good(failure):
        _settle(mail, state=MailState.FAILED)


def _message(mail: Mail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.to],
        headers={
            **mail.headers,
            "Message-ID": mail.message_id,
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(mail.html, "text/html")
    for one in map(Attachment.unpacked, mail.attachments):
        if one.is_alternative:
            message.attach_alternative(one.content.decode(), one.kind)
        else:
            message.attach(one.name, one.content, one.kind)
    return message


def _is_refused_for_good(failure: Exception) -> bool:
    """Whether the mail server has said never (5xx) of every recipient."""
    if not isinstance(failure, smtplib.SMTPRecipientsRefused):
        return False
    return all(code >= 500 for code, _ in failure.recipients.values())
