"""Documents that readers can fill in."""

from collections.abc import Collection, Iterable, Iterator

from portal.toolkits.models import FillableDocument
from search.models import Entry
from search.sources.base import PUBLIC, Labels, entry
from search.watching import Watch


class FillableSource:
    """A document that readers fill in by a form."""

    name = "fill-in"
    kinds = {"fill-in": "Document to fill in"}
    watches = (Watch("toolkits_fillabledocument", "'fill-in:' || {row}.id"),)

    def keys(self) -> Iterable[int]:
        return FillableDocument.objects.order_by("pk").values_list("pk", flat=True)

    def entries(self, keys: Collection[int]) -> Iterator[Entry]:
        for document in FillableDocument.objects.filter(pk__in=keys, is_offered=True).defer("content"):
            yield entry(
                f"fill-in:{document.pk}",
                access=PUBLIC,
                url=document.get_absolute_url(),
                title=document.title,
                summary=document.summary,
                body=" ".join(block.value["label"] for block in document.fields),
                labels=Labels("fill-in"),
                on=document.changed_at,
                weight=0.9,
            )
