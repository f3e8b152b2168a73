"""What will this do? Who loses, keeps or gains access, on which day, by a proposal or by time alone; and saving a proposal."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from forum import actions
from forum.access import list_facts
from forum.actions.lists import changes_of
from forum.admin.frame import CHANGE, PEOPLE, list_or_404, page
from forum.admin.proposing import proposal_of
from forum.foreseeing import Effect, affected, effect, moments_to_look_at, refusals
from forum.forms.lists import WhenForm
from forum.models import Level, MailingList
from forum.proposals import Proposal, as_it_is, facts_with, to_token
from forum.rules import ListFacts
from forum.rules.sentences import CAN, moment
from portal.members.actions import RefusedError
from portal.members.admin.lists import csv_answer

PEOPLE_ON_A_PAGE = 50
COLUMNS = ("Person", "E-mail address", "Before", "After", "At")


@dataclass(frozen=True)
class Question:
    """What is asked: a list, what it would be, and since when to compare. `since` is `None` where rules are compared."""

    mailing_list: MailingList
    proposal: Proposal
    proposed: ListFacts
    changes: dict[str, Any]
    now: datetime

    @property
    def since(self) -> datetime | None:
        return None if self.changes else self.now

    def effect(self, at: datetime) -> Effect:
        return effect(self.mailing_list, self.proposed, at, since=self.since)

    def moments(self) -> list[datetime]:
        current = list_facts([self.mailing_list])[self.mailing_list.pk]
        found = moments_to_look_at(current, self.proposed, self.now)
        return found if self.changes else found[1:]


@permission_required((*CHANGE, PEOPLE), raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def effects(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows what a proposal would do, or what time alone does; a POST saves the proposal."""
    asked = _question(request, pk)
    if request.method != "POST":
        return _shown(request, asked)
    if not asked.changes:
        return _shown(request, asked, notice="There is nothing to save: these are the rules as they are.")
    try:
        actions.change_rules(
            mailing_list=asked.mailing_list, proposal=asked.proposal, by=request.user, now=asked.now
        )
    except RefusedError as refused:
        return _shown(request, asked, notice=str(refused))
    messages.success(request, "Saved. The rules hold from now on.")
    return redirect("lists:list", pk)


@permission_required((*CHANGE, PEOPLE), raise_exception=True)
@require_POST
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The people whose access would change at a moment, as CSV. The log says who took them."""
    asked = _question(request, pk)
    form = WhenForm(request.POST)
    at = (form.is_valid() and form.cleaned_data["at"]) or asked.now
    actions.record_export(
        "list.effect-exported",
        mailing_list=asked.mailing_list,
        by=request.user,
        now=asked.now,
        details={"at": moment(at), "changes": asked.changes},
    )
    return csv_answer(f"{asked.mailing_list.slug}-{timezone.localdate(at)}", COLUMNS, _cells(asked, at))


def _question(request: HttpRequest, pk: int) -> Question:
    found = list_or_404(pk)
    proposal, now = proposal_of(request, found), timezone.now()
    return Question(found, proposal, facts_with(found, proposal), changes_of(as_it_is(found), proposal), now)


def _shown(request: HttpRequest, asked: Question, notice: str = "") -> HttpResponse:
    form = WhenForm(request.GET if "at" in request.GET else None)
    typed = form.cleaned_data["at"] if form.is_valid() else None
    if typed and typed < asked.now:
        form.add_error("at", "This moment has passed. Give one in the future.")
        typed = None
    moments = sorted({*asked.moments(), *([typed] if typed else [])})
    found = [asked.effect(at) for at in moments]
    chosen = next((one for one in found if one.at == typed), None) or next(
        (one for one in found if one.loses or one.gains), None
    )
    context = {
        "form": form,
        "token": to_token(asked.mailing_list, asked.proposal) if asked.changes else "",
        "changes": asked.changes,
        "effects": [(one, _when(one.at, asked.now), _address(one.at, asked.now)) for one in found],
        "chosen": chosen and _people(request, asked, chosen),
        "refusals": refusals(asked.mailing_list, asked.proposed, asked.now) if asked.changes else [],
        "notice": notice,
    }
    title = "What will this do?" if asked.changes else "Who will lose access?"
    return page(request, "effect", asked.mailing_list, title, status=409 if notice else 200, **context)


def _people(request: HttpRequest, asked: Question, chosen: Effect) -> dict[str, Any]:
    """A page of those whose access changes at the moment that is looked at, and from what to what."""
    count = chosen.loses + chosen.gains
    pages = max(1, -(-count // PEOPLE_ON_A_PAGE))
    number = request.GET.get("page", "")
    number = min(max(int(number), 1), pages) if number.isdecimal() and len(number) < 9 else 1
    rows = affected(asked.mailing_list, asked.proposed, chosen.at, since=asked.since).select_related("user")
    first = (number - 1) * PEOPLE_ON_A_PAGE
    return {
        "at": _address(chosen.at, asked.now),
        "when": _when(chosen.at, asked.now),
        "steps": [
            (CAN[before], CAN[after], count)
            for (before, after), count in sorted(chosen.counts.items())
            if before != after
        ],
        "people": [
            (row, CAN[Level(row.before)], CAN[Level(row.after)])
            for row in rows[first : first + PEOPLE_ON_A_PAGE]
        ],
        "count": count,
        "page": number,
        "pages": pages,
        "previous": number - 1,
        "next": number + 1 if number < pages else 0,
    }


def _cells(asked: Question, at: datetime) -> Iterator[tuple[str, ...]]:
    rows = affected(asked.mailing_list, asked.proposed, at, since=asked.since).select_related("user")
    for row in rows.iterator(chunk_size=2000):
        yield (
            str(row.user),
            row.user.email,
            CAN[Level(row.before)],
            CAN[Level(row.after)],
            f"{timezone.localtime(at):%Y-%m-%d %H:%M}",
        )


def _when(at: datetime, now: datetime) -> str:
    return "Now" if at == now else f"At {moment(at)}"


def _address(at: datetime, now: datetime) -> str:
    """The moment for an address. Now has none: it will be another one when the address is asked for."""
    return "" if at == now else at.isoformat()


def urls() -> list[URLPattern]:
    return [
        path("<int:pk>/effect/", effects, name="effect"),
        path("<int:pk>/effect/export/", export, name="effect_export"),
    ]
