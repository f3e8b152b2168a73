"""A network's checklist: opened, worked on line by line, taken away, put aside."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.members.actions import RefusedError
from portal.pages.navigation import Link
from portal.toolkits.actions import checklists as actions
from portal.toolkits.forms.checklists import AssignForm, DueForm, NoteForm
from portal.toolkits.models import Checklist
from portal.toolkits.reading import checklists_of, open_checklist, shown
from portal.toolkits.rules.checklists import Shown
from portal.toolkits.standing import colleagues, networks_of, waits_for_confirmation
from portal.toolkits.views.frame import Desk, for_the_network, toolkit_for, way_to

HOME = Link("Home", "/")


@dataclass(frozen=True)
class Trouble:
    """Why a change of a line was not made, and the words that would otherwise be lost."""

    key: UUID
    said: str
    field: str = ""
    typed: str = ""
    is_conflict: bool = False

    @property
    def status(self) -> int:
        return 409 if self.is_conflict else 422


@require_safe
@never_cache
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The checklists that the reader's networks are working on, with how far they are."""
    now = timezone.now()
    context = {
        "progress": checklists_of(request.user, now),
        "has_network": networks_of(request.user, now).exists(),
        "waits": waits_for_confirmation(request.user, now),
        "breadcrumbs": [HOME],
    }
    return render(request, "toolkits/mine.html", context)


@require_safe
@never_cache
@login_required
def choose(request: HttpRequest, page: int) -> HttpResponse:
    """Leads on to the list of the reader's network; asks which, if there are several, and says what to do if there is none."""
    toolkit, now = toolkit_for(request, page), timezone.now()
    networks = list(networks_of(request.user, now))
    if len(networks) == 1:
        return redirect("checklist", page=page, code=networks[0].code)
    context = {
        "toolkit": toolkit,
        "networks": networks,
        "waits": waits_for_confirmation(request.user, now),
        "breadcrumbs": way_to(request, toolkit),
    }
    return render(request, "toolkits/choose.html", context)


@require_safe
@for_the_network
def checklist(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The list to work on."""
    return _whole(request, desk)


@require_POST
@for_the_network
def line(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """One change of one line: `do` says which. The page's script asks `quietly`, and is given the line as it is then."""
    place = actions.Place(desk.toolkit, desk.network, key, desk.user, desk.now)
    try:
        trouble = _change(request, desk, place)
    except actions.NotYoursError as refused:
        return HttpResponse(str(refused), status=403, content_type="text/plain; charset=utf-8")
    except RefusedError as refused:
        trouble = Trouble(key, str(refused))
    if "quietly" in request.POST:
        return _alone(request, desk, key, trouble)
    if trouble is not None:
        return _whole(request, desk, trouble)
    return redirect(f"{reverse('checklist', kwargs=desk.address)}#item-{key}")


@require_http_methods(["GET", "HEAD", "POST"])
@for_the_network
def start_again(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Asks first; a POST puts the list aside."""
    if request.method == "POST":
        try:
            actions.archive(toolkit=desk.toolkit, network=desk.network, by=desk.user, now=desk.now)
        except RefusedError as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, "The list has been put aside. You find it under “Earlier lists”.")
        return redirect("checklist", **desk.address)
    found = open_checklist(desk.toolkit, desk.network)
    return render(
        request,
        "toolkits/start_again.html",
        {
            "desk": desk,
            "checklist": found,
            "shown": shown(desk.toolkit, found),
            "breadcrumbs": way_to(request, desk.toolkit, _own(desk)),
        },
    )


@require_safe
@for_the_network
def earlier(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """A list that was put aside, to read."""
    lists = Checklist.objects.archived().filter(toolkit=desk.toolkit, network=desk.network)
    found = get_object_or_404(lists.select_related("archived_by"), pk=pk)
    context = {
        "desk": desk,
        "checklist": found,
        "shown": shown(desk.toolkit, found),
        "breadcrumbs": way_to(request, desk.toolkit, _own(desk)),
        "today": timezone.localdate(desk.now),
    }
    return render(request, "toolkits/earlier.html", context)


def _change(request: HttpRequest, desk: Desk, place: actions.Place) -> Trouble | None:
    """Does what the form asks; gives back why not, if what was typed cannot be. Raises `RefusedError`."""
    match request.POST.get("do"):
        case "tick" | "untick" as what:
            actions.mark(place=place, is_done=what == "tick")
        case "assign":
            form: Any = AssignForm(request.POST, people=colleagues(desk.network, desk.now))
            if not form.is_valid():
                return _trouble(place.key, form, "person")
            actions.assign(place=place, to=form.chosen())
        case "due":
            form = DueForm(request.POST)
            if not form.is_valid():
                return _trouble(place.key, form, "due", request.POST.get("due", ""))
            actions.set_due(place=place, on=form.cleaned_data["due"])
        case "note":
            return _write(request, place)
        case _:
            return Trouble(place.key, "Choose what you want to do, then try again.")
    return None


def _write(request: HttpRequest, place: actions.Place) -> Trouble | None:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _trouble(place.key, form, "note", request.POST.get("note", ""))
    text = form.cleaned_data["note"]
    try:
        actions.write_note(place=place, text=text, based_on=form.cleaned_data["based_on"])
    except actions.NoteChangedError as changed:
        return Trouble(place.key, str(changed), "note", text, is_conflict=True)
    return None


def _trouble(key: UUID, form: Any, name: str, typed: str = "") -> Trouble:
    said = next(iter(form.errors.values()))[0]
    return Trouble(key, str(said), name, typed)


def _own(desk: Desk) -> Link:
    return Link(desk.network.name, reverse("checklist", kwargs=desk.address))


def _whole(request: HttpRequest, desk: Desk, trouble: Trouble | None = None) -> HttpResponse:
    found = open_checklist(desk.toolkit, desk.network)
    archived = Checklist.objects.archived().filter(toolkit=desk.toolkit, network=desk.network)
    context = {
        **_context(desk, shown(desk.toolkit, found), trouble),
        "checklist": found,
        "archived": archived.select_related("archived_by")[:20],
        "breadcrumbs": way_to(request, desk.toolkit),
    }
    return render(request, "toolkits/checklist.html", context, status=trouble.status if trouble else 200)


def _alone(request: HttpRequest, desk: Desk, key: UUID, trouble: Trouble | None) -> HttpResponse:
    """One line as it is now; nothing, if nothing of it is left."""
    now_shown = shown(desk.toolkit, open_checklist(desk.toolkit, desk.network))
    found = next((one for one in (*now_shown.lines, *now_shown.gone) if one.todo.key == key), None)
    status = trouble.status if trouble else 200
    if found is None:
        return HttpResponse("", status=status)
    context = {**_context(desk, now_shown, trouble), "line": found}
    return render(request, "toolkits/line.html", context, status=status)


def _context(desk: Desk, now_shown: Shown, trouble: Trouble | None) -> dict[str, Any]:
    return {
        "desk": desk,
        "shown": now_shown,
        "people": colleagues(desk.network, desk.now),
        "trouble": trouble,
        "today": timezone.localdate(desk.now),
    }
