"""The ways into somebody's own calendar, as plain links: for an event, and for a channel."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote, urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from channels.enums import Visibility
from channels.facts import ChannelFacts
from config.markdown import as_text
from events.addresses import page_url, webcal
from events.domain.calendar import end_of
from events.facts import EventFacts

# Of the description: an address of more than some 2,000 characters is cut on its way.
_TOLD = 300
_GOOGLE = "https://calendar.google.com/calendar"
_OUTLOOK = {"Outlook.com": "outlook.live.com", "Outlook 365": "outlook.office.com"}


class CalendarLink(NamedTuple):
    """One entry of the menu. ``away`` leads to another site."""

    name: str
    href: str
    away: bool = False


def event_calendars(event: EventFacts, here: str) -> list[CalendarLink]:
    """Where to add an event, with what its reader may know. ``here`` is what links start with."""
    file = reverse("event-calendar", args=[event.id])
    page = page_url(here, event.id)
    told = as_text(event.description[:_TOLD])
    details = f"{told}\n\n{page}".strip()
    where = " · ".join(event.places)
    start, end = event.start_time, end_of(event)
    google = _query(
        action="TEMPLATE",
        text=event.title,
        dates=f"{start.astimezone(UTC):%Y%m%dT%H%M%SZ}/{end.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        details=details,
        location=where,
    )
    outlook = _query(
        path="/calendar/action/compose",
        rru="addevent",
        subject=event.title,
        startdt=_iso(start),
        enddt=_iso(end),
        body=details,
        location=where,
    )
    return [
        CalendarLink(_("Download (.ics)"), file),
        CalendarLink(_("Apple and other calendars"), webcal(f"{here}{file}")),
        CalendarLink("Google Calendar", f"{_GOOGLE}/render?{google}", True),
        *(
            CalendarLink(name, f"https://{host}/calendar/0/deeplink/compose?{outlook}", True)
            for name, host in _OUTLOOK.items()
        ),
    ]


def channel_calendars(channel: ChannelFacts, here: str) -> list[CalendarLink]:
    """How to subscribe to a channel. A private channel's address is its key: no link carries it to
    another site."""
    file = reverse("channel-calendar", args=[channel.slug])
    subscribed = webcal(f"{here}{file}")
    links = [CalendarLink(_("Apple and other calendars"), subscribed)]
    if channel.visibility == Visibility.PUBLIC:
        links += _elsewhere(f"{here}{file}", channel.name)
    return [
        *links,
        CalendarLink(_("Calendar file (.ics)"), file),
        CalendarLink(_("Feed reader (Atom)"), reverse("channel-atom", args=[channel.slug])),
    ]


def series_calendars(series_id: UUID, here: str) -> list[CalendarLink]:
    """How to subscribe to a series."""
    file = reverse("series-calendar", args=[series_id])
    return [
        CalendarLink(_("Apple and other calendars"), webcal(f"{here}{file}")),
        *_elsewhere(f"{here}{file}", _("Series")),
        CalendarLink(_("Calendar file (.ics)"), file),
    ]


def _elsewhere(address: str, name: str) -> list[CalendarLink]:
    """The calendars of other sites, told to subscribe to this address."""
    google = _query(cid=webcal(address))
    outlook = _query(url=address, name=name)
    return [
        CalendarLink("Google Calendar", f"{_GOOGLE}/r?{google}", True),
        *(
            CalendarLink(label, f"https://{host}/calendar/0/addfromweb?{outlook}", True)
            for label, host in _OUTLOOK.items()
        ),
    ]


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _query(**parts: str) -> str:
    """A query string in which a space is %20: Outlook shows a plus as it stands."""
    kept: Iterable[tuple[str, str]] = ((name, said) for name, said in parts.items() if said)
    return urlencode(list(kept), quote_via=quote, safe="")
