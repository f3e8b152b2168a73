"""The searches that a person has saved: the page of them, saving one, changing how often, deleting it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.members.actions import RefusedError
from portal.members.models import Cadence
from search.actions.saving import change_frequency, delete_search, save_search
from search.following import as_typed, canonical, chosen_in, in_words, results_of, saved_by, words_for
from search.forms.saving import FREQUENCIES, NEVER, FrequencyForm, SaveForm
from search.models import SavedSearch
from search.rules.saving import MOST_SAVED


@require_safe
@never_cache
@login_required
def saved_searches(request: HttpRequest) -> HttpResponse:
    """What the signed-in person has saved, with how often they are written to about it."""
    searches = list(saved_by(request.user))
    lines = [
        {
            "saved": saved,
            "words": words,
            "url": results_of(saved.text, saved.chosen),
            "frequency": saved.cadence or NEVER,
        }
        for saved, words in zip(searches, in_words(searches), strict=True)
    ]
    context = {"lines": lines, "frequencies": FREQUENCIES, "most": MOST_SAVED}
    return render(request, "search/saved.html", context)


@require_POST
@never_cache
def save(request: HttpRequest) -> HttpResponse:
    """Saves the search of a page of results (`q`, `chosen`, `frequency`), and goes back to that page."""
    form = SaveForm(request.POST)
    if not form.is_valid():
        messages.error(request, next(iter(form.errors.values()))[0])
        return redirect("saved_searches")
    text, chosen = as_typed(form.cleaned_data["q"]), canonical(chosen_in(form.cleaned_data["chosen"]))
    back = results_of(text, chosen)
    if not request.user.is_authenticated:
        return redirect_to_login(back)
    try:
        saved = save_search(
            user=request.user, text=text, query_string=chosen, cadence=form.cadence, now=timezone.now()
        )
        messages.success(request, f"You have saved the search {words_for(saved)}. {_told(form.cadence)}")
    except RefusedError as refused:
        messages.error(request, str(refused))
    return redirect(back)


@require_POST
@never_cache
@login_required
def frequency(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes how often the person is written to about a search of theirs."""
    saved = get_object_or_404(SavedSearch, pk=pk, user=request.user)
    form = FrequencyForm(request.POST)
    if not form.is_valid():
        messages.error(request, next(iter(form.errors.values()))[0])
        return redirect("saved_searches")
    try:
        change_frequency(saved=saved, cadence=form.cadence, now=timezone.now())
        messages.success(request, f"Saved search {words_for(saved)}: {_told(form.cadence)}")
    except RefusedError as refused:
        messages.error(request, str(refused))
    return redirect("saved_searches")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks whether a saved search of the person's is to be deleted; a POST does it."""
    saved = get_object_or_404(SavedSearch, pk=pk, user=request.user)
    words = words_for(saved)
    if request.method == "POST":
        delete_search(saved=saved)
        messages.success(request, f"You have deleted the saved search {words}.")
        return redirect("saved_searches")
    return render(request, "search/saved_delete.html", {"words": words})


def _told(cadence: Cadence | None) -> str:
    return {
        Cadence.AT_ONCE: "We write to you as soon as something new fits it.",
        Cadence.WEEKLY: "We write to you once a week, on Monday, if something new fits it.",
        None: "We do not write to you about it.",
    }[cadence]
