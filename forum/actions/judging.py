"""Decides what becomes of a mail, and does what it asks for.

The order is that of the questions: is it a mail of ours that came back, did a program write it, who wrote it, is it proven, what is
it for, may they, have they accepted the terms.
"""

import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from forum import addresses
from forum.access import access_of, facts_of
from forum.actions.attaching import attach
from forum.actions.commanding import carry_out
from forum.actions.delivering import record_bounce
from forum.actions.messaging import answer_privately
from forum.actions.posting import reply, start_topic
from forum.actions.telling import tell_of_stopped_mail
from forum.addresses import Purpose, ToKey, ToList
from forum.incoming.authenticity import authentic
from forum.incoming.automatic import automatic
from forum.incoming.bounces import failures
from forum.incoming.reading import read
from forum.incoming.received import Received
from forum.incoming.replies import Extracted, extract
from forum.incoming.subjects import subject_of
from forum.markup import escaped
from forum.models import IncomingMail, KnownMessage, Level, MailingList, MailOutcome, Post, Topic
from forum.outgoing.threads import post_of_message_id
from forum.rules.access import Reason
from forum.rules.answering import Because
from forum.rules.letters import reason_to_you
from forum.rules.posting import for_topic
from forum.rules.sentences import what_to_do
from portal.members.actions import RefusedError
from portal.members.models import User

SAME_SUBJECT_WITHIN = timedelta(days=90)
MOST_FILES = 20
ONCE = uuid.UUID("5b3d7f0e-3f5c-4a36-9d5e-2f6f3a0c6f51")


@dataclass(frozen=True)
class Verdict:
    """What becomes of a mail. `because` is empty for one that was posted and of which nothing needs to be said."""

    outcome: MailOutcome
    because: str = ""
    explained: str = ""
    list: MailingList | None = None
    person: User | None = None
    post: Post | None = None
    removed: str = ""
    link: str = ""
    words: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Letter:
    """A mail that a person may have written, to a list or to a secret address."""

    row: IncomingMail
    received: Received
    target: ToList | ToKey
    list: MailingList
    person: User
    now: datetime

    @cached_property
    def extracted(self) -> Extracted:
        return extract(self.received)


def judge(row: IncomingMail, now: datetime) -> Verdict:
    """Decides about a mail and does what it asks for. Belongs into a transaction that holds the lock of its row."""
    received = read(bytes(row.raw))
    row.message_id = received.message_id[:250]
    target = addresses.read(row.recipient)
    if isinstance(target, ToKey) and target.purpose is Purpose.BOUNCES:
        return _bounce(target, received, now)
    found = automatic(received, row.sender, settings.LIST_DOMAIN)
    if found is not None:
        return Verdict(MailOutcome.DROPPED, found.reason, found.evidence, list=_list_of(target))
    mailing_list = _list_of(target)
    if mailing_list is None:
        return Verdict(MailOutcome.REFUSED, Because.GONE)
    person = _person_of(received)
    if person is None:
        return Verdict(MailOutcome.REFUSED, Because.STRANGER, list=mailing_list)
    # Of two copies at once the second finds what the first has done.
    User.objects.select_for_update().get(pk=person.pk)
    letter = Letter(row, received, target, mailing_list, person, now)
    verdict = _answer(letter)
    return replace(verdict, list=mailing_list, person=person)


def _bounce(target: ToKey, received: Received, now: datetime) -> Verdict:
    """A mail that came back to the address of one delivery."""
    for failure in failures(received):
        subscription, stops = record_bounce(
            delivery_id=target.first, now=now, is_hard=failure.hard, said=failure.words
        )
        if stops:
            tell_of_stopped_mail(subscription, now)
        mailing_list = subscription.list if subscription else None
        return Verdict(MailOutcome.BOUNCE, "", failure.words, list=mailing_list)
    return Verdict(
        MailOutcome.DROPPED, Because.NO_BOUNCE, "Came to an address for mail that came back, and is none."
    )


def _answer(letter: Letter) -> Verdict:
    if _seen_before(letter):
        return Verdict(MailOutcome.DROPPED, Because.DUPLICATE, "The same mail came before.")
    if not _is_proven(letter):
        return Verdict(MailOutcome.HELD, Because.UNPROVEN, link=confirm_address(letter.row))
    target = letter.target
    try:
        with transaction.atomic():
            if isinstance(target, ToList) and target.command is not None:
                done = carry_out(target.command, mailing_list=letter.list, user=letter.person, now=letter.now)
                return Verdict(MailOutcome.COMMAND, done.because, words=done.words, link=done.link)
            return _write(letter)
    except RefusedError as refused:
        return Verdict(MailOutcome.REFUSED, Because.REFUSED, str(refused), link=_page(letter.list))


def _write(letter: Letter) -> Verdict:
    """Posts, or passes on, what the mail says. Raises `RefusedError`."""
    access = access_of(letter.list, letter.person, letter.now)
    private = isinstance(letter.target, ToKey) and letter.target.purpose is Purpose.AUTHOR
    if access.level < (Level.READ if private else Level.POST):
        return _not_now(letter)
    if isinstance(letter.target, ToKey) and not letter.target.first:
        return Verdict(MailOutcome.REFUSED, Because.DIGEST, link=_page(letter.list))
    extracted = letter.extracted
    if not extracted.text.strip() and not letter.received.attachments:
        return Verdict(MailOutcome.REFUSED, Because.EMPTY, link=_page(letter.list))
    answered = _answered(letter)
    if answered is None and isinstance(letter.target, ToKey):
        return Verdict(MailOutcome.REFUSED, Because.GONE, link=_page(letter.list))
    if private:
        answer_privately(
            post=answered,
            sender=letter.person,
            text=extracted.text,
            now=letter.now,
            submission=_submission(letter.row),
        )
        return Verdict(MailOutcome.PASSED_ON, removed=extracted.removed)
    return _post(letter, answered)


def _post(letter: Letter, answered: Post | None) -> Verdict:
    text, refused = _with_files(letter)
    common = {
        "user": letter.person,
        "now": letter.now,
        "submission": _submission(letter.row),
        "content": text,
    }
    topic = answered.topic if answered else _topic_of_subject(letter)
    if topic is not None and topic.merged_into_id:
        topic = topic.merged_into
    if topic is not None:
        post = reply(topic=topic, answers=answered, **common)
    else:
        post = start_topic(
            mailing_list=letter.list, subject=for_topic(subject_of(letter.received.subject).words), **common
        )
    _remember(letter, post)
    page = settings.BASE_URL + reverse("post", args=[letter.list.slug, post.pk])
    done = Verdict(MailOutcome.POSTED, post=post, removed=letter.extracted.removed, link=page)
    if not post.approved:
        hold = post.holds.latest("held_at")
        why = hold.note or f"{hold.get_because_display()}."
        return replace(done, outcome=MailOutcome.HELD, because=Because.MODERATOR, explained=why)
    if refused:
        return replace(done, because=Because.WITHOUT_FILES, explained=" ".join(refused))
    return done


def _not_now(letter: Letter) -> Verdict:
    """Somebody who may not post at this moment: kept if only terms are in the way, else refused with the reason."""
    facts = facts_of(letter.list, letter.person)
    found = access_of(letter.list, letter.person, letter.now)
    why = f"{reason_to_you(found, facts, letter.now)} {what_to_do(found, facts, letter.now)}".strip()
    if found.because.reason is Reason.TERMS:
        link = settings.BASE_URL + reverse("list_terms", args=[letter.list.slug])
        return Verdict(MailOutcome.HELD, Because.TERMS, why, link=link)
    return Verdict(MailOutcome.REFUSED, Because.NO_ACCESS, why, link=_about(letter.list))


# --- Who, and whether it is proven ---------------------------------------------------------------------------------------


def _person_of(received: Received) -> User | None:
    """Whose confirmed address the mail is from; nobody if it names several senders."""
    found = {address.address.lower() for address in received.senders}
    if len(found) != 1:
        return None
    row = (
        EmailAddress.objects.filter(email__iexact=found.pop(), verified=True, user__is_active=True)
        .select_related("user")
        .first()
    )
    return row.user if row else None


def _is_proven(letter: Letter) -> bool:
    """Whether the mail is from the person whose address it bears.

    It came to a secret address of that very person, a trusted server says so, or they have said so on the page.
    """
    if letter.row.is_proven:
        return True
    if isinstance(letter.target, ToKey) and letter.target.second:
        own = letter.person.subscriptions.filter(pk=letter.target.second).exists()
        if own:
            return True
    return authentic(letter.received, settings.TRUSTED_MAIL_SERVERS) is not None


def _list_of(target: ToList | ToKey | None) -> MailingList | None:
    match target:
        case ToList(slug):
            return MailingList.objects.filter(slug=slug).first()
        case ToKey(_, first, second):
            by_post = MailingList.objects.filter(forum__topics__posts=first).first() if first else None
            return by_post or MailingList.objects.filter(subscriptions=second).first()
    return None


def _seen_before(letter: Letter) -> bool:
    """Whether the same mail to the same list has been dealt with: brought twice, or to two addresses of the list.

    Some programs give two mails one Message-ID: only the same words are the same mail.
    """
    if not letter.received.message_id:
        return False
    done = IncomingMail.objects.filter(
        message_id=letter.row.message_id, list=letter.list, person=letter.person
    ).exclude(outcome__in=[MailOutcome.RECEIVED, MailOutcome.DROPPED])
    mine = (letter.received.subject, letter.received.text, letter.received.html)
    for row in done.exclude(pk=letter.row.pk)[:5]:
        other = read(bytes(row.raw))
        if (other.subject, other.text, other.html) == mine:
            return True
    return False


# --- What it answers, and what it says -----------------------------------------------------------------------------------


def _answered(letter: Letter) -> Post | None:
    """The post that the mail answers: that of its secret address, or the latest that it refers to."""
    if isinstance(letter.target, ToKey):
        return Post.objects.select_related("topic__merged_into").filter(pk=letter.target.first).first()
    referred = [*letter.received.in_reply_to, *reversed(letter.received.references)]
    for message_id in dict.fromkeys(referred[:50]):
        if found := post_of_message_id(letter.list, message_id):
            return found
    return None


def _topic_of_subject(letter: Letter) -> Topic | None:
    """The one topic of late that an answer without references can mean, by its subject."""
    subject = subject_of(letter.received.subject)
    if not subject.reply or not subject.words:
        return None
    found = Topic.objects.filter(
        forum=letter.list.forum_id,
        approved=True,
        merged_into=None,
        subject__iexact=subject.words,
        last_post_on__gte=letter.now - SAME_SUBJECT_WITHIN,
    )[:2]
    return found[0] if len(found) == 1 else None


def _with_files(letter: Letter) -> tuple[str, list[str]]:
    """The words of the mail with links to its files, and why files are missing, if some are."""
    lines, refused = [letter.extracted.text.strip()], []
    for one in letter.received.attachments[:MOST_FILES]:
        if one.is_decoration:
            continue
        try:
            file = SimpleUploadedFile(one.name, one.content, one.type)
            kept = attach(mailing_list=letter.list, user=letter.person, file=file, now=letter.now)
        except RefusedError as reason:
            refused.append(f"{one.name}: {reason}")
        else:
            sign = "!" if kept.width else ""
            lines.append(f"{sign}[{escaped(kept.name)}](attachment:{kept.key})")
    return "\n\n".join(line for line in lines if line), refused


def _remember(letter: Letter, post: Post) -> None:
    """Keeps the Message-ID under which its author's mail program knows the post."""
    if letter.received.message_id:
        KnownMessage.objects.get_or_create(
            list=letter.list, message_id=letter.received.message_id[:250], defaults={"post": post}
        )


def _submission(row: IncomingMail) -> uuid.UUID:
    """The key with which this mail posts once, however often it is looked at."""
    return uuid.uuid5(ONCE, str(row.pk))


def confirm_address(row: IncomingMail) -> str:
    """The page on which a member says whether a mail is from them."""
    return settings.BASE_URL + reverse("mail_confirm", args=[addresses.key_of(Purpose.CONFIRM, row.pk)])


def _page(mailing_list: MailingList) -> str:
    return settings.BASE_URL + mailing_list.get_absolute_url()


def _about(mailing_list: MailingList) -> str:
    return settings.BASE_URL + reverse("list_about", args=[mailing_list.slug])
