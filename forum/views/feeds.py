"""The newest posts of a list as a feed, for those who may read it at the moment at which it is asked for."""

import re
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from forum.models import Level, Post
from forum.profiles import author_of
from forum.views.frame import Place, for_those_who

POSTS_IN_FEED = 20
# What a subject may hold and XML has no way to say.
UNSPEAKABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@require_safe
@for_those_who(Level.READ)
def feed(request: HttpRequest, place: Place) -> HttpResponse:
    """The newest twenty posts that readers see in the Atom format: topic, author and moment, and nothing of the text."""
    posts = list(
        Post.objects.filter(topic__forum=place.list.forum_id, approved=True, topic__approved=True)
        .select_related("topic", "poster")
        .order_by("-created", "-pk")[:POSTS_IN_FEED]
    )
    atom = _Feed(
        title=place.list.name,
        link=f"{settings.BASE_URL}{place.list.get_absolute_url()}",
        description=None,
        language="en-GB",
        feed_url=f"{settings.BASE_URL}{request.path}",
    )
    atom.changed_at = posts[0].created if posts else place.list.created_at
    for post in posts:
        atom.add_item(
            title=UNSPEAKABLE.sub("", post.topic.subject),
            link=f"{settings.BASE_URL}{reverse('post', args=[place.list.slug, post.pk])}",
            description=None,
            author_name=UNSPEAKABLE.sub("", author_of(post)),
            pubdate=post.created,
            updateddate=post.created,
        )
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


class _Feed(Atom1Feed):
    """A feed that was changed when its newest post was written, whatever the moment it is asked for."""

    changed_at: datetime

    def latest_post_date(self) -> datetime:
        return self.changed_at
