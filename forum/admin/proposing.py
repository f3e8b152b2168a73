"""Changing the rules and conditions of a list: built as a proposal, which is in the address, then looked at, then saved."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from forum.actions.lists import changes_of
from forum.admin.frame import CHANGE, list_or_404, page
from forum.foreseeing import refusals
from forum.forms.lists import ConditionsForm, RuleForm
from forum.models import MailingList
from forum.proposals import Proposal, as_it_is, facts_with, from_token, titles_of, to_token
from forum.rules.checking import MOST_RULES
from forum.rules.sentences import moment, rule_sentence


@permission_required(CHANGE, raise_exception=True)
@require_safe
def rules(request: HttpRequest, pk: int) -> HttpResponse:
    """The rules and conditions as they would be, and how to change each. Nothing is saved here."""
    found = list_or_404(pk)
    proposal = proposal_of(request, found)
    changes = changes_of(as_it_is(found), proposal)
    context = {
        "rules": [
            (rule_sentence(rule), to_token(found, _without(proposal, place)))
            for place, rule in enumerate(proposal.rules)
        ],
        "conditions": _conditions(proposal),
        "token": to_token(found, proposal),
        "changes": changes,
        "refusals": refusals(found, facts_with(found, proposal), timezone.now()) if changes else [],
        "can_add": len(proposal.rules) < MOST_RULES,
    }
    return page(request, "rules", found, "Who may be on the list", **context)


@permission_required(CHANGE, raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, pk: int, place: int | None = None) -> HttpResponse:
    """One rule as a sentence: a new one, or the one at that place of the proposal."""
    found = list_or_404(pk)
    proposal = proposal_of(request, found)
    if place is not None and place >= len(proposal.rules):
        raise Http404("The proposal has no such rule.")
    before = None if place is None else proposal.rules[place]
    form = RuleForm(request.POST or None, initial=RuleForm.values_of(before) if before else None)
    if request.method == "POST" and form.is_valid():
        built = form.rule(before.number if before else 0)
        rules = list(proposal.rules)
        if place is None:
            rules.append(built)
        else:
            rules[place] = built
        return _back(found, replace(proposal, rules=tuple(rules)))
    title = "Change the rule" if before else "Add a rule"
    context = {"form": form, "token": to_token(found, proposal), "was": before and rule_sentence(before)}
    return page(request, "rule", found, title, **context)


@permission_required(CHANGE, raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def conditions(request: HttpRequest, pk: int) -> HttpResponse:
    """When the list opens and closes, its days of grace and its terms, as they would be."""
    found = list_or_404(pk)
    proposal = proposal_of(request, found)
    form = ConditionsForm(request.POST or None, initial=ConditionsForm.values_of(proposal))
    if request.method == "POST" and form.is_valid():
        return _back(found, replace(proposal, **form.changes()))
    context = {"form": form, "token": to_token(found, proposal)}
    return page(request, "conditions", found, "Opening, closing, grace and terms", **context)


def proposal_of(request: HttpRequest, found: MailingList) -> Proposal:
    """The proposal that the address or the form carries; the list as it is, if there is none."""
    token = request.POST.get("proposal") or request.GET.get("proposal", "")
    proposal = from_token(found, token) if token else None
    if token and proposal is None:
        messages.warning(
            request, "What you had changed has not been saved, and is older than a day. Begin again."
        )
    return proposal or as_it_is(found)


def _without(proposal: Proposal, place: int) -> Proposal:
    return replace(proposal, rules=proposal.rules[:place] + proposal.rules[place + 1 :])


def _conditions(proposal: Proposal) -> list[tuple[str, Any]]:
    return [
        ("Opens", moment(proposal.opens_at) if proposal.opens_at else "It is open from the beginning"),
        ("Closes", moment(proposal.closes_at) if proposal.closes_at else "It does not close"),
        ("After it has closed", proposal.after_closing.label),
        ("Days of grace", proposal.grace_days),
        ("Terms to accept", ", ".join(titles_of(proposal)) or "None"),
    ]


def _back(found: MailingList, proposal: Proposal) -> HttpResponse:
    query = urlencode({"proposal": to_token(found, proposal)})
    return redirect(f"{reverse('lists:rules', args=[found.pk])}?{query}")


def urls() -> list[URLPattern]:
    return [
        path("<int:pk>/rules/", rules, name="rules"),
        path("<int:pk>/rules/add/", rule, name="rule_add"),
        path("<int:pk>/rules/<int:place>/", rule, name="rule"),
        path("<int:pk>/rules/conditions/", conditions, name="conditions"),
    ]
