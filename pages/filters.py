"""The filters of the front page: they live in its address, combine, and are kept by paging."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from channels.enums import Visibility
from config.errors import Invalid
from config.paging import BROWSED_CAP
from config.text import clean_text, is_slug
from events import limits
from events.domain.browsing import IN_PERSON, ONLINE, TODAY, WEEKEND, Wanted
from events.querysets import Parts
from events.rows import tagged_rows

# The parameters, in the order in which addresses have them; ``q`` is the search.
_SEARCH = "q"
_NAMES = (_SEARCH, "when", "from", "format", "free", "channel", "tag")
# So many events are looked at for what the menus offer, and so much is offered.
_LOOKED_AT, _OFFERED = BROWSED_CAP, 12


class Chip(NamedTuple):
    """A filter to switch on, or off while it is ``chosen``: the query string that does so."""

    label: str
    icon: str
    query: str
    chosen: bool


class Menu(NamedTuple):
    """A filter with several values; ``chosen`` is what is on now, ``off`` takes it away."""

    label: str
    chosen: str
    off: str
    choices: list[Chip]


class Filters(NamedTuple):
    """What the address asks for: ``wanted``, and the parameters that ask for it. ``bad_date`` tells
    that a date in it is none."""

    wanted: Wanted
    query: dict[str, str]
    bad_date: bool

    @property
    def is_on(self) -> bool:
        """Whether anything but the search narrows the list."""
        return self.wanted != Wanted()

    @property
    def chips(self) -> list[Chip]:
        """All, and the filters of one tap."""
        return [
            Chip(_("All"), "", self._with(**dict.fromkeys(_NAMES[1:], "")), not self.is_on),
            self._chip(_("Today"), "", "when", TODAY),
            self._chip(_("This weekend"), "", "when", WEEKEND),
            self._chip(_("Spots left"), "armchair", "free", "1"),
            self._chip(_("In person"), "map-pin", "format", IN_PERSON),
            self._chip(_("Online"), "video", "format", ONLINE),
        ]

    def menus(self, coming: Parts, channel_name: str) -> list[Menu]:
        """Channel and tag, with those of the events that come next; ``channel_name`` is that of the
        channel that is chosen. One query."""
        channels, tags = _offered(coming)
        named = {each: each for each in tags}
        return [
            self._menu(
                _("Channel"), "channel", channels, channels.get(self.wanted.channel, channel_name)
            ),
            self._menu(_("Tag"), "tag", named, self.wanted.tag),
        ]

    def kept(self, *besides: str) -> dict[str, str]:
        """The parameters that a form has to send along."""
        return {name: value for name, value in self.query.items() if name not in besides}

    @property
    def kept_by_search(self) -> dict[str, str]:
        """What the search sends along."""
        return self.kept(_SEARCH)

    @property
    def kept_by_date(self) -> dict[str, str]:
        """What the jump to a date sends along; it takes the place of a choice of days."""
        return self.kept("when", "from")

    @property
    def without_search(self) -> str:
        """The query string that takes the search away."""
        return self._with(q="")

    def _menu(self, label: str, name: str, offered: dict[str, str], chosen: str) -> Menu:
        choices = [self._chip(said, "", name, value) for value, said in offered.items()]
        return Menu(label, chosen, self._with(**{name: ""}), choices)

    def _chip(self, label: str, icon: str, name: str, value: str) -> Chip:
        chosen = self.query.get(name) == value
        return Chip(label, icon, self._with(**{name: "" if chosen else value}), chosen)

    def _with(self, **changed: str) -> str:
        query = self.query | changed
        # One choice of days takes the place of the other.
        if changed.get("when"):
            query["from"] = ""
        return "?" + urlencode({name: query[name] for name in _NAMES if query.get(name)})


def filters_of(asked: QueryDict, q: str) -> Filters:
    """What an address asks for, with its search as it was cleaned. A value that is none is
    ignored."""
    said = {name: asked.get(name, "") for name in _NAMES[1:]}
    since = _date(said["from"])
    wanted = Wanted(
        when=said["when"] if said["when"] in (TODAY, WEEKEND) else "",
        since=since,
        format=said["format"] if said["format"] in (IN_PERSON, ONLINE) else "",
        free=said["free"] == "1",
        channel=said["channel"] if is_slug(said["channel"]) else "",
        tag=_tag(said["tag"]),
    )
    query = {
        "q": q,
        "when": wanted.when,
        "from": since.isoformat() if since else "",
        "format": wanted.format,
        "free": "1" if wanted.free else "",
        "channel": wanted.channel,
        "tag": wanted.tag,
    }
    in_use = {name: value for name, value in query.items() if value}
    return Filters(wanted, in_use, bool(said["from"]) and since is None)


def _date(text: str) -> date | None:
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if limits.FIRST_YEAR <= day.year <= limits.LAST_YEAR:
            return day
    return None


def _tag(text: str) -> str:
    with suppress(Invalid):
        return clean_text(text, field="tag", limit=limits.TAG)
    return ""


def _offered(coming: Parts) -> tuple[dict[str, str], list[str]]:
    """Public channels, name by slug, and tags of the events that come next, by the alphabet."""
    channels: dict[str, str] = {}
    tags: dict[str, None] = {}
    for event in tagged_rows(coming, 0, _LOOKED_AT):
        if event.channel_slug and event.channel_visibility == Visibility.PUBLIC:
            channels.setdefault(event.channel_slug, event.channel_name or "")
        tags |= dict.fromkeys(event.tags)
    nearest = sorted(list(channels.items())[:_OFFERED], key=lambda each: capfirst(each[1]))
    return dict(nearest), sorted(list(tags)[:_OFFERED])
