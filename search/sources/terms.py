"""The terms that people accept, each version for as long as it is the current one."""

from collections.abc import Collection, Iterable, Iterator

from django.urls import reverse

from portal.members.models import TermsVersion
from portal.members.texts import to_html
from search.models import Entry
from search.sources.base import PUBLIC, Labels, entry, text_of_html
from search.watching import Watch

# Another version may end the time of this one.
OF_TERMS = "SELECT 'terms:' || id FROM members_termsversion WHERE terms_id = {row}.terms_id"


class TermsSource:
    """Terms, as they are now."""

    name = "terms"
    kinds = {"terms": "Terms"}
    watches = (
        Watch("members_termsversion", OF_TERMS),
        Watch("members_termsversion", "'terms:' || {row}.id", events=("DELETE",)),
        Watch(
            "members_terms",
            "SELECT 'terms:' || id FROM members_termsversion WHERE terms_id = {row}.id",
            ("title", "slug"),
            ("UPDATE",),
        ),
    )

    def keys(self) -> Iterable[int]:
        return TermsVersion.objects.order_by("pk").values_list("pk", flat=True)

    def entries(self, keys: Collection[int]) -> Iterator[Entry]:
        versions = list(
            TermsVersion.objects.filter(pk__in=keys, published_at__isnull=False).select_related("terms")
        )
        later = TermsVersion.objects.filter(
            terms__in={one.terms_id for one in versions}, published_at__isnull=False
        )
        published = list(later.values_list("terms_id", "number", "published_at"))
        for version in versions:
            until = min(
                (
                    at
                    for terms, number, at in published
                    if terms == version.terms_id and number > version.number
                ),
                default=None,
            )
            yield entry(
                f"terms:{version.pk}",
                access=PUBLIC,
                url=reverse("terms_current", args=[version.terms.slug]),
                title=version.terms.title,
                body=text_of_html(to_html(version.text)),
                trail="Terms",
                labels=Labels("terms"),
                on=version.published_at,
                shown_from=version.published_at,
                shown_until=until and max(until, version.published_at),
                weight=0.8,
            )
