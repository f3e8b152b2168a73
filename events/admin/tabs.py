"""The pages about one event, by what one may do there."""

from dataclasses import dataclass

from events.models import Right


@dataclass(frozen=True)
class Tab:
    """A page about an event. `name` is its address in the namespace `places`; whoever has `right` sees it."""

    label: str
    name: str
    right: Right


TABS = (
    Tab("Overview", "event", Right.ORGANISE),
    Tab("Tickets", "pools", Right.ORGANISE),
    Tab("People", "people", Right.ORGANISE),
    Tab("Check-in", "check_in", Right.CHECK_IN),
    Tab("Attendance", "attendance", Right.ORGANISE),
    Tab("Feedback", "feedback", Right.ORGANISE),
    Tab("Orders and money", "orders", Right.FINANCE),
    Tab("Waiting list", "waiting", Right.ORGANISE),
    Tab("Questions", "questions", Right.ORGANISE),
    Tab("Write to people", "letter", Right.ORGANISE),
    Tab("Name badges", "badges", Right.ORGANISE),
    Tab("Terms and reminders", "settings", Right.ORGANISE),
    Tab("What is kept", "keeping", Right.ORGANISE),
    Tab("Who may do what", "rights", Right.ORGANISE),
)
