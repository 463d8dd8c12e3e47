"""Makes up one event with everything on it. The same seed and number make the same event."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, lru_cache
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from django.utils.text import slugify

from accounts.enums import LinkRole
from channels.models import Channel
from comments.enums import Author, MessageType, MessageVisibility
from comments.models import EVENT as ON_EVENT
from comments.models import Comment, Message
from config.cleaners import Flag
from events.domain.recurrence import on_the_wall
from events.domain.search import Words
from events.domain.series import Timing
from events.enums import Format, GuestListFor, QuestionKind
from events.fields import EVENT
from events.models import Event, EventLink, Question, SearchText, Series, Tier
from events.positions import position_of
from operations.demo import words
from operations.demo.rows import Row, row
from rsvps.domain.capacity import Holding, counted
from rsvps.enums import Approval, Attendance
from rsvps.models import CheckIn, Invitation, Rsvp

_LATEST = timedelta(days=180)
_OLDEST = timedelta(days=365)
# Which event it is, and when, changes no word by which it is found.
_ANY_EVENT: dict[str, Any] = {"id": None, "start_time": None}
_LISTS = {"tags", "cohost_names"}
_SAID = [name for name in Words._fields if "__" not in name and name not in {*_ANY_EVENT, *_LISTS}]
# The share of events that are past.
_PAST = 0.5
# One event in so many repeats, if it is still to come, but only among the first ones: the worker
# makes the occurrences of each.
_SERIES_EVERY, _SERIES_AMONG = 20, 2_000
# Yes-or-no fields of an event and their defaults; every event keeps its waitlist.
_SWITCHES = {
    field.name: bool(getattr(Event(), field.name))
    for field in EVENT.without("waitlist")
    if field.copied and isinstance(field.kind, Flag)
}

_Choice = TypeVar("_Choice")


def _often(choices: Iterable[_Choice], times: Sequence[int]) -> list[_Choice]:
    """Each of these so many times. One of them is chosen in a fifth of the time that
    Random.choices() takes with weights."""
    return [each for each, number in zip(choices, times, strict=True) for _ in range(number)]


# Plain strings: an enum's members take longer to store and to compare.
_FORMATS = Format.values
_ATTENDANCE = _often(Attendance.values, (78, 14, 8))
_GUEST_LISTS = _often(GuestListFor.values, (8, 1, 1))
_APPROVAL = _often(
    [Approval.APPROVED.value, Approval.PENDING.value, Approval.REJECTED.value], (70, 22, 8)
)
_PLUS_ONES = _often(range(4), (70, 20, 7, 3))
# Few names and titles are made up, each of them many times.
_slug = cache(slugify)


@dataclass(slots=True)
class Made:
    """An event's rows, not stored yet."""

    event: Row
    link: Row
    words: Row
    tiers: list[Row] = field(default_factory=list)
    questions: list[Row] = field(default_factory=list)
    rsvps: list[Row] = field(default_factory=list)
    invitations: list[Row] = field(default_factory=list)
    check_ins: list[Row] = field(default_factory=list)
    messages: list[Row] = field(default_factory=list)
    comments: list[Row] = field(default_factory=list)
    series: Row | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """Where events take place. ``members`` are the ids of each organisation's accounts, by its id;
    ``now`` is the moment that tells past from future; ``language`` is everybody's."""

    seed: int
    now: datetime
    language: str
    channels: Sequence[Channel]
    members: dict[UUID, list[UUID]]


def make_event(stage: Stage, number: int, rsvps: int) -> Made:
    """The event of this number with so many RSVPs, which never take more seats than there are."""
    chance = Random(f"{stage.seed}:{number}")  # noqa: S311 - made-up people, no secrets
    channel = chance.choice(stage.channels) if chance.random() < 0.6 else None
    event = _event(stage, chance, channel)
    made = Made(event, _link(chance, event), _words(event, channel))
    if chance.random() < 0.15:
        _add_tiers(made, chance)
    members = stage.members.get(event.tenant_id, []) if event.tenant_id else []
    _add_rsvps(made, chance, rsvps, members, stage.now)
    full = chance.random() < 0.15 and _put_in_line(made, chance)
    _count(made, chance, full=full)
    if event.start_time < stage.now and event.cancelled_at is None and chance.random() < 0.3:
        _add_check_ins(made, chance)
    _add_words(made, chance, members)
    _add_invitations(made, chance)
    repeats = number < _SERIES_AMONG and number % _SERIES_EVERY == _SERIES_EVERY - 1
    if repeats and event.start_time > stage.now:
        _repeat(made, chance, stage.now)
    return made


def new_id(chance: Random) -> UUID:
    """A UUID4 that the seed decides."""
    return UUID(int=chance.getrandbits(128), version=4)


def _event(stage: Stage, chance: Random, channel: Channel | None) -> Row:
    activity, tags = chance.choice(words.ACTIVITIES)
    title = f"{chance.choice(words.KINDS)} {activity}"
    place, zone = chance.choice(words.PLACES)
    midnight = stage.now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = chance.randrange(-_OLDEST.days, 0) if chance.random() < _PAST else None
    days = chance.randrange(1, _LATEST.days) if days is None else days
    start = midnight + timedelta(days=days, hours=chance.randrange(8, 21))
    created = min(start, stage.now) - timedelta(days=chance.randrange(1, 60))
    event_id, kind = new_id(chance), chance.choice(_FORMATS)
    members = stage.members.get(channel.tenant_id, []) if channel and channel.tenant_id else []
    cancelled = chance.random() < 0.04
    return row(
        Event,
        id=event_id,
        tenant_id=channel.tenant_id if channel else None,
        creator_id=chance.choice(members) if members else None,
        channel_id=channel.id if channel else None,
        slug=f"{_slug(title)}-{event_id.hex[:12]}",
        title=title,
        description=f"**{activity}** for everyone.\n\nCome as you are; no experience needed.",
        start_time=start,
        end_time=None if chance.random() < 0.1 else start + timedelta(hours=chance.randint(1, 5)),
        timezone=zone,
        format=kind,
        location="" if kind == Format.VIRTUAL else place,
        online_url="" if kind == Format.IN_PERSON else "https://meet.example.org/room",
        tags=tags,
        **{name: usual != (chance.random() < 0.1) for name, usual in _SWITCHES.items()},
        show_guests=chance.choice(_GUEST_LISTS),
        rsvps_closed=chance.random() < 0.05,
        cancelled_at=created + timedelta(hours=12) if cancelled else None,
        sequence=int(cancelled),
        language=stage.language,
        created_at=created,
        updated_at=created + timedelta(hours=12) if cancelled else created,
    )


def _link(chance: Random, event: Row) -> Row:
    return row(
        EventLink,
        id=new_id(chance),
        event_id=event.id,
        role=LinkRole.OWNER,
        created_at=event.created_at,
    )


def _words(event: Row, channel: Channel | None) -> Row:
    """The words by which search finds it."""
    columns = vars(event)
    said = Words(
        **_ANY_EVENT,
        **{name: columns[name] for name in _SAID},
        tags=tuple(event.tags),
        cohost_names=tuple(event.cohost_names),
        channel__name=channel.name if channel else None,
        channel__visibility=channel.visibility if channel else None,
    )
    position = position_of(event.start_time, event.id)
    return row(SearchText, event_id=event.id, words=_text(said), position=position)


@lru_cache(maxsize=50_000)
def _text(said: Words) -> str:
    return said.text


def _repeat(made: Made, chance: Random, now: datetime) -> None:
    """Makes it the first occurrence of a series; the worker makes the others."""
    event, link = made.event, made.link
    timing = Timing.of(event)
    made.series = row(
        Series,
        id=new_id(chance),
        tenant_id=event.tenant_id,
        rrule="FREQ=WEEKLY;COUNT=8",
        first_date=on_the_wall(event.start_time, event.timezone).date(),
        clock=timing.clock,
        timezone=timing.zone,
        next_index=1,
        extend_at=now,
        created_at=event.created_at,
    )
    event.series_id, event.series_index = made.series.id, 0
    event.series_date = made.series.first_date
    link.event_id, link.series_id = None, made.series.id


def _add_tiers(made: Made, chance: Random) -> None:
    for position, name in enumerate(words.TIERS[: chance.randint(1, 3)]):
        tier = row(Tier, id=new_id(chance), event_id=made.event.id, name=name, position=position)
        made.tiers.append(tier)
        made.questions.append(
            row(
                Question,
                id=new_id(chance),
                tier_id=tier.id,
                kind=QuestionKind.TEXT,
                label=words.QUESTION,
            )
        )


def _add_rsvps(
    made: Made, chance: Random, count: int, members: Sequence[UUID], now: datetime
) -> None:
    event, span = made.event, min(made.event.start_time, now) - made.event.created_at
    with_accounts = min(len(members), count // 10)
    accounts = chance.sample(members, with_accounts) if with_accounts else []
    share, choice = chance.random, chance.choice
    for number in range(count):
        answered = event.created_at + span * share()
        name = f"{choice(words.FIRST_NAMES)} {choice(words.LAST_NAMES)}"
        attendance = choice(_ATTENDANCE)
        going = attendance == Attendance.GOING
        waits = event.approval_required and going
        tier = choice(made.tiers) if made.tiers and going else None
        rsvp = row(
            Rsvp,
            id=new_id(chance),
            event_id=event.id,
            tier_id=tier.id if tier else None,
            user_id=accounts[number] if number < len(accounts) else None,
            name=name,
            email=f"{_slug(name)}@example.org" if share() < 0.6 else "",
            pronouns=choice(words.PRONOUNS) if share() < 0.2 else "",
            attendance=attendance,
            approval=choice(_APPROVAL) if waits else _APPROVAL[0],
            guest_count=choice(_PLUS_ONES),
            note=choice(words.NOTES) if share() < 0.1 else "",
            is_private=share() < 0.08,
            language=event.language,
            responded_at=answered,
            created_at=answered,
            updated_at=answered,
        )
        if rsvp.guest_count and share() < 0.5:
            rsvp.guest_names = chance.sample(words.FIRST_NAMES, rsvp.guest_count)
        if tier is not None and share() < 0.5:
            asked = made.questions[made.tiers.index(tier)]
            rsvp.answers = {str(asked.id): choice(words.ANSWERS)}
        made.rsvps.append(rsvp)


def _put_in_line(made: Made, chance: Random) -> bool:
    """Puts the last of those who are going on the waitlist. Returns whether anybody waits."""
    going = sorted(
        (rsvp for rsvp in made.rsvps if Holding.of(rsvp).seats), key=lambda rsvp: rsvp.created_at
    )
    late = going[max(1, len(going) - chance.randint(1, 5)) :]
    for rsvp in late:
        rsvp.approval, rsvp.waitlisted_at = Approval.WAITLISTED, rsvp.created_at
    return bool(late)


def _count(made: Made, chance: Random, *, full: bool) -> None:
    """Counters as the domain counts, and capacities that hold what is taken: half have none, some
    are full to the last seat, the others have room to spare. A ``full`` event has no seat left."""
    seats = {tier.id: 0 for tier in made.tiers}
    held = [Holding.of(rsvp) for rsvp in made.rsvps]
    for each in held:
        if each.tier_id is not None:
            seats[each.tier_id] += each.seats
    for name, value in counted(held)._asdict().items():
        setattr(made.event, name, value)
    taken = made.event.seats_taken
    made.event.capacity = taken if full else _capacity(chance, taken)
    for tier in made.tiers:
        tier.seats_taken = seats[tier.id]
        tier.capacity = _capacity(chance, tier.seats_taken)


def _capacity(chance: Random, taken: int) -> int | None:
    room = chance.choice([None, None, None, 1.0, 1.2, 2.0])
    return None if room is None else max(1, math.ceil(taken * room))


def _add_check_ins(made: Made, chance: Random) -> None:
    for rsvp in made.rsvps:
        if not Holding.of(rsvp).seats or chance.random() < 0.2:
            continue
        came = made.event.start_time + timedelta(minutes=chance.randint(-30, 30))
        rsvp.checked_in_at = came
        made.check_ins.append(
            row(
                CheckIn,
                id=new_id(chance),
                event_id=made.event.id,
                rsvp_id=rsvp.id,
                admitted=True,
                scanned_at=came,
                received_at=came,
            )
        )


def _add_words(made: Made, chance: Random, members: Sequence[UUID]) -> None:
    event = made.event
    if chance.random() < 0.3:
        made.messages.append(
            row(
                Message,
                id=new_id(chance),
                event_id=event.id,
                author=Author.ORGANIZER,
                type=MessageType.EVENT_UPDATE,
                visibility=MessageVisibility.PUBLIC,
                content=chance.choice(words.ANNOUNCEMENTS),
                created_at=event.created_at + timedelta(hours=6),
            )
        )
    if made.rsvps and chance.random() < 0.2:
        guest = chance.choice(made.rsvps)
        if guest.approval != Approval.REJECTED:
            made.comments.append(
                row(
                    Comment,
                    id=new_id(chance),
                    tenant_id=event.tenant_id,
                    content_type=ON_EVENT,
                    content_id=str(event.id),
                    rsvp_id=guest.id,
                    body=chance.choice(words.COMMENTS),
                    created_at=event.created_at + timedelta(hours=7),
                )
            )
    if members and chance.random() < 0.2:
        made.comments.append(
            row(
                Comment,
                id=new_id(chance),
                tenant_id=event.tenant_id,
                content_type=ON_EVENT,
                content_id=str(event.id),
                author_id=chance.choice(members),
                body=chance.choice(words.COMMENTS),
                created_at=event.created_at + timedelta(hours=8),
            )
        )


def _add_invitations(made: Made, chance: Random) -> None:
    """Some who answered had been invited by mail."""
    if chance.random() < 0.8:
        return
    addresses = list(dict.fromkeys(rsvp.email for rsvp in made.rsvps if rsvp.email))
    for email in addresses[:5]:
        made.invitations.append(
            row(
                Invitation,
                id=new_id(chance),
                event_id=made.event.id,
                email=email,
                invited_at=made.event.created_at + timedelta(hours=1),
            )
        )
