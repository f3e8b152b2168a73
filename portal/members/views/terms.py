"""The terms that people agree to: to read, in each version, and to accept."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.members import actions, terms
from portal.members.forms import AcceptTermsForm
from portal.members.models import Terms, TermsVersion
from portal.members.texts import to_html
from portal.members.views.addresses import local_address


@require_safe
def terms_list(request: HttpRequest) -> HttpResponse:
    """All terms that have a published version."""
    return render(request, "members/terms/list.html", {"listed": terms.listed(timezone.now())})


@require_safe
def terms_version(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """Terms in their current version, or in the one with that number."""
    document = get_object_or_404(Terms, slug=slug)
    now = timezone.now()
    versions = terms.versions_of([document], now)[document.pk]
    version = next((one for one in reversed(versions) if number in (None, one.number)), None)
    if version is None:
        raise Http404
    context = {
        "terms": document,
        "version": version,
        "current": versions[-1],
        "versions": versions[::-1],
        "html": to_html(version.text),
    }
    if request.user.is_authenticated:
        context["standing"] = terms.standings(request.user, now, [document])[0]
    return render(request, "members/terms/version.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, slug: str) -> HttpResponse:
    """Shows the current version and what is new since the one that was accepted; a POST accepts it."""
    document = get_object_or_404(Terms, slug=slug)
    now = timezone.now()
    versions = terms.versions_of([document], now)[document.pk]
    if not versions:
        raise Http404
    back = local_address(
        request, request.POST.get("next", request.GET.get("next", "")), otherwise="account_profile"
    )
    form = AcceptTermsForm(request.POST if request.method == "POST" else None, version=versions[-1])
    if form.is_valid():
        try:
            actions.accept_version(user=request.user, version=versions[-1], now=now)
        except actions.RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"You have accepted: {document}, version {versions[-1].number}.")
            return HttpResponseRedirect(back)
    standing = terms.standings(request.user, now, [document])[0]
    context = {
        "terms": document,
        "version": versions[-1],
        "standing": standing,
        "changes": _changes_since(standing, versions),
        "html": to_html(versions[-1].text),
        "form": form,
        "back": back,
        "redirect_field": format_html('<input type="hidden" name="next" value="{}">', back),
    }
    return render(request, "members/terms/accept.html", context)


def _changes_since(standing: terms.Standing, versions: list[TermsVersion]) -> list[TermsVersion]:
    """The versions after the one that the person accepted last, the newest first; none if they accepted none."""
    if standing.accepted is None:
        return []
    return [one for one in reversed(versions) if one.number > standing.accepted.version.number]
