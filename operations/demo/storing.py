"""Stores made-up events in large batches."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from itertools import chain, islice
from random import Random
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from accounts.models import Tenant, User
from channels.models import Channel
from comments.models import Comment, Message
from config.errors import Conflict, Invalid, flaw
from config.languages import active_language
from events.models import Event, EventLink, Question, SearchText, Series, Tier
from operations.demo import words
from operations.demo.loading import in_one_go
from operations.demo.making import Made, Stage, make_event
from operations.demo.rows import Row
from operations.inserting import insert
from rsvps.models import CheckIn, Invitation, Rsvp

MOST_EVENTS = 1_000_000
MOST_RSVPS = 20_000_000
# Events and RSVPs together, from which on all are stored in one transaction.
VERY_MANY = 100_000
_EVENTS_AT_A_TIME = 250
_MEMBERS = 40
_ADDRESSES = "demo.example"

Progress = Callable[[int, int], None]


class Demo(NamedTuple):
    """What was made; ``event_id`` and ``link_id`` name the first event and its organizer link."""

    events: int
    rsvps: int
    event_id: UUID
    link_id: UUID


def make_demo(
    *,
    events: int,
    rsvps: int,
    seed: int,
    now: datetime,
    beside: bool = False,
    progress: Progress = lambda done, of: None,
) -> Demo:
    """Fills the instance with made-up organisations, channels, events, RSVPs and words.

    A seed makes the same ids, titles and people each time; times count from the day of ``now``.
    Counters are right and no capacity is exceeded. Every 250 events are stored in a transaction of
    their own; very many, on an instance without events, are all stored in one with everything
    else: see in_one_go().
    After every 250, ``progress`` is told how many RSVPs are stored and how many there will be.
    Raises Invalid, and Conflict when the instance holds events or accounts already: with ``beside``
    these are added to them, once for each seed.
    """
    _check(events, rsvps)
    fresh = not Event.objects.exists()
    if not beside and not (fresh and not User.objects.exists()):
        raise Conflict("instance_in_use")
    at_once = fresh and events + rsvps >= VERY_MANY
    with _uncollected(), in_one_go(_TABLES) if at_once else nullcontext():
        with transaction.atomic():
            stage = _stage(seed, now)
        answers = _spread(events, rsvps, seed)
        first = make_event(stage, 0, next(answers))
        if Event.objects.filter(pk=first.event.id).exists():
            raise Conflict("seed_used")
        rest = (make_event(stage, number, count) for number, count in enumerate(answers, 1))
        made, done = _apart(chain([first], rest)), 0
        while batch := list(islice(made, _EVENTS_AT_A_TIME)):
            with nullcontext() if at_once else transaction.atomic():
                _store(batch)
            done += sum(len(each.rsvps) for each in batch)
            progress(done, rsvps)
    return Demo(events, rsvps, first.event.id, first.link.id)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without Python's cyclic garbage collector: no rows refer to each other in a circle."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _check(events: int, rsvps: int) -> None:
    errors = {}
    if not 1 <= events <= MOST_EVENTS:
        errors["events"] = flaw("not_between", lowest=1, highest=MOST_EVENTS)
    if not 0 <= rsvps <= MOST_RSVPS:
        errors["rsvps"] = flaw("not_between", lowest=0, highest=MOST_RSVPS)
    if errors:
        raise Invalid(errors)


def _stage(seed: int, now: datetime) -> Stage:
    tenants = {}
    members: dict[UUID, list[UUID]] = {}
    for slug, name in words.ORGANISATIONS:
        tenants[slug], _ = Tenant.objects.get_or_create(slug=slug, defaults={"name": name})
        members[tenants[slug].id] = _members(tenants[slug])
    channels = []
    for slug, name, of in words.CHANNELS:
        values = {"name": name, "tenant": tenants[of] if of else None}
        channels.append(Channel.objects.get_or_create(slug=slug, defaults=values)[0])
    return Stage(seed, now, active_language(), channels, members)


def _members(tenant: Tenant) -> list[UUID]:
    """Accounts that nobody can sign in to."""
    people = []
    for number in range(_MEMBERS):
        first = words.FIRST_NAMES[number % len(words.FIRST_NAMES)]
        last = words.LAST_NAMES[number % len(words.LAST_NAMES)]
        user = User(
            email=f"{first}.{last}.{number}@{tenant.slug}.{_ADDRESSES}".lower(),
            display_name=f"{first} {last}",
            tenant=tenant,
        )
        user.set_unusable_password()
        people.append(user)
    addresses = [user.email for user in people]
    known = set(User.objects.filter(email__in=addresses).values_list("email", flat=True))
    User.objects.bulk_create(user for user in people if user.email not in known)
    return list(
        User.objects.filter(email__in=addresses).order_by("email").values_list("id", flat=True)
    )


def _spread(events: int, rsvps: int, seed: int) -> Iterator[int]:
    """Answers for each event in turn, ``rsvps`` in all: most have few, some have very many."""

    def weights() -> Iterator[float]:
        chance = Random(seed)  # noqa: S311 - made-up people, no secrets
        return (min(chance.paretovariate(1.1), 200.0) for _ in range(events))

    # For each event, what is due up to it, rounded, minus what was given before.
    total, reached, given = sum(weights()), 0.0, 0
    for number, weight in enumerate(weights(), 1):
        reached += weight
        due = round(rsvps * reached / total) if number < events else rsvps
        yield due - given
        given = due


def _apart(made: Iterable[Made]) -> Iterator[Made]:
    """The same, with a place of its own for each among what search finds."""
    taken = set(SearchText.objects.values_list("position", flat=True))
    for each in made:
        while each.words.position in taken:
            each.words.position += 1
        taken.add(each.words.position)
        yield each


def _store(batch: list[Made]) -> None:
    for model, rows_of in _TABLES.items():
        insert(model, (each for made in batch for each in rows_of(made)))


# In an order in which everything that a row points at is stored before it.
_TABLES: dict[type[Model], Callable[[Made], Sequence[Row]]] = {
    Series: lambda made: [made.series] if made.series else [],
    Event: lambda made: [made.event],
    SearchText: lambda made: [made.words],
    EventLink: lambda made: [made.link],
    Tier: lambda made: made.tiers,
    Question: lambda made: made.questions,
    Rsvp: lambda made: made.rsvps,
    Invitation: lambda made: made.invitations,
    CheckIn: lambda made: made.check_ins,
    Message: lambda made: made.messages,
    Comment: lambda made: made.comments,
}
