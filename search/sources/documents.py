"""Documents that published pages offer, and what is sold."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.models import CollectionViewRestriction, Page, ReferenceIndex

from events.access import IN_RECORDINGS
from events.models import EventPage, Product
from portal.pages.models import DownloadVersion
from search.models import Entry, ExtractedText
from search.sources.base import PUBLIC, TRAIL, Labels, entry
from search.sources.pages import KINDS, Surroundings, access_of_recordings
from search.watching import Watch

DOCUMENT_TYPE = "SELECT id FROM django_content_type WHERE app_label = 'wagtaildocs' AND model = 'document'"
OF_PAGE = (
    "SELECT 'document:' || used.to_object_id FROM wagtailcore_referenceindex used "
    "WHERE used.object_id = CAST({row}.id AS text) AND used.base_content_type_id = "
    "(SELECT id FROM django_content_type WHERE app_label = 'wagtailcore' AND model = 'page') "
    f"AND used.to_content_type_id = ({DOCUMENT_TYPE})"
)
BELOW_RESTRICTION = (
    "SELECT 'document:' || used.to_object_id FROM wagtailcore_referenceindex used "
    "JOIN wagtailcore_page page ON CAST(page.id AS text) = used.object_id "
    "JOIN wagtailcore_page top ON top.id = {row}.page_id "
    f"WHERE used.to_content_type_id = ({DOCUMENT_TYPE}) AND page.path LIKE top.path || '%'"
)
OF_EVENT = OF_PAGE.replace("{row}.id", "{row}.page_ptr_id")
# Whom a document is given to, from everybody down.
OPENNESS = {"public": 0, "signed-in": 1}


class DocumentSource:
    """A document that a published page offers. Whoever may read one of the pages may have it.

    A superseded version of a download is not found: its page is, and leads to all of them.
    """

    name = "document"
    kinds = {"document": "Document"}
    watches = (
        Watch(
            "wagtaildocs_document", "'document:' || {row}.id", ("title", "file", "file_hash", "collection_id")
        ),
        Watch(
            "wagtailcore_referenceindex",
            # Cut, since PostgreSQL puts the words together before it looks whether they are wanted, and other keys are longer.
            f"SELECT 'document:' || substr({{row}}.to_object_id, 1, 40) WHERE {{row}}.to_content_type_id = ({DOCUMENT_TYPE})",
        ),
        Watch("wagtailcore_page", OF_PAGE, ("title", "live", "url_path", "path"), ("UPDATE",)),
        Watch("wagtailcore_pageviewrestriction", BELOW_RESTRICTION),
        Watch("pages_downloadversion", "'document:' || {row}.document_id"),
        Watch("events_eventpage", OF_EVENT, ("recordings_for", "ends_at"), ("UPDATE",)),
        Watch("wagtailcore_collectionviewrestriction", "SELECT 'document:' || id FROM wagtaildocs_document"),
    )

    def keys(self) -> Iterable[int]:
        return get_document_model().objects.order_by("pk").values_list("pk", flat=True)

    def entries(self, keys: Collection[int]) -> Iterator[Entry]:
        documents = list(get_document_model().objects.filter(pk__in=keys).select_related("collection"))
        uses = _uses({document.pk for document in documents})
        closed = list(CollectionViewRestriction.objects.values_list("collection__path", flat=True))
        texts = texts_by_hash(document.file_hash for document in documents)
        for document in documents:
            use = min(uses[document.pk], key=lambda use: OPENNESS.get(use.access, 2), default=None)
            # A collection that is closed has rules of its own, which nothing else asks.
            if use is None or any(document.collection.path.startswith(path) for path in closed):
                continue
            yield entry(
                f"document:{document.pk}",
                access=use.access,
                url=document.url,
                title=document.title,
                body=texts.get(document.file_hash, ""),
                trail=use.trail,
                labels=Labels("document"),
                on=document.created_at,
                shown_from=use.shown_from,
                weight=0.9,
            )


class ProductSource:
    """Something that is sold and is no place."""

    name = "product"
    kinds = {"product": "For sale"}
    watches = (Watch("events_product", "'product:' || {row}.id"),)

    def keys(self) -> Iterable[int]:
        return Product.objects.order_by("pk").values_list("pk", flat=True)

    def entries(self, keys: Collection[int]) -> Iterator[Entry]:
        for product in Product.objects.filter(pk__in=keys, is_sold=True):
            yield entry(
                f"product:{product.pk}",
                access=PUBLIC,
                url=reverse("product", args=[product.slug]),
                title=product.name,
                summary=product.summary,
                body=product.description,
                labels=Labels("product"),
            )


def texts_by_hash(hashes: Iterable[str]) -> dict[str, str]:
    """The words of files, as far as they have been read."""
    return dict(ExtractedText.objects.filter(hash__in=set(hashes)).values_list("hash", "text"))


class Use:
    """A published page that offers a document: by which rule, where it stands, and from when."""

    def __init__(self, page: Page, access: str, trail: str, *, in_recordings: bool) -> None:
        self.access = access_of_recordings(page, access) if in_recordings else access
        self.trail = TRAIL.join(filter(None, [trail, page.title]))
        self.shown_from = page.ends_at if in_recordings else None


def _uses(documents: set[int]) -> dict[int, list[Use]]:
    rows = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(get_document_model()),
        to_object_id__in=[str(pk) for pk in documents],
        base_content_type=ContentType.objects.get_for_model(Page),
    ).values_list("to_object_id", "object_id", "model_path")
    pages = {
        str(page.pk): page
        for page in Page.objects.filter(pk__in={int(row[1]) for row in rows}, live=True)
        .type(*KINDS)
        .specific()
    }
    superseded = {
        (str(page), str(document))
        for page, document in DownloadVersion.objects.filter(
            page__in=pages, superseded_on__isnull=False
        ).values_list("page", "document")
    }
    surroundings = Surroundings.of(pages.values())
    uses: dict[int, list[Use]] = defaultdict(list)
    for document, key, where in rows:
        page = pages.get(key)
        if page is None or (key, document) in superseded:
            continue
        in_recordings = isinstance(page, EventPage) and where.startswith(IN_RECORDINGS)
        use = Use(page, surroundings.access(page), surroundings.trail(page), in_recordings=in_recordings)
        if use.access:
            uses[int(document)].append(use)
    return uses
