"""The same request from several clients at the same moment: one write, one answer."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from access import idempotency
from rsvps.api import capability
from rsvps.models import Rsvp
from tests.concurrency.conftest import Race
from tests.makers import MadeEvent, make_event

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS = 8


def send(event: MadeEvent, key: str) -> Any:
    return Client().post(
        f"{event.path}/rsvps",
        {"name": "Nia", "status": "yes"},
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def tap(event: MadeEvent, key: str) -> Any:
    form = {"name": "Nia", "attendance": "going", "guest_count": "0", "form_key": key}
    return Client().post(f"/e/{event.id}", form)


def test_one_is_carried_out(race: Race) -> None:
    """The others are told that it runs, or get its answer."""
    event, key = make_event(), str(uuid4())
    answers = race(lambda _: send(event, key), CLIENTS)
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    fresh = [a for a in answers if a.status_code == 201 and "Idempotency-Replayed" not in a]
    assert (len(fresh), Rsvp.objects.count()) == (1, 1)


def test_a_second_tap_waits(race: Race) -> None:
    """On pages all of them end at the guest's own answer, with the same link to it."""
    event, key = make_event(), str(uuid4())
    answers = race(lambda _: tap(event, key), CLIENTS)
    assert Counter(answer.status_code for answer in answers) == {303: CLIENTS}
    assert len({answer.cookies["convene_guest"].value for answer in answers}) == 1
    assert Rsvp.objects.count() == 1


def test_other_keys_do_not_wait_in_vain(race: Race) -> None:
    event = make_event()
    answers = race(lambda _: send(event, str(uuid4())), CLIENTS)
    assert Counter(answer.status_code for answer in answers) == {201: CLIENTS}
    assert Rsvp.objects.count() == CLIENTS


@pytest.mark.parametrize("wait", [False, True])
def test_without_the_lock_two_are_carried_out(
    race: Race, monkeypatch: pytest.MonkeyPatch, wait: bool
) -> None:
    """The negative control: no lock and no transaction, and both have looked before either
    writes."""
    event, key = make_event(), str(uuid4())
    both_looked = threading.Barrier(2)
    find = idempotency._find

    def looked(*args: Any) -> Any:
        found = find(*args)
        both_looked.wait(timeout=30)
        return found

    @contextlib.contextmanager
    def unlocked(*args: Any, **kwargs: Any) -> Iterator[None]:
        yield

    monkeypatch.setattr(idempotency, "_find", looked)
    monkeypatch.setattr(idempotency, "_lock", lambda *args, **kwargs: None)
    monkeypatch.setattr(idempotency, "_alone_in_process", unlocked)
    monkeypatch.setattr(idempotency, "transaction", SimpleNamespace(atomic=unlocked))
    monkeypatch.setattr(idempotency, "grouped", unlocked)
    monkeypatch.setattr(idempotency, "_expired", Nothing())
    answers = race(lambda _: (tap if wait else send)(event, key), 2)
    assert [answer.status_code for answer in answers] == [303 if wait else 201] * 2
    assert Rsvp.objects.count() == 2


class Nothing:
    """Stands for what is read under a lock."""

    def all(self, **_: Any) -> list[Any]:
        return []


def test_another_process(monkeypatch: pytest.MonkeyPatch, race: Race) -> None:
    """What one process is at, no other knows: the database's own lock keeps them apart."""

    @contextlib.contextmanager
    def unknown(*args: Any, **kwargs: Any) -> Iterator[None]:
        yield

    monkeypatch.setattr(idempotency, "_alone_in_process", unknown)
    event, key = make_event(), str(uuid4())
    answers = race(lambda _: send(event, key), CLIENTS)
    assert {answer.status_code for answer in answers} <= {201, 409}
    # SQLite's writers wait for each other; PostgreSQL's are told.
    if connection.vendor == "sqlite":
        assert {answer.status_code for answer in answers} == {201}
    assert Rsvp.objects.count() == 1


def test_it_is_free_again_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock goes with its transaction, however that ends."""
    event, key = make_event(), str(uuid4())
    with monkeypatch.context() as broken:
        broken.setattr(capability, "create_rsvp", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            send(event, key)
    assert send(event, key).status_code == 201
