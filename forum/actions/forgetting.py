"""Lets go of a person in what was written in lists: their name goes, what they wrote and every thread stay as they are."""

import re
from collections.abc import Callable
from html import escape

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from forum.markup import escaped
from forum.mentions import without_mentions
from forum.models import (
    Attachment,
    Draft,
    Grant,
    Hold,
    IncomingMail,
    KnownMessage,
    ListInvitation,
    Post,
    PostVersion,
    PrivateMessage,
    Report,
    Subscription,
)
from forum.outgoing.threads import HASHED, hashed
from forum.quoting import NOBODY, without_name
from portal.members.models import Mail, User
from portal.members.personal import Person

Change = Callable[[str], str]
# Where words about posts stand that anybody could have quoted the person in: the model, and its field.
QUOTING = ((Post, "content"), (PostVersion, "content"), (Draft, "text"))
# Where somebody takes part in a list. Nobody else can have been named or quoted in one.
TAKES_PART = ((Subscription, "user"), (Grant, "user"), (Post, "poster"))
BEGIN_WITH_A_NAME = ("joining_answered", "joining_applied", "post_mention", "private_message")
LONGEST_SUBJECT = Mail._meta.get_field("subject").max_length
# The person's own words: the model, its key to them, and the field.
OWN = (
    (Post, "poster", "content"),
    (PostVersion, "post__poster", "content"),
    (PrivateMessage, "sender", "text"),
    (Report, "by", "reason"),
    (Hold, "by", "note"),
    (Attachment, "uploader", "name"),
)


def forget_in_lists(person: Person) -> None:
    """Lets go of invitations onto lists, and of the person in everything that was written in them."""
    ListInvitation.objects.annotate(lower=Lower("email")).filter(lower__in=person.addresses).delete()
    # Whole mails, with names and addresses in them.
    IncomingMail.objects.filter(person=person.user).delete()
    IncomingMail.objects.annotate(lower=Lower("sender")).filter(lower__in=person.addresses).delete()
    _take_addresses_out_of_message_ids(person)
    _take_name_out_of_archives(person)
    if any(model.objects.filter(**{key: person.user}).exists() for model, key in TAKES_PART):
        Attachment.objects.filter(uploader=person.user, post=None).delete()
        _take_name_out_of_posts(person)
        _take_name_out_of_mails(person)


def _take_addresses_out_of_message_ids(person: Person) -> None:
    """Programs make Message-IDs of addresses. A hash is left, so that answers find their topic and no archive brings the post back."""
    for known in KnownMessage.objects.filter(post__poster=person.user).iterator():
        if not known.message_id.startswith(HASHED):
            known.message_id = hashed(known.message_id.removeprefix("<").removesuffix(">"))
            known.save(update_fields=["message_id"])


def _take_name_out_of_archives(person: Person) -> None:
    """Posts of an archive by somebody of the person's full name are by nobody, unless another account has that name too."""
    for name in person.names:
        if " " in name and not _others_called(name, person.user).exists():
            Post.objects.filter(poster=None, username__iexact=name).update(username=None)


def _take_name_out_of_posts(person: Person) -> None:
    """Takes the person's name out of others' words where the portal put it, and out of their own wherever they signed.

    What others wrote of them in their own words stays.
    """
    unsigned = _unsigned(person)
    nameless = _nameless_to_others(person, unsigned)
    words = [f"(person:{person.user.pk})"]
    words += [
        word
        for name in person.names
        for word in (f"@{name}", f"@{escaped(name)}", f"{escaped(name)} wrote on ")
    ]
    for model, field in QUOTING:
        said = Q(*(Q(**{f"{field}__icontains": word}) for word in words), _connector=Q.OR)
        _rewrite(model.objects.filter(said), field, nameless)
    for model, key, field in OWN:
        _rewrite(model.objects.filter(**{key: person.user}), field, unsigned)


def _take_name_out_of_mails(person: Person) -> None:
    """Subjects of some mails begin with the name of whoever did something, and those that wait say it in their texts."""
    for name in person.names:
        for mail in Mail.objects.filter(
            template__in=BEGIN_WITH_A_NAME, subject__startswith=f"{name} "
        ).iterator():
            mail.subject = f"{NOBODY}{mail.subject.removeprefix(name)}"[:LONGEST_SUBJECT]
            mail.text = mail.text.replace(name, NOBODY)
            mail.html = mail.html.replace(escape(name), NOBODY)
            mail.save(update_fields=["subject", "text", "html"])


def _nameless_to_others(person: Person, unsigned: Change) -> Change:
    """Turns a text into one that names the person neither with `@` nor above a quote."""
    shared = {name for name in person.names if _others_called(name, person.user).exists()}
    alone = [name for name in person.names if name not in shared]
    days = {
        timezone.localdate(moment)
        for moment in Post.objects.filter(poster=person.user).values_list("created", flat=True).iterator()
    }

    def change(text: str) -> str:
        text = without_mentions(text, person.user.pk, alone)
        return without_name(without_name(text, alone, None, unsigned), shared, days, unsigned)

    return change


def _others_called(name: str, user: User) -> QuerySet[User]:
    """Other accounts of that name: a first and a last name can each have several words."""
    words = name.split(" ")
    splits = [
        Q(first_name__iexact=" ".join(words[:place]), last_name__iexact=" ".join(words[place:]))
        for place in range(len(words) + 1)
    ]
    return User.objects.filter(Q(*splits, _connector=Q.OR)).exclude(pk=user.pk)


def _unsigned(person: Person) -> Change:
    """Turns the person's own words into ones without their full name and addresses. A name of one word can be any word."""
    names = [re.escape(name) for name in person.names if " " in name]
    words = "|".join([*names, *(f"(?i:{re.escape(address)})" for address in person.addresses)])
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
    return lambda text: pattern.sub(NOBODY, text) if words else text


def _rewrite(rows: QuerySet[Model], field: str, change: Change) -> None:
    """Changes a field of rows, and what is made of it. No version is kept, and nothing says that the row was changed."""
    longest = rows.model._meta.get_field(field).max_length
    fields = [field, f"_{field}_rendered"] if rows.model is Post else [field]
    for row in rows.iterator():
        text = getattr(row, field)
        before = text.raw if rows.model is Post else text
        after = change(before)[:longest]
        if after != before:
            setattr(row, field, after)
            row.save(update_fields=fields)
