"""The headers of mails of a list (RFC 2369, 2919, 5064, 8058).

*Auto-Submitted* says "no" of a post: a person wrote it, and RFC 3834 (5) asks that what people write is not called generated, also
when a program passes it on. That no robot answers is asked by *Precedence* and *X-Auto-Response-Suppress*, and answers of robots
come to the secret address of an envelope that posts nothing.
"""

from datetime import datetime
from email.utils import format_datetime

from django.utils import timezone

from forum import addresses
from forum.addresses import Command, Purpose
from forum.models import MailingList
from forum.outgoing import headers, links
from forum.outgoing.messages import TO, place
from forum.outgoing.threads import Thread


def about_message(
    *,
    mailing_list: MailingList,
    sender: str,
    to: str,
    subject: str,
    at: datetime,
    thread: Thread,
    reply: str = "",
    reply_words: str = "",
) -> str:
    """What every message says of itself. `to` and `reply` are addresses that may hold a place; without `reply` none is named.

    From is the address of the list, which the domain of the list can vouch for (DMARC), with the name of who wrote. `reply_words`
    say to whom an answer goes, so that nobody tells a whole list what was meant for one.
    """
    return "".join(
        [
            headers.items("Date", [format_datetime(timezone.localtime(at))]),
            headers.mailbox("From", sender, addresses.of_list(mailing_list.slug)),
            headers.items("To", [to]),
            headers.mailbox("Reply-To", reply_words, reply) if reply else "",
            headers.text("Subject", subject),
            headers.items("Message-ID", [thread.own]),
            headers.items("In-Reply-To", [thread.in_reply_to]) if thread.in_reply_to else "",
            headers.items("References", thread.references) if thread.references else "",
        ]
    )


def about_list(mailing_list: MailingList) -> str:
    """What every mail of a list says of the list, and how to get off it: with one click, by the key of the person (RFC 8058).

    List-Owner is the postmaster, whom every domain has to have (RFC 5321, 4.5.1): managers have no address of their own.
    """
    slug = mailing_list.slug
    about = f"<{links.of_about(mailing_list)}>"
    return "".join(
        [
            list_id(mailing_list),
            headers.items("List-Post", [f"<mailto:{addresses.of_list(slug)}>"]),
            headers.items("List-Help", [f"<mailto:{addresses.of_list(slug, Command.HELP)}>,", about]),
            headers.items(
                "List-Subscribe", [f"{about},", f"<mailto:{addresses.of_list(slug, Command.SUBSCRIBE)}>"]
            ),
            headers.items(
                "List-Unsubscribe",
                [f"<{links.to_stop()}>,", f"<mailto:{addresses.of_list(slug, Command.UNSUBSCRIBE)}>"],
            ),
            headers.items("List-Unsubscribe-Post", ["List-Unsubscribe=One-Click"]),
            headers.items("List-Owner", [f"<mailto:{addresses.address('postmaster')}>"]),
            headers.items("List-Archive", [f"<{links.of_list(mailing_list)}>"]),
            headers.items("Precedence", ["list"]),
            headers.items("X-Auto-Response-Suppress", ["All"]),
        ]
    )


def list_id(mailing_list: MailingList) -> str:
    """What tells a list from all others (RFC 2919)."""
    return headers.mailbox("List-Id", headers.name_in_words(mailing_list.name), links.list_id(mailing_list))


def words_of_post(by: str, mailing_list: MailingList) -> tuple[str, str]:
    """The words before the address that a post comes from, and before the one that answers it."""
    name = headers.name_in_words(mailing_list.name)
    return f"{headers.name_in_words(by)} via {name}", f"Everybody on {name}"


def archived_at(url: str) -> str:
    """Where a message can be read on the web (RFC 5064)."""
    return headers.items("Archived-At", [f"<{url}>"])


TO_PERSON = place(TO)
MIME = "MIME-Version: 1.0\r\n"
BY_A_PERSON = "Auto-Submitted: no\r\n"
# A program made a digest, if of what people wrote.
BY_A_PROGRAM = "Auto-Submitted: auto-generated\r\n"


def reply_key(post: int) -> tuple[Purpose, int]:
    """What the key for an answer to a post is for. 0: to a digest, which is understood and explained."""
    return Purpose.REPLY, post


def author_key(post: int) -> tuple[Purpose, int]:
    """What the key for an answer to the author of a post alone is for."""
    return Purpose.AUTHOR, post


STOP_KEY = (Purpose.STOP, 0)
