"""Answering the author of a post alone, and the page on which both read and answer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from forum.actions.messaging import answer_message, answer_privately
from forum.forms.messages import MessageForm
from forum.models import Level, PrivateMessage
from forum.topics import posts_shown
from forum.views.composing import keeping_words
from forum.views.frame import Place, breadcrumbs, for_those_who
from portal.members.actions import RefusedError

SENT = "Your answer has been sent. Nobody else sees it."


@keeping_words
@require_http_methods(["GET", "HEAD", "POST"])
@for_those_who(Level.READ)
def private_message(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """Writes to the author of a post alone."""
    post = get_object_or_404(posts_shown(place.list, place.user, place.access).exclude(poster=None), pk=pk)
    form = MessageForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            answer_privately(
                post=post,
                sender=place.user,
                text=form.cleaned_data["text"],
                submission=form.cleaned_data["key"],
                now=place.now,
            )
        except RefusedError as refused:
            form.refuse(refused)
        else:
            messages.success(request, SENT)
            return redirect("post", place.list.slug, post.pk)
    way = breadcrumbs((place.list.name, place.list.get_absolute_url()))
    context = {"list": place.list, "place": place, "post": post, "form": form, "breadcrumbs": way}
    return render(request, "listserver/private_message.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """What two people wrote to one another about a post, for these two alone, also when they are no longer on the list."""
    own = PrivateMessage.objects.filter(Q(sender=request.user) | Q(recipient=request.user))
    found = get_object_or_404(
        own.select_related("post__topic__forum__mailing_list", "sender", "recipient"), pk=pk
    )
    form = MessageForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            answer_message(
                message=found,
                sender=request.user,
                text=form.cleaned_data["text"],
                submission=form.cleaned_data["key"],
                now=timezone.now(),
            )
        except RefusedError as refused:
            form.refuse(refused)
        else:
            messages.success(request, SENT)
            return redirect("message", pk)
    other = found.recipient if found.sender_id == request.user.pk else found.sender
    pair = {found.sender_id, found.recipient_id}
    context = {
        "exchange": own.filter(post=found.post_id, sender__in=pair, recipient__in=pair).select_related(
            "sender"
        ),
        "found": found,
        "other": other,
        "form": form,
        "breadcrumbs": breadcrumbs(),
    }
    return render(request, "listserver/message.html", context)
