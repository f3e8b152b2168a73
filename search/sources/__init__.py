"""Everything that can be found, and what of the portal cannot, with the reason."""

from search.sources.base import Source
from search.sources.documents import DocumentSource, ProductSource
from search.sources.forum import AttachmentSource, ListSource, PostSource, TopicSource
from search.sources.handbook import SectionSource
from search.sources.pages import PageSource, RecordingSource
from search.sources.people import NetworkSource, PersonSource
from search.sources.terms import TermsSource
from search.sources.toolkits import FillableSource

_ALL: tuple[Source, ...] = (
    SectionSource(),
    PageSource(),
    RecordingSource(),
    DocumentSource(),
    ProductSource(),
    FillableSource(),
    ListSource(),
    TopicSource(),
    PostSource(),
    AttachmentSource(),
    NetworkSource(),
    PersonSource(),
    TermsSource(),
)
SOURCES: dict[str, Source] = {source.name: source for source in _ALL}
# What each kind of entry is called, in the order in which readers choose among them.
KINDS: dict[str, str] = {kind: words for source in _ALL for kind, words in source.kinds.items()}
WATCHES = tuple(watch for source in _ALL for watch in source.watches)

__all__ = ["KINDS", "SOURCES", "WATCHES", "Source"]
