"""The demo's advisory service."""

from datetime import datetime

import pytest
from django.test import Client

from portal.demo.accounts import load_accounts
from portal.demo.load_advice import load_advice
from portal.enquiries.models import AdvicePage, AdviceTopic, Enquiry, Message
from portal.members.models import Mail
from portal.pages.models import HomePage
from tests.enquiries.factories import make_topic

pytestmark = pytest.mark.one_database("shows what is made of rows that other tests read on each database")


def test_demo_advice_is_made_once_in_every_state_and_nobody_is_written_to(
    home: HomePage, now: datetime, client: Client
) -> None:
    people, found = load_accounts(), []
    make_topic("Paid advice", is_offered=False)  # as the demo's events make it
    for _ in range(2):
        load_advice(by=people["Publisher"], people=people, now=now)
        found.append(tuple(model.objects.count() for model in (AdviceTopic, Enquiry, Message)))

    assert found[0] == found[1]
    assert (found[0][0], found[0][2]) == (4, 9)
    states = set(Enquiry.objects.filter(emptied_at=None).values_list("state", flat=True))
    assert states == {"open", "asked-back", "answered", "closed", "held"}
    assert not Mail.objects.exists()
    assert "Agreements and governance" in client.get(AdvicePage.objects.get().url).content.decode()
