"""The calculator: what a network is paid, line by line, each with the section that says so. Nothing is stored."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from portal.pages.models import StaffRole
from portal.toolkits.forms.calculator import CalculatorForm
from portal.toolkits.models import CalculatorPage, Figure, Unit
from portal.toolkits.rules.funding import Result, Year, worked_out, years_of
from portal.toolkits.sources import sources_of

SCHEMA = {
    "@type": "WebApplication",
    "applicationCategory": "BusinessApplication",
    "operatingSystem": "Any",
    "isAccessibleForFree": True,
}


@method_decorator(require_safe)
def calculator(page: CalculatorPage, request: HttpRequest) -> HttpResponse:
    """The form and, if the address says enough, what follows. The page is the same for everybody with this address."""
    now = timezone.now()
    today = timezone.localdate(now)
    figures = list(Figure.objects.select_related("role").order_by("name", "starts_on", "pk"))
    form = CalculatorForm(
        request.GET if "registered" in request.GET else None,
        years=years_of(figures, today),
        this=Year.of(today),
        roles=_roles(figures),
        by_cost={figure.role_id for figure in figures if figure.unit == Unit.SHARE},
        weighted=any(figure.unit == Unit.WEIGHTED for figure in figures),
    )
    result = worked_out(figures, form.inputs()) if form.is_valid() else None
    context: dict[str, Any] = {
        **page.get_context(request),
        "form": form,
        "has_figures": bool(figures),
        "result": result,
        "sources": sources_of(_used(result), user=request.user, now=now) if result else {},
        "today": today,
        "structured": SCHEMA,
    }
    return TemplateResponse(request, page.template, context)


def _roles(figures: Iterable[Figure]) -> list[StaffRole]:
    """The roles that there is a figure for, by name."""
    found = {figure.role_id: figure.role for figure in figures if figure.role is not None}
    return sorted(found.values(), key=lambda role: role.name)


def _used(result: Result) -> list[Figure]:
    return list({figure.pk: figure for line in result.lines for figure in line.figures}.values())
