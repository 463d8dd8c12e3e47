"""My events: what a browser keeps of the events that were made or answered with it.

What is to be kept is offered by the form that made it, and taken up within a minute by the browser
that sent the form, which a cookie proves: nobody can put an event into somebody else's browser by
sending a link. It is kept as the id of the link or answer and not as its token: it tells what is
there, and opens nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from accounts.domain.devices import lock_device, make_device
from accounts.domain.tokens import CapabilityToken, mint, read, verify
from accounts.enums import TokenKind
from config.prepared import PreparedInsert
from events.models import Event
from events.rows import link_row
from rsvps import limits
from rsvps.models import KeptEvent, Rsvp
from rsvps.querysets import KeptEventQuerySet
from rsvps.rows import KeptRow, RsvpRow, kept_rows, rsvp_row, rsvp_rows

_insert = PreparedInsert(KeptEvent)
# An offer is taken up once, and its tokens are made for this version.
_OFFERED = 1
# How long it can be taken up, and how long it still says where the form led.
TAKEN_WITHIN = timedelta(seconds=60)
_REMEMBERED = timedelta(hours=1)
# Old offers that a new one takes away. More than one, so that they never pile up.
_REMOVED_IN_PASSING = 20


class Offer(NamedTuple):
    """Something to be kept: ``address`` names it in a URL, ``proof`` is for the cookie of the
    browser that it is offered to, which holds it as long as it ``lasts``."""

    address: str
    proof: str
    lasts: timedelta


class Taken(NamedTuple):
    """Where an offer leads: to the organizer's page of the event when it ``hosts``, else to the
    answer. ``answers`` are those that were offered together, for the browser with the proof alone.
    ``new_key`` is the key of a device that was made for it."""

    event_id: UUID
    hosts: bool
    answers: list[RsvpRow] = []
    new_key: str | None = None


def offer(*tokens: str) -> Offer | None:
    """Offers the events that organizers' or guests' tokens open to the browser that has just made
    or answered them. None when they are gone since. One query for each, and two more."""
    opened = [_opened_by(known) for token in tokens if (known := read(token))]
    kept = [each for each in opened if each is not None]
    if not kept:
        return None
    offered = uuid4()
    for each in kept:
        each.offer = offered
    try:
        with transaction.atomic():
            # The events first, as whoever erases them does: the database looks up what a row
            # refers to in an order of its own.
            events = Event.objects.filter(pk__in=[each.event_id for each in kept if each.event_id])
            list(events.order_by("id").select_for_update(no_key=True).values_list("id"))
            if len(kept) == 1:
                _insert.run(kept[0])
            else:
                KeptEvent.objects.bulk_create(kept)
    except IntegrityError:  # erased at this moment
        return None
    return Offer(
        mint(TokenKind.KEEP, offered, _OFFERED),
        mint(TokenKind.KEEPER, offered, _OFFERED),
        TAKEN_WITHIN if len(kept) == 1 else _REMEMBERED,
    )


def take_up(address: str, *, proof: str, device_key: str) -> Taken | None:
    """Has a browser keep what it was offered: with the proof, once, within TAKEN_WITHIN. Otherwise
    nothing is kept, and the answer only says where the offer leads; None when nobody made it.

    ``device_key`` is the browser's key, empty if it has none yet.
    """
    known = _offer_of(address, TokenKind.KEEP)
    if known is None:
        return None
    now = timezone.now()
    offered = KeptEvent.objects.filter(offer=known)
    kept = list(offered.order_by("event__start_time", "id"))
    leads_to = kept and _leads_to(kept[0])
    if not leads_to:
        return None
    taken = Taken(leads_to, kept[0].link_id is not None)
    if _offer_of(proof, TokenKind.KEEPER) != known:
        return taken
    if len(kept) > 1:
        taken = taken._replace(answers=_answers(offered.filter(created_at__gt=now - _REMEMBERED)))
    with transaction.atomic():
        open_offers = offered.filter(device=None, created_at__gt=now - TAKEN_WITHIN)
        held = list(open_offers.select_for_update())
        if not held:
            return taken
        device_id, new_key = lock_device(device_key), None
        if device_id is None:
            device_id, new_key = make_device()
        for each in held:
            _make_way(device_id, each)
            each.device_id = device_id
            each.save(update_fields=["device"])
    _forget_offers(now)
    return taken._replace(new_key=new_key)


def kept_by(device_id: UUID) -> list[KeptRow]:
    """What a device keeps and its links and answers still open, latest first; of a series that it
    hosts, every occurrence. One query."""
    now = timezone.now()
    return kept_rows(KeptEvent.objects.of_device(device_id, now).with_events(now))


def forget_event(*, device_id: UUID, event_id: UUID) -> None:
    """Has a device keep an event no longer, nor the series that it is kept with; it stays as it is,
    and so does the answer."""
    KeptEvent.objects.of_event(event_id).filter(device_id=device_id).delete()


def forget_kept(now: datetime, *, dry_run: bool = False) -> int:
    """Removes what devices keep of events that have been over for KEPT_DAYS, of series without any
    later occurrence, and offers that nobody took up; with ``dry_run`` only counts them. How many
    they are."""
    moment = now - timedelta(days=limits.KEPT_DAYS)
    later = Event.objects.filter(series=OuterRef("link__series"), over_at__gt=moment)
    old = KeptEvent.objects.filter(event__over_at__lte=moment)
    old |= KeptEvent.objects.filter(~Exists(later), event=None)
    old |= KeptEvent.objects.offered_before(now - _REMEMBERED)
    if dry_run:
        return old.count()
    return old.delete()[0] if old.exists() else 0  # looking writes nothing


def _leads_to(kept: KeptEvent) -> UUID | None:
    """Its event; of a series the first that is left."""
    if kept.event_id is not None:
        return kept.event_id
    events = Event.objects.filter(series__links=kept.link_id).order_by("series_index")
    return events.values_list("id", flat=True).first()


def _answers(kept: KeptEventQuerySet) -> list[RsvpRow]:
    """The answers whose links are still the ones that were kept, by start of their events."""
    still = kept.filter(rsvp__token_version=F("version")).order_by().values("rsvp")
    return rsvp_rows(Rsvp.objects.filter(pk__in=still).order_by("event__start_time", "event_id"))


def _opened_by(token: CapabilityToken) -> KeptEvent | None:
    if token.kind == TokenKind.EVENT_LINK:
        link = link_row(token.id)
        if link is not None and verify(token, link.version):
            return KeptEvent(event_id=link.event_id, link_id=link.id, version=link.version)
    elif token.kind == TokenKind.RSVP:
        rsvp = rsvp_row(token.id)
        if rsvp is not None and verify(token, rsvp.token_version):
            return KeptEvent(event_id=rsvp.event_id, rsvp_id=rsvp.id, version=rsvp.token_version)
    return None


def _offer_of(text: str, kind: TokenKind) -> UUID | None:
    token = read(text)
    if token is None or token.kind != kind or not verify(token, _OFFERED):
        return None
    return token.id


def _make_way(device_id: UUID, new: KeptEvent) -> None:
    """One link and one answer of an event are kept, those given last, and of all the latest."""
    kept = KeptEvent.objects.filter(device_id=device_id)
    if new.event_id is None:
        kept.filter(link_id=new.link_id).delete()
    else:
        kept.filter(event_id=new.event_id, link__isnull=new.link_id is None).delete()
    beyond = kept.order_by("-created_at", "-id").values_list("id", flat=True)
    too_many = list(beyond[limits.KEPT_EVENTS - 1 :])
    if too_many:
        KeptEvent.objects.filter(pk__in=too_many).delete()


def _forget_offers(now: datetime) -> None:
    old = KeptEvent.objects.offered_before(now - _REMEMBERED).order_by("created_at")
    if ids := list(old.values_list("id", flat=True)[:_REMOVED_IN_PASSING]):
        KeptEvent.objects.filter(pk__in=ids).delete()
