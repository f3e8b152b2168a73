"""Absolute addresses that stand in mails, and Message-IDs."""

import re
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings
from django.urls import reverse

from forum import addresses
from forum.addresses import Purpose
from forum.models import Attachment, MailingList, Post
from forum.outgoing.messages import place

SCHEMES = {"http", "https", "mailto", "tel"}  # those of `forum.markup`


def of_list(mailing_list: MailingList) -> str:
    return settings.BASE_URL + reverse("list", args=[mailing_list.slug])


def of_about(mailing_list: MailingList) -> str:
    """What the list is for, and how to be on it."""
    return settings.BASE_URL + reverse("list_about", args=[mailing_list.slug])


def of_delivery(mailing_list: MailingList) -> str:
    """Where a subscriber chooses what they get by mail."""
    return settings.BASE_URL + reverse("list_delivery", args=[mailing_list.slug])


def list_id(mailing_list: MailingList) -> str:
    """What tells a list from all others (RFC 2919, 2): it stays when the list gets another name."""
    return f"{mailing_list.slug}.{settings.LIST_DOMAIN}"


def of_post(post: Post) -> str:
    return settings.BASE_URL + reverse("post", args=[post.topic.forum.mailing_list.slug, post.pk])


def of_file(attachment: Attachment) -> str:
    return settings.BASE_URL + reverse("attachment", args=[attachment.key, attachment.name])


def of_file_with(key: str) -> str:
    """Where the file with this key is, whatever it is called."""
    return settings.BASE_URL + reverse("attachment", args=[key, "file"])


def to_stop() -> str:
    """Where a person stops the mails of a list, with the place for their key."""
    # A place cannot stand in an address that is reversed: NUL is escaped there.
    there = reverse("list_mail_stop", args=["KEY"])
    return settings.BASE_URL + there.replace("KEY", place("stop"))


def secret_address(purpose: Purpose, name: str) -> str:
    """A secret address with a place for its key."""
    return addresses.address(f"{purpose}+{place(name)}")


def mailto(address: str, subject: str) -> str:
    """An address to press on that begins a mail (RFC 6068). A place may be in `address`."""
    return f"mailto:{address}?subject={quote(subject, safe='')}"


def absolute(target: str, base: str) -> str:
    """Where a link in a post leads that is read at the address `base`; empty if it leads nowhere one may go."""
    try:
        found = urljoin(base, target)
        scheme = urlsplit(found).scheme
    except ValueError:
        return ""
    return re.sub(r"[\0-\x20]", "", found) if scheme in SCHEMES else ""
