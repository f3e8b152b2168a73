"""How a post was changed: what readers and managers see of it, and word by word."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from forum.actions.posting import edit, start_topic
from forum.history import IN, OUT, SAME, Piece, compared, history_of
from forum.models import Level, MailingList, Post
from portal.members.models import User
from tests.factories import NOW, make_user, sign_in
from tests.forum.factories import give, make_list, subscribe

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def the_list() -> MailingList:
    return make_list(hold_first_posts=0)


@pytest.fixture
def ada(the_list: MailingList) -> User:
    person = make_user()
    subscribe(the_list, person, since=NOW - DAY)
    return person


@pytest.fixture
def manager(the_list: MailingList) -> User:
    person = make_user()
    give(the_list, person, level=Level.MANAGE, since=NOW - DAY, until=timezone.now() + 300 * DAY)
    return person


@pytest.fixture
def post(the_list: MailingList, ada: User) -> Post:
    return start_topic(mailing_list=the_list, user=ada, subject="Quorum", content="Half of all", now=NOW)


def seen(post: Post, *, manages: bool) -> list[str]:
    post.refresh_from_db()
    return [
        "".join(f"[{piece.kind} {piece.words}]" for piece in change.pieces)
        for change in history_of(post, manages=manages).changes
    ]


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("One two", "One two", [Piece(SAME, "One two")]),
        (
            "One two three",
            "One 2 three",
            [Piece(SAME, "One "), Piece(OUT, "two "), Piece(IN, "2 "), Piece(SAME, "three")],
        ),
        ("One\ntwo\n", "One\n", [Piece(SAME, "One\n"), Piece(OUT, "two\n")]),
        ("", "One", [Piece(IN, "One")]),
    ],
)
def test_two_texts_are_compared_word_by_word(before: str, after: str, pieces: list[Piece]) -> None:
    assert compared(before, after) == pieces


@pytest.mark.parametrize("words", ["a ", "{0} ", "{0}\n"])
def test_long_texts_that_have_nothing_in_common_are_compared_in_no_time(words: str) -> None:
    before = "".join(words.format(number % 90) for number in range(9_000))[:20_000]
    begun = time.monotonic()

    compared(before, before[::-1])

    assert time.monotonic() - begun < 5


@pytest.mark.django_db
def test_everybody_sees_what_the_author_changed(post: Post, ada: User) -> None:
    edit(post=post, user=ada, content="Half of them", now=NOW + MINUTE)
    edit(post=post, user=ada, subject="Votes", content="Half of them", now=NOW + 2 * MINUTE)

    history = history_of(Post.objects.get(), manages=False)

    assert seen(post, manages=False) == ["[same Half of them]", "[same Half of ][out all][in them]"]
    assert history.changes[0].subject == [Piece(OUT, "Quorum"), Piece(IN, "Votes")]
    assert not history.left_out


@pytest.mark.django_db
def test_what_a_manager_took_out_is_for_managers_alone_in_every_version(
    post: Post, ada: User, manager: User
) -> None:
    edit(post=post, user=ada, content="Half, says Mr Sample", now=NOW + MINUTE)
    edit(post=post, user=manager, content="Half", reason="A name.", now=NOW + 2 * MINUTE)
    edit(post=post, user=ada, content="Two thirds", now=NOW + 3 * MINUTE)

    assert seen(post, manages=False) == ["[out Half][in Two thirds]"]
    assert history_of(Post.objects.get(), manages=False).left_out
    assert len(seen(post, manages=True)) == 3

    address = f"/forum/setting-up/posts/{post.pk}/history/"
    reader, managing = (sign_in(person).get(address).content.decode() for person in (ada, manager))
    assert ("Sample" in reader, "a manager took something out" in reader) == (False, True)
    assert ("Sample" in managing, "by a manager" in managing) == (True, True)


@pytest.mark.django_db
def test_what_looks_as_if_it_named_a_patient_stays_hidden_also_after_the_author_took_it_out(
    the_list: MailingList, ada: User
) -> None:
    post = start_topic(
        mailing_list=the_list, user=ada, subject="A case", content="NHS number 943 476 5919", now=NOW
    )
    edit(post=post, user=ada, content="A patient of ours", now=NOW + MINUTE)

    assert seen(post, manages=False) == []
    assert len(seen(post, manages=True)) == 1


@pytest.mark.django_db
def test_without_the_account_of_its_author_and_of_who_changed_it_readers_see_no_earlier_version(
    post: Post, ada: User
) -> None:
    edit(post=post, user=ada, content="Changed", now=NOW + MINUTE)
    ada.delete()

    assert seen(post, manages=False) == []
    assert len(seen(post, manages=True)) == 1


@pytest.mark.django_db
def test_the_history_of_a_post_that_the_reader_does_not_see_is_not_there(
    post: Post, the_list: MailingList
) -> None:
    reader = make_user()
    subscribe(the_list, reader, since=NOW - DAY)
    address = f"/forum/setting-up/posts/{post.pk}/history/"
    assert sign_in(reader).get(address).status_code == 200

    Post.objects.update(approved=False)

    assert sign_in(reader).get(address).status_code == 404
