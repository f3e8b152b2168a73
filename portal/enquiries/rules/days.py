"""Working days in England: until when an answer is promised, and how many it took.

The bank holidays come from the package `holidays`, which follows what GOV.UK publishes, moved days and single ones too.
"""

from datetime import date, datetime, timedelta

from django.utils.timezone import localdate
from holidays import country_holidays

BANK_HOLIDAYS = country_holidays("GB", subdiv="ENG")
DAY = timedelta(days=1)


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in BANK_HOLIDAYS


def working_day_after(day: date, count: int) -> date:
    """The working day that is `count` working days after `day`, which may be any day and does not count itself."""
    while count:
        day += DAY
        count -= is_working_day(day)
    return day


def working_day_before(day: date) -> date:
    """The last working day before `day`."""
    day -= DAY
    while not is_working_day(day):
        day -= DAY
    return day


def promised_on(moment: datetime, days: int) -> date:
    """The day in London until whose end an answer is promised to a question of `moment`."""
    return working_day_after(localdate(moment), days)


def working_days_between(start: datetime, end: datetime) -> int:
    """How many working days in London begin after the day of `start`, up to that of `end`. On the same day it is none."""
    first, last = localdate(start), localdate(end)
    return sum(is_working_day(first + DAY * number) for number in range(1, (last - first).days + 1))
