"""Events by day and by month, on their own clocks, and what a list of them says of itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.functional import SimpleLazyObject
from django.utils.text import capfirst
from django.utils.translation import ngettext, pgettext_lazy

from events.domain.browsing import day_shown
from events.facts import EventFacts
from rsvps.facts import guests_shown

# Numbers that sentences write out.
_NUMBERS = {
    2: pgettext_lazy("number", "two"),
    3: pgettext_lazy("number", "three"),
    4: pgettext_lazy("number", "four"),
    5: pgettext_lazy("number", "five"),
    6: pgettext_lazy("number", "six"),
    7: pgettext_lazy("number", "seven"),
    8: pgettext_lazy("number", "eight"),
    9: pgettext_lazy("number", "nine"),
    10: pgettext_lazy("number", "ten"),
    11: pgettext_lazy("number", "eleven"),
    12: pgettext_lazy("number", "twelve"),
}
# Up to so many days, the summary says how many.
_SOON = 31


class Card(NamedTuple):
    """An event in a list. ``named`` holds the first guests of all events of the list; reading it
    costs the query, which cards that are kept do without."""

    event: EventFacts
    named: Mapping[UUID, list[str]]

    @property
    def guests(self) -> list[str]:
        """The names of its first guests, as far as everybody may know them."""
        return self.named.get(self.event.id, [])


class Day(NamedTuple):
    """A day with its events; ``away`` so many days from today where they take place."""

    date: date
    away: int
    cards: list[Card]


class Month(NamedTuple):
    """A month with its events. ``date`` is a day of it; ``this_year`` whether it is of this
    year."""

    date: date
    this_year: bool
    events: list[EventFacts]


def by_day(events: Iterable[EventFacts], now: datetime) -> list[Day]:
    """Events to come, by the day that day_shown() says. One query, once guests are read."""
    events = list(events)
    named: Any = SimpleLazyObject(lambda: guests_shown(events))
    days = dict[date, Day]()
    for event in events:
        shown = day_shown(event.start_time, now, event.timezone)
        away = (shown - now.astimezone(ZoneInfo(event.timezone)).date()).days
        day = days.setdefault(shown, Day(shown, away, []))
        day.cards.append(Card(event, named))
    return [days[each] for each in sorted(days)]


def by_month(events: Iterable[EventFacts], now: datetime) -> list[Month]:
    """Events by the month they start in, in the order of the list."""
    months: defaultdict[tuple[int, int], list[EventFacts]] = defaultdict(list)
    for event in events:
        start = event.start_time.astimezone(ZoneInfo(event.timezone))
        months[start.year, start.month].append(event)
    return [
        Month(date(year, month, 1), year == now.year, found)
        for (year, month), found in months.items()
    ]


def summary(days: list[Day], *, more: bool) -> str:
    """How much is on, and until when: "Nine events in the next eight days." ``more`` says that the
    list goes on, maybe on its last day. Nothing when that day is all there is."""
    whole = days[:-1] if more else days
    number = sum(len(day.cards) for day in whole)
    if not number:
        return ""
    span = max(day.away for day in whole) + 1
    named = {"events": _in_words(number), "days": _in_words(span)}
    if span == 1:
        said = ngettext("One event today.", "%(events)s events today.", number)
    elif span <= _SOON:
        said = ngettext(
            "One event in the next %(days)s days.",
            "%(events)s events in the next %(days)s days.",
            number,
        )
    elif more:
        said = ngettext(
            "More than one event coming up.", "More than %(events)s events coming up.", number
        )
    else:
        said = ngettext("One event coming up.", "%(events)s events coming up.", number)
    return capfirst(said % named)


def _in_words(number: int) -> str:
    return str(_NUMBERS.get(number, number))
