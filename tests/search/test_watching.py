"""Whatever is written, and whoever writes it, is noted by the database, and found no longer until it was looked at again."""

import uuid
from collections.abc import Callable

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Page, PageViewRestriction, ReferenceIndex

from forum.actions.posting import reply, start_topic
from forum.models import MailingList, Post, Topic
from portal.members.models import User
from search import fulltext, watching
from search.actions.indexing import catch_up, index_pending
from search.keys import VISITOR, keys_of
from search.models import Entry, Pending
from search.searching import asked, find
from tests.factories import NOW, make_home, make_user
from tests.forum.factories import make_list, subscribe
from tests.pages.factories import make_article, make_listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def post() -> Post:
    """An answer in a topic, indexed."""
    the_list, author = make_list(hold_first_posts=0), make_user(first_name="Ada", last_name="Authorly")
    subscribe(the_list, author)
    topic = start_topic(
        mailing_list=the_list, user=author, subject="Quorum", content="How many?", now=NOW
    ).topic
    answer = reply(topic=topic, user=author, content="Seven walruses.", now=NOW)
    catch_up(NOW)
    return answer


@pytest.fixture
def page() -> Page:
    """An article, indexed."""
    made = make_article(make_listing(make_home()), title="Walruses in practice")
    catch_up(NOW)
    return made


def found(word: str, user: User | None = None) -> list[str]:
    """What is found with a word."""
    keys = keys_of(user, NOW) if user else VISITOR
    return sorted(hit.source for hit in find(asked(word, keys, NOW)).found.hits)


WAYS: dict[str, Callable[[Post], object]] = {
    "the ORM": lambda post: Post.objects.get(pk=post.pk).delete(),
    "an update of many": lambda post: Post.objects.filter(pk=post.pk).update(approved=False),
    "SQL": lambda post: connection.cursor().execute(
        "UPDATE forum_conversation_post SET approved = '0' WHERE id = %s", [post.pk]
    ),
    "its topic": lambda post: Topic.objects.filter(pk=post.topic_id).update(approved=False),
    "its topic, moved": lambda post: Topic.objects.filter(pk=post.topic_id).update(
        forum=make_list("Other").forum
    ),
    "its list, renamed": lambda post: MailingList.objects.filter(forum=post.topic.forum).update(
        slug="renamed"
    ),
    "its author, renamed": lambda post: User.objects.filter(pk=post.poster_id).update(last_name="Other"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_change_hides_a_post_at_once_whatever_it_is_made_by(post: Post, way: str) -> None:
    assert found("walruses", post.poster) == [f"post:{post.pk}"]

    WAYS[way](post)

    assert found("walruses", post.poster) == []
    assert find(asked("walruses", keys_of(post.poster, NOW), NOW)).found.count({}) == 0


PAGE_WAYS: dict[str, Callable[[Page], object]] = {
    "it is taken off": lambda page: page.unpublish(),
    "an update of many": lambda page: Page.objects.filter(pk=page.pk).update(live=False),
    "a restriction": lambda page: PageViewRestriction.objects.create(page=page, restriction_type="login"),
    "a restriction above": lambda page: PageViewRestriction.objects.create(
        page=page.get_parent(), restriction_type="login"
    ),
    "a restriction, by many": lambda page: PageViewRestriction.objects.bulk_create(
        [PageViewRestriction(page=page, restriction_type="login")]
    ),
}


@pytest.mark.parametrize("way", PAGE_WAYS)
def test_a_change_hides_a_page_at_once_and_it_stays_hidden_when_it_was_looked_at_again(
    page: Page, way: str
) -> None:
    assert found("walruses") == [f"page:{page.pk}"]

    PAGE_WAYS[way](page)
    hidden = found("walruses")
    catch_up(NOW)

    assert hidden == found("walruses") == []


def test_what_is_taken_back_was_never_noted(page: Page) -> None:
    with transaction.atomic():
        Page.objects.filter(pk=page.pk).update(title="Other")
        transaction.set_rollback(True)

    assert not Pending.objects.exists()
    assert found("walruses") == [f"page:{page.pk}"]


def test_counters_and_marks_of_reading_note_nothing(post: Post) -> None:
    Topic.objects.filter(pk=post.topic_id).update(views_count=7, posts_count=9)
    User.objects.filter(pk=post.poster_id).update(last_login=timezone.now())
    User.objects.get(pk=post.poster_id).save()

    assert list(Pending.objects.values_list("source", flat=True)) == []


def test_a_change_during_indexing_is_looked_at_again(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    from search.actions import indexing

    original = indexing.index

    def index_and_change(sources: set[str], **arguments: object) -> None:
        original(sources, **arguments)
        monkeypatch.setattr(indexing, "index", original)
        Page.objects.filter(pk=page.pk).update(title="Narwhals in practice")

    Page.objects.filter(pk=page.pk).update(title="Seals in practice")
    monkeypatch.setattr(indexing, "index", index_and_change)
    index_pending(now=NOW, most=10)

    assert found("narwhals") == found("seals") == []
    catch_up(NOW)
    assert found("narwhals") == [f"page:{page.pk}"]


def test_one_that_is_broken_stays_hidden_and_keeps_no_other_from_being_found(
    page: Page, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from search.sources import pages

    broken = make_article(page.get_parent(), title="Narwhals and seals")
    Page.objects.filter(pk=page.pk).update(title="Narwhals alone")
    original = pages.text_of_page

    def refuse(one: Page, more: str = "") -> str:
        if one.pk == broken.pk:
            raise ValueError("odd")
        return original(one, more)

    monkeypatch.setattr(pages, "text_of_page", refuse)
    catch_up(NOW)
    while_broken = found("narwhals")
    monkeypatch.undo()
    catch_up(NOW)

    assert while_broken == [f"page:{page.pk}"]
    assert found("narwhals") == sorted([f"page:{page.pk}", f"page:{broken.pk}"])
    assert f"page:{broken.pk} cannot be indexed" in caplog.text


def test_what_is_indexed_twice_stays_as_it_was(page: Page) -> None:
    before = list(Entry.objects.values())
    Page.objects.filter(pk=page.pk).update(title=page.title)

    catch_up(timezone.now())

    assert list(Entry.objects.values()) == before


def test_triggers_are_made_once_and_those_that_are_missing_made_again() -> None:
    wanted = len(watching.triggers())
    assert watching.missing(connection) == []

    watching.remove(connection)
    assert len(watching.missing(connection)) == wanted
    watching.install(connection)
    watching.install(connection)

    assert watching.missing(connection) == []


def test_the_full_text_index_can_be_made_twice_and_is_found_to_be_whole(page: Page) -> None:
    fulltext.install(connection)
    fulltext.rebuild(connection)

    assert fulltext.damaged(connection) == []
    assert found("walruses") == [f"page:{page.pk}"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_is_saved_is_found_as_soon_as_it_is_committed() -> None:
    page = make_article(make_listing(make_home()), title="Walruses in practice")
    assert found("walruses") == [f"page:{page.pk}"]

    with transaction.atomic():
        page.title = "Narwhals in practice"
        page.save_revision().publish()

    assert (found("walruses"), found("narwhals")) == ([], [f"page:{page.pk}"])
    page.delete()
    assert (found("narwhals"), Entry.objects.filter(source=f"page:{page.pk}").exists()) == ([], False)


def test_a_reference_to_what_has_a_long_key_is_kept_and_concerns_no_document(page: Page) -> None:
    types = ContentType.objects.get_for_models(Page, Post, get_document_model())
    fields = {
        "content_type": types[Page],
        "base_content_type": types[Page],
        "object_id": str(page.pk),
        "to_object_id": "a" * 64,
        "model_path": "body",
        "content_path": "body",
    }

    ReferenceIndex.objects.create(to_content_type=types[Post], **fields, content_path_hash=uuid.uuid4())

    assert list(Pending.objects.values_list("source", flat=True)) == []
