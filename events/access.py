"""Who may see the recordings of an event, and have the transcripts and slides that belong to them. Reads only."""

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from wagtail.documents.models import AbstractDocument
from wagtail.models import ReferenceIndex

from events.blocks import FILES
from events.models import EventPage, RecordingsFor, Right
from events.people import places_of
from events.rights import may_do
from portal.members.models import User

# Where the index of references says that a document is used in a recording.
IN_RECORDINGS = "recordings."


def may_see_recordings(event: EventPage, user: User | AnonymousUser) -> bool:
    """Whether somebody may see the recordings of an event: for those who had a place, by any confirmed address of theirs."""
    if event.recordings_for == RecordingsFor.EVERYONE:
        return True
    if not user.is_authenticated:
        return False
    if event.recordings_for == RecordingsFor.SIGNED_IN:
        return True
    return places_of(user).filter(pool__event=event.pk or 0).exists() or (
        event.pk is not None and may_do(user, event, Right.ORGANISE)
    )


def may_have_document(document: AbstractDocument, user: User | AnonymousUser) -> bool:
    """Whether somebody may have a document: one of a recording only if they may see that, or another one that it is used in."""
    rows = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(document),
        to_object_id=str(document.pk),
        content_type=ContentType.objects.get_for_model(EventPage),
        model_path__startswith=IN_RECORDINGS,
    )
    pages = {int(pk) for pk in rows.values_list("object_id", flat=True)}
    events = EventPage.objects.filter(pk__in=pages).defer_streamfields()
    return not pages or any(may_see_recordings(event, user) for event in events)


def document_of_recording(event: EventPage, pk: int) -> AbstractDocument | None:
    """The video, the transcript or the slides of a recording of the event, by the primary key; `None` if it is none of them."""
    found = [block.value.get(name) for block in event.recordings for name in FILES]
    return next((document for document in found if document is not None and document.pk == pk), None)
