"""A round trip with a mail program that people use: Mutt reads what was delivered, and what it answers becomes a post."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from forum.actions.posting import reply, start_topic
from forum.actions.sorting import sort_waiting
from forum.models import DeliveryMode, IncomingMail, MailingList, MailOutcome, Post
from portal.members.models import User
from tests.factories import make_user
from tests.forum.factories import make_list, subscribe
from tests.forum.mail.mutt import answer, index_of, needs_mutt
from tests.forum.mail.postfix import Postfix, until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.one_database("what a mail program does with our mails, whatever they are kept in"),
    needs_mutt,
]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def the_list(transactional_db: None) -> MailingList:
    return make_list(hold_first_posts=0)


def join(the_list: MailingList, email: str, name: str) -> User:
    person = make_user(email, first_name=name)
    subscribe(the_list, person, since=timezone.now() - 60 * MINUTE, delivery=DeliveryMode.EACH)
    return person


@pytest.fixture
def posts(postfix: Postfix, the_list: MailingList) -> dict[str, Post]:
    """Two topics of Ada's, with answers to answers, by the words of each; they have been delivered to Grace."""
    ada = join(the_list, "ada@one.example", "Ada")
    join(the_list, "grace@two.example", "Grace")
    begun = timezone.now() - 30 * MINUTE
    made: dict[str, Post] = {}
    for minute, (words, answers) in enumerate(
        [
            ("Rota?", ""),
            ("Parking?", ""),
            ("Weekdays are mine.", "Rota?"),
            ("Weekends are yours.", "Weekdays are mine."),
            ("And holidays?", "Rota?"),
        ]
    ):
        common = {"user": ada, "content": words, "now": begun + minute * MINUTE}
        if answers:
            made[words] = reply(topic=made[answers].topic, answers=made[answers], **common)
        else:
            made[words] = start_topic(mailing_list=the_list, subject=words, **common)
    postfix.delivered("grace", 5)
    return made


@pytest.mark.parametrize("how", ["reply", "group-reply", "list-reply"])
def test_what_mutt_answers_becomes_a_post_in_its_topic_and_everybody_s_threads_are_right(
    postfix: Postfix, posts: dict[str, Post], tmp_path: Path, how: str
) -> None:
    answered, mailbox = posts["Weekdays are mine."], postfix.mailbox("grace")
    assert threads(mailbox, tmp_path) == [
        "[Setting up] Rota?",
        "|->Re: [Setting up] Rota?",
        "| `->Re: [Setting up] Rota?",
        "`->Re: [Setting up] Rota?",
        "[Setting up] Parking?",
    ]

    sender = {"sender": "grace@two.example", "port": postfix.port}
    answer(mailbox, tmp_path, f"post-{answered.pk}@", "Mondays are mine, too.", how=how, **sender)
    until(IncomingMail.objects.count, "the answer")
    sort_waiting()

    (row,) = IncomingMail.objects.all()
    assert (row.outcome, row.because, row.person.email) == (MailOutcome.POSTED, "", "grace@two.example")
    post = row.post
    assert (post.topic, post.answers, post.poster.first_name) == (answered.topic, answered, "Grace")
    assert post.content.raw == "Mondays are mine, too."
    assert "> Weekdays are mine." in row.removed
    postfix.delivered("ada", 6)
    postfix.delivered("grace", 6)
    assert threads(mailbox, tmp_path) == [
        "[Setting up] Rota?",
        "|->Re: [Setting up] Rota?",
        "| |->Re: [Setting up] Rota?",
        "| `->Re: [Setting up] Rota?",
        "`->Re: [Setting up] Rota?",
        "[Setting up] Parking?",
    ]


def threads(mailbox: Path, folder: Path) -> list[str]:
    """The subjects in a mailbox, with the tree that mutt draws before them."""
    return [line.split("|", 3)[3] for line in index_of(mailbox, folder)]
