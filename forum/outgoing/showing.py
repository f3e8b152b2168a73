"""What mails show of posts, and the words around them, rendered from `templates/listmail/`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import prefetch_related_objects
from django.template.context import make_context
from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from forum.addresses import Purpose
from forum.cards import cards_of
from forum.incoming.replies import FOOTER
from forum.markup import to_html
from forum.models import MailFormat, MailingList, Post
from forum.outgoing import links
from forum.outgoing.bodies import multipart, text_part
from forum.outgoing.headers import one_line
from forum.outgoing.html import for_mail
from forum.outgoing.plain import to_text
from forum.profiles import author_of, roles_of
from portal.pages.cards import Card

# The line between a post and what we say about it: that of signatures (RFC 3676, 4.3), since programs leave out what stands below
# it when somebody answers. HTML has no such line, and some programs take its blank away, so what is below begins with these words,
# in text and in HTML: whoever reads an answer can cut it off from there on.
DELIMITER = "-- "
FOOTER_BEGINS = FOOTER


@dataclass(frozen=True)
class File:
    """A file of a post, as a mail links to it."""

    name: str
    size: int
    url: str


@dataclass(frozen=True)
class Linked:
    """What a link in a post leads to, if anybody may read it: a section of the handbook with its edition, for one."""

    title: str
    what: str
    url: str


@dataclass(frozen=True)
class Shown:
    """A post as it stands in a mail. `reply` and `author` are secret addresses with places in them; `author` may be empty."""

    post: Post
    by: str
    roles: list[str]
    subject: str
    text: str
    html: SafeString
    files: list[File]
    links: list[Linked]
    url: str
    reply: str
    author: str

    @property
    def author_in_words(self) -> str:
        """Who wrote it, within a sentence."""
        return one_line(author_of(self.post, "a former member"))

    @property
    def roles_in_words(self) -> str:
        """The author's roles in brackets, with a blank before; empty without any."""
        return f" ({'; '.join(self.roles)})" if self.roles else ""

    @property
    def answer(self) -> str:
        """An address to press on that answers the post in its list."""
        return links.mailto(self.reply, self.subject)

    @property
    def answer_author(self) -> str:
        """An address to press on that answers its author alone; empty if nobody could be reached."""
        return links.mailto(self.author, self.subject) if self.author else ""


def subject_of(post: Post) -> str:
    """The subject of a mail with a post: “[Setting up] Quorum”, of an answer “Re: [Setting up] Quorum”, as programs write it."""
    mailing_list = post.topic.forum.mailing_list
    subject = f"[{one_line(mailing_list.name)}] {one_line(post.topic.subject)}"
    return f"Re: {subject}" if is_answer(post) else subject


def is_answer(post: Post) -> bool:
    """Whether a post is another than the first of its topic."""
    return post.topic.first_post_id not in {None, post.pk}


def shown(posts: Collection[Post], now: datetime, suffix: str = "") -> list[Shown]:
    """Posts as mails show them: as many queries for many as for few. `suffix` says of which posts the names of places are."""
    prefetch_related_objects(list(posts), "attachments")
    roles = roles_of({post.poster_id for post in posts if post.poster_id}, timezone.localdate(now))
    texts = {post.pk: str(post.content.rendered or to_html(post.content.raw)) for post in posts}
    # A mail lies in mailboxes for years: it says no more of what links lead to than anybody may know.
    cards = cards_of(texts, AnonymousUser(), now)
    made = []
    for post in posts:
        url = links.of_post(post)
        ending = suffix.format(post.pk)
        made.append(
            Shown(
                post=post,
                by=one_line(author_of(post)),
                roles=[one_line(role) for role in roles.get(post.poster_id, [])],
                subject=f"Re: {subject_of(post).removeprefix('Re: ')}",
                text=to_text(post.content.raw, url),
                html=mark_safe(for_mail(texts[post.pk], url)),  # noqa: S308  made safe by forum.markup
                files=[
                    File(one_line(one.name), one.size, links.of_file(one)) for one in post.attachments.all()
                ],
                links=[_linked(found.card, found.url, url) for found in cards[post.pk]],
                url=url,
                reply=links.secret_address(Purpose.REPLY, f"reply{ending}"),
                author=links.secret_address(Purpose.AUTHOR, f"author{ending}")
                if can_be_reached(post)
                else "",
            )
        )
    return made


def can_be_reached(post: Post) -> bool:
    """Whether the author of a post has an account that is in use."""
    return post.poster is not None and post.poster.is_active


def rendered(template: str, context: dict[str, Any], *, html: bool) -> str:
    """A body from `templates/listmail/`, with the list and the addresses that belong to every mail of it."""
    full = {
        "service_name": settings.WAGTAIL_SITE_NAME,
        "base_url": settings.BASE_URL,
        "delimiter": DELIMITER,
        "footer_begins": FOOTER_BEGINS,
        **context,
    }
    found = get_template(f"listmail/{template}.{'html' if html else 'txt'}").template
    made = found.render(make_context(full, autoescape=html)).strip("\n")
    return f"{made}\n"


def body(name: str, template: str, context: dict[str, Any], mail_format: MailFormat) -> str:
    """The body of a mail as a part with its header: text, or text and HTML to choose from. `name` is that of the mail."""
    text = text_part(rendered(template, context, html=False))
    if mail_format is not MailFormat.HTML:
        return text
    return multipart("alternative", name, [text, text_part(rendered(template, context, html=True), "html")])


def about_list(mailing_list: MailingList) -> dict[str, Any]:
    """What every mail of a list says of it."""
    return {
        "list": mailing_list,
        "list_name": one_line(mailing_list.name),
        "list_url": links.of_list(mailing_list),
        "stop": links.to_stop(),
        "change": links.of_delivery(mailing_list),
    }


def _linked(card: Card, target: str, base: str) -> Linked:
    what = f"{card.kind}, {card.note}" if card.note else card.kind
    return Linked(one_line(card.title), one_line(what), links.absolute(target, base))
