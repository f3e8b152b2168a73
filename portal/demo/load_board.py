"""Gives the demo's editors something to do: pages that nobody has read again for long, a link that leads nowhere, pages that wait for approval, banners."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from wagtail.models import Page, Site, Workflow, WorkflowPage

from portal.links.actions.gathering import gather_all
from portal.links.models import Link, State
from portal.members.models import User
from portal.pages.models import Banner, Term


@dataclass(frozen=True)
class Old:
    """A page, whose it is, and when it was last published."""

    slug: str
    owner: str
    days_ago: int


PAGES = (
    Old("first-100-days-as-clinical-director", "Editor", 430),
    Old("small-grants-and-link-workers", "Editor", 391),
    Old("running-a-network-meeting", "Publisher", 512),
    Old("network-meetings-and-decisions", "Publisher", 12),
    Old("what-a-primary-care-network-is", "Editor", 30),
)


TERMS = {
    "ARRS": "additional roles reimbursement scheme",
    "CPD": "continuing professional development",
    "ICB": "integrated care board",
    "LMC": "local medical committee",
    "PCN": "primary care network",
}
WORKFLOW = "Clinical review, then publishing"
# Pages with a change that waits: for the clinical reviewer, and, looked at by her, for the publisher.
WAITING = (("what-a-primary-care-network-is", False), ("employing-additional-roles", True))

# In a domain that stands for nothing, so that what the demo says of it is true.
NOWHERE = "harbour-and-heath-pcn.example"


def load_board(*, people: dict[str, User], now: datetime) -> None:
    """Gives those pages their owners and their age, and notes that a link has failed. What is there already stays as it is."""
    for old in PAGES:
        Page.objects.filter(slug=old.slug, owner=None).update(
            owner=people[old.owner], last_published_at=now - timedelta(days=old.days_ago)
        )
    for short, words in TERMS.items():
        Term.objects.get_or_create(short=short, defaults={"words": words})
    if not Banner.objects.exists():
        Banner.objects.bulk_create(_banners(now))
    _start_reviews(people)
    gather_all(now)
    Link.objects.filter(host=NOWHERE, state=State.NEW).update(
        state=State.BROKEN,
        found="There is no server of this name.",
        failures=3,
        failed_on=timezone.localdate(now),
        checked_at=now,
        next_check_at=now + timedelta(days=3),
    )


def _banners(now: datetime) -> list[Banner]:
    """One that is over and one to come, so that the demo looks as a portal does on most days."""
    eight = timezone.localtime(now).replace(hour=8, minute=0, second=0, microsecond=0)
    return [
        Banner(
            title="The portal was slow this morning",
            text="Pages took up to a minute to open. You need not do anything: what you saved is safe.",
            kind=Banner.Kind.WARNING,
            starts_at=eight - timedelta(days=20),
            ends_at=eight - timedelta(days=20) + timedelta(hours=4),
        ),
        Banner(
            title="Year-end claims for additional roles close soon",
            text="Agree the last claim of the year with your practices, and send it to your commissioner in time.",
            link_text="Read about employing additional roles",
            link_page=Page.objects.filter(slug="employing-additional-roles").first(),
            starts_at=eight + timedelta(days=30),
            ends_at=eight + timedelta(days=37),
        ),
    ]


def _start_reviews(people: dict[str, User]) -> None:
    """Gives the workflow to the home page, and submits pages whose summary the editor has changed. Only once."""
    home = Site.objects.get(is_default_site=True).root_page
    workflow = Workflow.objects.get(name=WORKFLOW)
    _, is_new = WorkflowPage.objects.get_or_create(page=home, defaults={"workflow": workflow})
    for slug, is_reviewed in WAITING if is_new else ():
        page = Page.objects.get(slug=slug).specific
        page.summary = f"{page.summary} Looked through for this year."
        page.save_revision(user=people["Editor"])
        state = workflow.start(page, people["Editor"])
        if is_reviewed:
            state.current_task_state.approve(user=people["Clinical reviewer"])
