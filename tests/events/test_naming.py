"""Who comes on a place: each with a price and a right of their own, whoever orders."""

from contextlib import nullcontext
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from events.actions.applying import apply, let_in
from events.actions.baskets import adopt, begin, confirm_address, identify
from events.actions.holding import hold
from events.actions.naming import name_attendees
from events.actions.ordering import place
from events.actions.passing import pass_on
from events.actions.waiting import accept
from events.baskets import shown
from events.models import Method, Order, OrderLine, OrderState, Price, Ticket, Whom
from portal.members.models import Role, User
from tests.events.factories import DAY, SECOND, make_basket, make_event, make_pool, make_ticket, refused
from tests.factories import NOW, make_user
from tests.forum.factories import appoint, make_member

pytestmark = pytest.mark.django_db

PRICES = {Whom.NON_MEMBERS: 12_000, Whom.MEMBERS: 6_000}
STRANGER = "stranger@x.example"


@pytest.fixture
def member() -> User:
    user = make_user("member@x.example")
    make_member(user, date(2026, 1, 1))
    return user


@pytest.fixture
def director() -> User:
    user = make_user("director@x.example")
    appoint(user, Role.CLINICAL_DIRECTOR, date(2026, 1, 1))
    return user


def by_status(**fields: object) -> Ticket:
    """A ticket that costs members less and clinical directors nothing."""
    ticket = make_ticket(make_pool(9), pence=1, **fields)
    ticket.prices.all().delete()
    for whom, pence in PRICES.items():
        Price.objects.create(ticket=ticket, whom=whom, pence=pence)
    Price.objects.create(ticket=ticket, whom=Whom.ROLE, role=Role.CLINICAL_DIRECTOR, pence=0)
    return ticket


def come(order: Order, *emails: str, now: datetime = NOW) -> dict[int, str]:
    lines = order.lines.order_by("pk").values_list("pk", flat=True)
    return name_attendees(
        order=order, who={pk: ("Lee", email) for pk, email in zip(lines, emails, strict=True)}, now=now
    )


def prices(order: Order) -> list[int]:
    return list(order.lines.order_by("pk").values_list("pence", flat=True))


def test_each_colleague_has_a_price_of_their_own(member: User, director: User) -> None:
    basket = make_basket()
    hold(order=basket, ticket=by_status(), count=3, now=NOW)
    assert prices(basket) == [12_000] * 3

    assert come(basket, director.email, member.email.upper(), STRANGER) == {}

    assert prices(basket) == [0, 6_000, 12_000]
    order = place(order=basket, method=Method.INVOICE, now=NOW)
    assert sum(prices(order)) == 18_000


def test_a_director_who_orders_gives_nobody_else_their_price(director: User) -> None:
    basket = make_basket(director, email=director.email)
    hold(order=basket, ticket=by_status(), count=2, now=NOW)
    assert prices(basket) == [0, 0]

    come(basket, director.email, STRANGER)

    assert prices(basket) == [0, 12_000]


@pytest.mark.parametrize("whom", [Whom.MEMBERS, Whom.ROLE, Whom.NON_MEMBERS])
def test_a_ticket_for_some_is_refused_to_whoever_comes_and_not_to_whoever_orders(
    member: User, director: User, whom: Whom
) -> None:
    role = Role.CLINICAL_DIRECTOR if whom == Whom.ROLE else ""
    right, wrong = {
        Whom.MEMBERS: (member.email, STRANGER),
        Whom.ROLE: (director.email, member.email),
        Whom.NON_MEMBERS: (STRANGER, member.email),
    }[whom]
    basket = make_basket(make_user("manager@x.example"))
    _, second = hold(order=basket, ticket=make_ticket(whom=whom, role=role), count=2, now=NOW)

    against = come(basket, right, wrong)

    assert list(against) == [second.pk]
    assert wrong in against[second.pk]
    assert set(basket.lines.values_list("place__email", flat=True)) == {""}
    basket.lines.filter(pk=second.pk).delete()
    assert come(basket, right) == {}
    place(order=basket, method=Method.FREE, now=NOW)


def test_nothing_is_told_of_an_address_before_it_is_known_who_orders(member: User) -> None:
    basket = begin(now=NOW)
    hold(order=basket, ticket=by_status(whom=Whom.MEMBERS), count=2, now=NOW)

    assert come(basket, member.email, STRANGER) == {}
    assert prices(basket) == [12_000, 12_000]

    identify(order=basket, name="Eve", email="eve@x.example", now=NOW)
    assert prices(basket) == [12_000, 12_000]
    confirm_address(order=basket, email="eve@x.example", now=NOW)
    assert prices(basket) == [6_000, 12_000]
    with refused("The ticket “Hall” is for members of the association. Nobody is known here as one"):
        place(order=basket, method=Method.INVOICE, now=NOW)
    assert OrderLine.objects.filter(order__state=OrderState.PLACED).count() == 0


def test_signing_in_prices_a_basket_for_those_who_come(member: User) -> None:
    basket = begin(now=NOW)
    hold(order=basket, ticket=by_status(), count=2, now=NOW)
    come(basket, member.email, STRANGER)

    adopt(order=basket, user=make_user("manager@x.example"), now=NOW)

    assert prices(basket) == [6_000, 12_000]


MIDNIGHT = datetime(2026, 3, 11, tzinfo=ZoneInfo("Europe/London"))


@pytest.mark.parametrize(
    ("now", "is_refused"), [(MIDNIGHT - SECOND, False), (MIDNIGHT, True), (MIDNIGHT + SECOND, True)]
)
def test_whoever_s_membership_has_ended_is_refused_at_the_moment_of_ordering(
    now: datetime, is_refused: bool
) -> None:
    lapses = make_user("lapses@x.example")
    make_member(lapses, date(2026, 1, 1), date(2026, 3, 11))
    basket = make_basket()
    hold(order=basket, ticket=make_ticket(whom=Whom.MEMBERS), count=1, now=NOW)
    come(basket, lapses.email)

    with refused("The ticket “Hall” is for members") if is_refused else nullcontext():
        place(order=basket, method=Method.FREE, now=now)


def test_two_who_come_can_change_places(member: User) -> None:
    basket = make_basket()
    hold(order=basket, ticket=by_status(), count=2, now=NOW)
    come(basket, member.email, STRANGER)

    assert come(basket, STRANGER, member.email) == {}

    assert list(basket.lines.order_by("pk").values_list("place__email", flat=True)) == [
        STRANGER,
        member.email,
    ]
    assert prices(basket) == [12_000, 6_000]


def test_an_address_comes_on_one_place_and_nothing_is_stored_of_what_is_refused() -> None:
    basket, pool = make_basket(), make_pool(9)
    first, second = hold(order=basket, ticket=make_ticket(pool), count=2, now=NOW)

    assert come(basket, STRANGER, STRANGER.upper()) == {
        second.pk: f"{STRANGER} has a place already. Each person needs an address of their own."
    }
    assert set(basket.lines.values_list("place__email", flat=True)) == {""}
    assert list(name_attendees(order=basket, who={first.pk: (" ", STRANGER)}, now=NOW)) == [first.pk]
    assert list(come(basket, STRANGER, "b@x.example", now=NOW + DAY)) == [first.pk, second.pk]


@pytest.mark.parametrize(
    ("to", "refusal"),
    [
        (
            "stranger@x.example",
            "The place was booked at a price that is not for them: theirs is £120, not £60.",
        ),
        ("director@x.example", None),
        ("member@x.example", "The place is theirs already."),
    ],
)
def test_a_place_is_passed_on_to_whoever_would_not_pay_more(
    member: User, director: User, to: str, refusal: str | None
) -> None:
    basket = make_basket()
    [line] = hold(order=basket, ticket=by_status(), count=1, now=NOW)
    come(basket, member.email)
    place(order=basket, method=Method.INVOICE, now=NOW)

    if refusal:
        with refused(refusal):
            pass_on(line=line, name="Lee", email=to, now=NOW)
    else:
        assert pass_on(line=line, name="Lee", email=to, now=NOW).email == to


def test_a_place_for_which_nobody_is_named_is_theirs_who_ordered(director: User) -> None:
    members = make_basket()
    hold(order=members, ticket=make_ticket(whom=Whom.MEMBERS), count=1, now=NOW)
    with refused(
        "The ticket “Hall” is for members of the association. Nobody is known here as one by the address ada@"
    ):
        place(order=members, method=Method.FREE, now=NOW)

    basket = make_basket(director, email=director.email)
    [line] = hold(order=basket, ticket=by_status(), count=1, now=NOW)
    place(order=basket, method=Method.FREE, now=NOW)
    with refused("The place was booked at a price that is not for them: theirs is £120, not £0."):
        pass_on(line=line, name="Lee", email=STRANGER, now=NOW)


def test_what_was_not_shown_is_not_ordered(member: User) -> None:
    basket, ticket = make_basket(), by_status()
    hold(order=basket, ticket=ticket, count=1, now=NOW)
    come(basket, member.email)
    seen = shown(basket, NOW).seen

    come(basket, STRANGER)
    with refused("What you order, or what it costs, has changed since you looked."):
        place(order=basket, method=Method.INVOICE, now=NOW, seen=seen)
    seen = shown(basket, NOW).seen
    hold(order=basket, ticket=make_ticket(), count=1, now=NOW)
    with refused("What you order, or what it costs, has changed since you looked."):
        place(order=basket, method=Method.INVOICE, now=NOW, seen=seen)

    place(order=basket, method=Method.INVOICE, now=NOW, seen=shown(basket, NOW).seen)


def test_somebody_takes_the_place_of_another_whom_somebody_else_replaces() -> None:
    basket, pool = make_basket(), make_pool(9)
    first, second = hold(order=basket, ticket=make_ticket(pool), count=2, now=NOW)
    name_attendees(order=basket, who={second.pk: ("Lee", "b@x.example")}, now=NOW)

    assert come(basket, "b@x.example", "c@x.example") == {}

    assert list(basket.lines.order_by("pk").values_list("place__email", flat=True)) == [
        "b@x.example",
        "c@x.example",
    ]
    assert first.pk < second.pk


@pytest.mark.parametrize("count", [1, 3])
def test_a_form_for_another_number_of_places_is_shown_again(client: Client, count: int) -> None:
    ticket = make_ticket(make_pool(9, make_event(starts_at=timezone.now() + 30 * DAY)))
    client.post(f"/booking/events/{ticket.pool.event_id}/", {f"count-{ticket.pk}": "2"})
    rows = {f"form-{row}-{name}": f"a{row}@x.example" for row in range(count) for name in ("name", "email")}

    page = client.post(
        "/booking/who-comes/", {"form-TOTAL_FORMS": count, "form-INITIAL_FORMS": count, **rows}, follow=True
    )

    assert "The number of places has changed." in page.content.decode()
    assert page.status_code == 200


def test_whoever_asks_for_a_place_by_their_account_names_an_address_of_it(member: User) -> None:
    bursary = by_status(needs_approval=True)
    asked = {"ticket": bursary, "name": "Ada", "words": "Please.", "user": member, "now": NOW}

    with refused("Enter an e-mail address that you have confirmed in your profile."):
        apply(email="work@x.example", **asked)
    waiting = apply(email=member.email.upper(), **asked)
    let_in(waiting=waiting, by=make_user(), now=NOW)
    basket = make_basket(member, email=member.email)
    accept(waiting=waiting, order=basket, now=NOW)

    assert list(come(basket, STRANGER).values()) == [
        f"The organisers have given this place to whoever has the address {member.email}. Write to them if somebody else is to come."
    ]
    assert come(basket, member.email) == {}
    assert prices(basket) == [6_000]
