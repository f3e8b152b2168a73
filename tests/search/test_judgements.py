"""How well each engine ranks the demonstration, and that it does not get worse unnoticed."""

from datetime import datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from search.actions.indexing import catch_up

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def shared(django_db_blocker: Any) -> datetime:
    """The demonstration, indexed; and when."""
    with django_db_blocker.unblock():
        call_command("load_demo", verbosity=0)
        now = timezone.now()
        catch_up(now)
    return now
