"""Access that was given to a list in the admin: who has it and why, giving it, and taking it back."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from forum import actions
from forum.admin.frame import GIVE, cannot_manage, list_or_404, page
from forum.forms.people import GrantForm, ReasonForm
from forum.models import Grant
from portal.members.actions import RefusedError

MOST_ENDED = 50


@permission_required("listserver.view_grant", raise_exception=True)
@require_safe
def grants(request: HttpRequest, pk: int) -> HttpResponse:
    """Who has access beyond the rules, and who had it before."""
    found, now = list_or_404(pk), timezone.now()
    ended = Grant.objects.filter(list=found, ends_at__lte=now).select_related("user", "by")[:MOST_ENDED]
    context = {
        "grants": Grant.objects.on(found, now),
        "ended": ended,
        "cannot_manage": cannot_manage(request, found, now),
    }
    return page(request, "grants", found, "Access beyond the rules", **context)


@permission_required(GIVE, raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks whom to give access, to do what, why and until when; a POST gives it."""
    found = list_or_404(pk)
    form = GrantForm(request.POST or None, initial={"user": request.GET.get("person", "")})
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_access(mailing_list=found, by=request.user, now=timezone.now(), **form.cleaned_data)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"{form.cleaned_data['user']} now has access.")
            return redirect("lists:grants", found.pk)
    return page(request, "give", found, "Give access", form=form)


@permission_required("listserver.view_grant", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, pk: int, grant: int) -> HttpResponse:
    """Asks why access is taken back; a POST ends it."""
    found = list_or_404(pk)
    one = get_object_or_404(Grant.objects.select_related("user"), list=found, pk=grant)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.take_back(
                grant=one, by=request.user, now=timezone.now(), reason=form.cleaned_data["reason"]
            )
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The access has been taken back.")
            return redirect("lists:grants", found.pk)
    return page(request, "take_back", found, "Take access back", form=form, grant=one)


def urls() -> list[URLPattern]:
    return [
        path("<int:pk>/access/", grants, name="grants"),
        path("<int:pk>/access/give/", give, name="give"),
        path("<int:pk>/access/<int:grant>/take-back/", take_back, name="take_back"),
    ]
