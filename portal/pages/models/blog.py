"""What people think and have seen: posts with their authors, and the list of them."""

from collections import Counter
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel

from portal.pages.blocks import PageBodyBlock
from portal.pages.fields import StreamField
from portal.pages.models.author import Author
from portal.pages.models.base import BasePage, Dated, ReadAtLength
from portal.pages.models.case_study import Theme
from portal.pages.models.index import Indexed, IndexPage

RELATED_POSTS = 3


class BlogIndexPage(IndexPage):
    """All posts, the newest first, which readers narrow down by author and topic."""

    addresses = "portal.pages.urls.blog_urls"

    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.BlogPostPage"]
    max_count = 1
    template = "pages/blog_index_page.html"
    page_description = "The list of all blog posts, with a feed."

    class Meta:
        verbose_name = "blog"

    def below(self) -> QuerySet["BlogPostPage"]:
        return BlogPostPage.objects.child_of(self)


class BlogPostPage(Dated, ReadAtLength, Indexed):
    """What one or several people have to say, in their own names."""

    authors = ParentalManyToManyField(Author, blank=True, related_name="posts")
    topics = ParentalManyToManyField(Theme, blank=True, related_name="blog_posts")
    body = StreamField(PageBodyBlock())

    parent_page_types = ["pages.BlogIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "pages/blog_post_page.html"
    page_description = "An opinion or experience, with its authors and date."

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("authors", widget=forms.CheckboxSelectMultiple),
        FieldPanel("published_on"),
        FieldPanel("topics", widget=forms.CheckboxSelectMultiple),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = "blog post"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        authors, topics = list(self.authors.select_related("photo")), list(self.topics.all())
        return {
            **super().get_context(request, *args, **kwargs),
            "authors": authors,
            "topics": topics,
            "related": self.related(topics),
            "structured": {
                "@type": "BlogPosting",
                "author": [_person(author) for author in authors],
                "keywords": [topic.name for topic in topics],
                "timeRequired": f"PT{self.reading_minutes}M",
            },
        }

    def related(self, topics: list[Theme]) -> list["BlogPostPage"]:
        """Other posts that share a topic: those that share most first, then the newest."""
        others = BlogPostPage.objects.sibling_of(self, inclusive=False).live().defer("body")
        others = others.filter(view_restrictions=None)  # what is above them is above this one too
        rows = others.filter(topics__in=topics).order_by("-published_on", "title")
        shared: Counter[BlogPostPage] = Counter(rows)  # a row for each topic in common
        return [post for post, _ in shared.most_common(RELATED_POSTS)]


def _person(author: Author) -> dict[str, str]:
    person = {"@type": "Person", "name": author.name}
    return {**person, "jobTitle": author.role} if author.role else person
