"""The links that belong to an address, for whoever reads its mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.domain.tokens import mint, proof_of_reading
from accounts.enums import LinkRole, TokenKind
from config.links import site_url
from config.text import unlinked
from events.addresses import guest_url, link_url, series_link_url
from events.domain.times import reachable_since
from events.models import Event, EventLink
from notify.domain.mail.letter import Letter
from notify.domain.mail.wording import when_line
from notify.models import Mail
from rsvps.models import Rsvp

_MOST = 50


class FoundLink(NamedTuple):
    """A link that belongs to an address: what it opens, of which event, and where."""

    opens: str
    title: str
    when: str
    url: str


def lost_links_letter(mail: Mail) -> Letter | None:
    """The links, the next events first. None when there are none."""
    found = list(_links_of(mail.address, timezone.now()))
    if not found:
        return None
    return Letter(
        subject=_("Your links"),
        kicker=_("You asked for your links"),
        heading=_("Your events"),
        paragraphs=[_("Each link is a key. Please don’t forward this mail.")],
        links=[(f"{each.title} · {each.opens} · {each.when}", each.url) for each in found],
        notes=[
            _("If you didn’t ask for this, someone else entered your address. Nothing was changed.")
        ],
    )


def _links_of(address: str, now: datetime) -> Iterator[FoundLink]:
    recent = reachable_since(now)
    yield from _series(address, recent, now)
    yield from _organizing(address, recent)
    answers = Rsvp.objects.alias(address=Lower("email")).filter(address=address.lower())
    answers = answers.exclude(email="")
    answers = answers.filter(event__over_at__gte=recent, event__taken_down_at=None)
    columns = ("id", "token_version", *_event_columns("event__"))
    for rsvp_id, version, event_id, *about in _by_start(answers).values_list(*columns)[:_MOST]:
        token = mint(TokenKind.RSVP, rsvp_id, version)
        url = guest_url(site_url(), event_id, token)
        yield _found(_("your RSVP"), about, url, token, address)


def _organizing(address: str, recent: datetime) -> Iterator[FoundLink]:
    alive = EventLink.objects.filter(revoked_at=None, event__over_at__gte=recent)
    alive = alive.exclude(expires_at__lte=timezone.now())
    hosted = alive.filter(role=LinkRole.OWNER).alias(address=Lower("event__host_email"))
    held = alive.filter(role=LinkRole.COHOST).alias(address=Lower("email"))
    for links, opens in ((hosted, _("host")), (held, _("co-host"))):
        theirs = _by_start(links.filter(address=address.lower()))
        columns = ("id", "role", "version", *_event_columns("event__"))
        for link_id, role, version, event_id, *about in theirs.values_list(*columns)[:_MOST]:
            token = mint(TokenKind.EVENT_LINK, link_id, version)
            url = link_url(site_url(), event_id, LinkRole(role), token)
            yield _found(opens, about, url, token, address)


def _series(address: str, recent: datetime, now: datetime) -> Iterator[FoundLink]:
    """The links of series, each once, with the occurrence that is next, or was last."""
    hosted = Event.objects.filter(series__links__role=LinkRole.OWNER, over_at__gte=recent)
    hosted = hosted.filter(series__links__revoked_at=None).exclude(host_email="")
    hosted = hosted.alias(address=Lower("host_email")).filter(address=address.lower())
    by_start = hosted.annotate(past=Q(over_at__lt=now)).order_by("past", "start_time", "id")
    columns = ("series__links__id", "series__links__version", "series_id", *_event_columns(""))
    told: set[UUID] = set()
    for link_id, version, series_id, _event_id, *about in by_start.values_list(*columns):
        if link_id not in told and len(told) < _MOST:
            told.add(link_id)
            token = mint(TokenKind.EVENT_LINK, link_id, version)
            url = series_link_url(site_url(), series_id, token)
            yield _found(_("host of the series"), about, url, token, address)


def _found(opens: str, about: list[object], url: str, token: str, address: str) -> FoundLink:
    title, start, end, zone = about
    when = when_line(start, end, zone)  # type: ignore[arg-type]
    return FoundLink(
        opens, unlinked(str(title)), when, f"{url}?mailed={proof_of_reading(token, address)}"
    )


def _by_start(rows: QuerySet) -> QuerySet:  # type: ignore[type-arg]
    return rows.order_by("-event__start_time", "id")


def _event_columns(prefix: str) -> list[str]:
    names = ("id", "title", "start_time", "end_time", "timezone")
    return [prefix + name for name in names]
