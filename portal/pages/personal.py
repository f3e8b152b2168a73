"""What the editing area holds about a person: what they wrote, changed, uploaded and remarked there."""

from collections.abc import Callable, Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import (
    Comment,
    CommentReply,
    ModelLogEntry,
    Page,
    PageLogEntry,
    PageSubscription,
    Revision,
)

from portal.members.models import User
from portal.members.personal import Person, Record, Section, Subject

WHILE_IT_LASTS = "It says what somebody is doing in the editing area at this moment."
OF_OTHERS = "It says what the person decided about others’ work, which the history of changes says too."


def _of(model: type[Model], field: str, title: str, moment: str) -> Callable[[Person], Iterable[Record]]:
    """Records of a model: what it is called, and when it was made."""

    def records(person: Person) -> Iterable[Record]:
        for one in model.objects.filter(**{field: person.user}).order_by("pk").iterator():
            yield {"Name": getattr(one, title), "When": getattr(one, moment)}

    return records


def comments(person: Person) -> Iterable[Record]:
    for one in Comment.objects.filter(user=person.user).select_related("page").order_by("pk"):
        yield {"Page": one.page.title, "When": one.created_at, "Words": one.text}
    for one in CommentReply.objects.filter(user=person.user).select_related("comment__page").order_by("pk"):
        yield {"Page": one.comment.page.title, "When": one.created_at, "Words": one.text}


def changes(person: Person) -> Iterable[Record]:
    for model in (PageLogEntry, ModelLogEntry):
        for one in model.objects.filter(user=person.user).order_by("pk").iterator():
            yield {"What": one.label, "When": one.timestamp, "Did": one.action}


def forget(person: Person) -> None:
    """Lines of the history that are about the account itself are called by its name. They stay, without it."""
    ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(person.user.pk)
    ).update(label="A former member", data={})


SUBJECT = Subject(
    sections=(
        Section(
            "Pages",
            "Those that you made.",
            ("wagtailcore.Page.owner",),
            _of(Page, "owner", "title", "first_published_at"),
        ),
        Section(
            "Drafts and versions of pages",
            "Those that you saved.",
            ("wagtailcore.Revision.user",),
            _of(Revision, "user", "object_str", "created_at"),
        ),
        Section(
            "Pictures and documents",
            "Those that you uploaded for pages.",
            ("wagtailimages.Image.uploaded_by_user", "wagtaildocs.Document.uploaded_by_user"),
            lambda person: [
                *_of(Image, "uploaded_by_user", "title", "created_at")(person),
                *_of(Document, "uploaded_by_user", "title", "created_at")(person),
            ],
        ),
        Section(
            "Comments on pages",
            "What you remarked for other editors.",
            ("wagtailcore.Comment.user", "wagtailcore.CommentReply.user"),
            comments,
        ),
        Section(
            "Pages that you are told about",
            "Those whose comments you get.",
            ("wagtailcore.PageSubscription.user",),
            lambda person: (
                {"Page": one.page.title, "Comments": one.comment_notifications}
                for one in PageSubscription.objects.filter(user=person.user)
                .select_related("page")
                .order_by("pk")
            ),
        ),
        Section(
            "History of changes",
            "What you did in the editing area.",
            ("wagtailcore.PageLogEntry.user", "wagtailcore.ModelLogEntry.user"),
            changes,
        ),
    ),
    is_of_work=True,
    forget=forget,
    not_shown={
        "wagtailadmin.EditingSession.user": WHILE_IT_LASTS,
        "wagtailadmin.FormState.user": WHILE_IT_LASTS,
        "wagtailcore.Comment.resolved_by": OF_OTHERS,
        "wagtailcore.Page.locked_by": WHILE_IT_LASTS,
        "wagtailcore.TaskState.finished_by": OF_OTHERS,
        "wagtailcore.UploadedFile.uploaded_by_user": WHILE_IT_LASTS,
        "wagtailcore.WorkflowState.requested_by": "The history of changes says it too.",
        "wagtailusers.UserProfile.user": "Preferences of the editing area, which the person sees and changes there.",
    },
    stays={
        "wagtailcore.PageLogEntry.user": "The number of an account that is gone: who did several things stays told.",
        "wagtailcore.ModelLogEntry.user": "The number of an account that is gone: who did several things stays told.",
    },
)
