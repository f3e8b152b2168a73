"""Makes the figures of the demonstration and the calculator that works with them."""

import tomllib
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Site

from portal.demo.load_pages import Loader, label
from portal.members.models import User
from portal.pages.markdown import to_blocks
from portal.pages.models import StaffRole
from portal.toolkits.models import CalculatorPage, Figure

FILE = Path(__file__).parent / "figures.toml"


@transaction.atomic
def load_figures(*, by: User, now: datetime) -> None:
    """Make the figures and the page that do not exist yet; the page is published by `by`."""
    facts = tomllib.loads(FILE.read_text(encoding="utf-8"))
    for one in facts["figure"]:
        if not Figure.objects.filter(key=one["key"]).exists():
            Figure.objects.create(**values_of(one))
    home = Site.objects.get(is_default_site=True).root_page
    page = facts["page"]
    text = to_blocks(page.pop("text"))
    # Below the toolkits: what a network uses stands together.
    parent = home.get_children().get(slug="toolkits").specific
    Loader(by, timezone.localdate(now)).add(parent, CalculatorPage(**page, body=text))


def values_of(facts: dict[str, Any]) -> dict[str, Any]:
    """What the row of a figure holds."""
    role = label(StaffRole, facts["role"]) if "role" in facts else None
    others = {key: value for key, value in facts.items() if key not in {"amount", "role"}}
    return {**others, "role": role, "hundredths": int(Decimal(facts["amount"]) * 100)}
