"""What other pages show of writing: the form for an answer below a topic, and the drafts in a list."""

from typing import Any

from django import template
from django.template import Context

from forum.forms.posting import ReplyForm
from forum.topics import drafts_of
from forum.views.composing import with_draft
from forum.views.posting import ANSWER, begin_answer, place_of_answer

register = template.Library()


@register.inclusion_tag("listserver/components/composer.html", takes_context=True)
def reply_form(context: Context) -> dict[str, Any]:
    """The form for an answer in `topic`, for the reader who stands before the list as `place` says."""
    place, topic = context["place"], context["topic"]
    where = place_of_answer(topic)
    form = ReplyForm(initial=with_draft(place, where, begin_answer(place, topic)))
    return {
        "request": context["request"],
        "csrf_token": context.get("csrf_token"),
        "user": place.user,
        "list": place.list,
        "form": form,
        "writing": {"button": ANSWER, "draft": where},
        "action_topic": topic,
    }


@register.inclusion_tag("listserver/components/drafts.html", takes_context=True)
def draft_list(context: Context) -> dict[str, Any]:
    """What the reader is writing in the list."""
    place = context["place"]
    return {"drafts": drafts_of(place.list, place.user) if place.access.may_post else []}
