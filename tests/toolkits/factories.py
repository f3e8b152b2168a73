"""A toolkit with a checklist, a network, and people who work for it."""

from datetime import date
from typing import Any

from wagtail.models import Page

from portal.members.models import Appointment, Network, User
from portal.pages.models import ToolkitPage
from portal.toolkits.models import CalculatorPage, Figure
from tests.factories import NOW, make_home, make_user
from tests.members.factories import make_network
from tests.pages.factories import add, make_listing, make_toolkit

GROUPS = {
    "Money": ["Open an account", "Make a budget"],
    "People": ["Choose a director"],
}


def checklist(groups: dict[str, list[str]]) -> list[dict[str, Any]]:
    return [
        {
            "type": "group",
            "value": {"heading": heading, "items": [{"text": text, "help": ""} for text in texts]},
        }
        for heading, texts in groups.items()
    ]


def make_kit(home: Page | None = None, **fields: Any) -> ToolkitPage:
    """A toolkit of three things to do in two groups."""
    listing = make_listing(home or make_home(), title="Toolkits", slug="toolkits")
    return make_toolkit(listing, **{"checklist": checklist(GROUPS), **fields})


def appoint(user: User, network: Network, **fields: Any) -> Appointment:
    """A confirmed appointment that began long ago and has no end."""
    values = {"role": "clinical-director", "starts_on": date(2020, 1, 1), "confirmed_at": NOW, **fields}
    return Appointment.objects.create(user=user, network=network, **values)


def make_colleagues(network: Network | None = None) -> tuple[Network, User, User]:
    """A network, and Ada and Grace who work for it."""
    network = network or make_network()
    ada, grace = make_user(), make_user(first_name="Grace", last_name="Sample")
    appoint(ada, network)
    appoint(grace, network, role="other")
    return network, ada, grace


def make_calculator(home: Page, **fields: Any) -> CalculatorPage:
    return add(home, CalculatorPage(**{"title": "Sums", "slug": "sums", **fields}))


def figure(**fields: Any) -> Figure:
    """The core payment since 1 April 2024, not saved."""
    usual = {
        "key": "core-payment",
        "name": "Core payment",
        "unit": "patient",
        "hundredths": 150,
        "starts_on": date(2024, 4, 1),
        "source": "/handbook/1.0/money/",
    }
    return Figure(**{**usual, **fields})
