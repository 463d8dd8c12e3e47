"""Stores made-up events in large batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from random import Random
from typing import NamedTuple
from uuid import UUID

from django.db import models, transaction

from accounts.models import Tenant, User
from channels.models import Channel
from comments.models import Comment, Message
from config.errors import Conflict, Invalid, flaw
from events.domain.search import index_events
from events.models import Event, EventLink, Question, Series, Tier
from operations.demo import words
from operations.demo.making import Made, Stage, make_event
from rsvps.models import CheckIn, Invitation, Rsvp

MOST_EVENTS = 1_000_000
MOST_RSVPS = 20_000_000
_EVENTS_AT_A_TIME = 250
_ROWS_AT_A_TIME = 2_000
_MEMBERS = 40
_ADDRESSES = "demo.example"

Progress = Callable[[int, int], None]


class Demo(NamedTuple):
    """What was made; ``event_id`` and ``link_id`` are the first event and its owner link."""

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
    Counters are right and no seat is beyond a capacity. 250 events are stored in one transaction;
    after each ``progress`` is told how many RSVPs there are, and of how many. Raises Invalid, and
    Conflict when the instance holds events or accounts already: ``beside`` puts these beside them,
    once for each seed.
    """
    _check(events, rsvps)
    if not beside and (Event.objects.exists() or User.objects.exists()):
        raise Conflict("instance_in_use")
    with transaction.atomic():
        stage = _stage(seed, now)
    answers = _spread(events, rsvps, seed)
    first = make_event(stage, 0, answers[0])
    if Event.objects.filter(pk=first.event.id).exists():
        raise Conflict("seed_used")
    done = 0
    for start in range(0, events, _EVENTS_AT_A_TIME):
        numbers = range(start, min(start + _EVENTS_AT_A_TIME, events))
        batch = [make_event(stage, number, answers[number]) for number in numbers]
        _store(batch)
        done += sum(len(made.rsvps) for made in batch)
        progress(done, rsvps)
    return Demo(events, rsvps, first.event.id, first.link.id)


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
    members: dict[UUID, list[User]] = {}
    for slug, name in words.ORGANISATIONS:
        tenants[slug], _ = Tenant.objects.get_or_create(slug=slug, defaults={"name": name})
        members[tenants[slug].id] = _members(tenants[slug])
    channels = []
    for slug, name, of in words.CHANNELS:
        values = {"name": name, "tenant": tenants[of] if of else None}
        channels.append(Channel.objects.get_or_create(slug=slug, defaults=values)[0])
    return Stage(seed, now, channels, members)


def _members(tenant: Tenant) -> list[User]:
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
    return list(User.objects.filter(email__in=addresses).order_by("email"))


def _spread(events: int, rsvps: int, seed: int) -> Counter[int]:
    """Answers for each event: most have few, some have very many."""
    chance = Random(seed)  # noqa: S311 - made-up people, no secrets
    weights = [min(chance.paretovariate(1.1), 200.0) for _ in range(events)]
    return Counter(chance.choices(range(events), weights, k=rsvps))


def _store(batch: list[Made]) -> None:
    with transaction.atomic():
        _insert(Series, (made.series for made in batch if made.series))
        _insert(Event, (made.event for made in batch))
        index_events([made.event.id for made in batch])
        _insert(EventLink, (made.link for made in batch))
        _insert(Tier, (each for made in batch for each in made.tiers))
        _insert(Question, (each for made in batch for each in made.questions))
        _insert(Rsvp, (each for made in batch for each in made.rsvps))
        _insert(Invitation, (each for made in batch for each in made.invitations))
        _insert(CheckIn, (each for made in batch for each in made.check_ins))
        _insert(Message, (each for made in batch for each in made.messages))
        _insert(Comment, (each for made in batch for each in made.comments))


def _insert(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    model._default_manager.bulk_create(rows, batch_size=_ROWS_AT_A_TIME)
