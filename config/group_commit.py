"""Transactions that wait for the same row are committed as one.

A lock is held until its transaction is on disk, and on the standby that has to confirm it: however
many ask for the row, that many commits a second are all it gives. Calls of one thread that want it
at the same moment therefore take their turns inside one transaction, each in a savepoint of its
own, and none goes on before all of it is committed. Why: docs/decisions/019-group-commit.md.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any

from django.db import Error, IntegrityError, OperationalError, connection, transaction
from django.db.transaction import TransactionManagementError
from greenlet import getcurrent, greenlet

from config.errors import Unavailable
from config.reading import execute, writing

# PostgreSQL keeps 64 savepoints of a transaction at hand.
_MOST = 32


class _Call(greenlet):
    """A call that stops where it wants a transaction, until it is its turn, and where it has done
    with it, until the transaction has ended."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__(lambda _: work())
        self._runner = getcurrent()
        # What a call sets there is its own; what was there before, all of them see.
        self.gr_context = copy_context()

    def stop(self, told: object) -> Any:
        """Tells whoever runs the calls why, and returns what it is told when it goes on."""
        return self._runner.switch(told)


@contextmanager
def grouped(key: Hashable) -> Iterator[None]:
    """A transaction, or within one a savepoint. In a call of run_grouped() it may be one with those
    of other calls that name the same ``key``: what is done in it must hold up in any order, and
    lock nothing but what the key stands for and what belongs to that.

    Raises what the commit raises, in every call that took part: nothing of any of them is stored.
    A constraint that is broken only then, because somebody removed at the same moment what was
    written for, is Unavailable: whoever asks again is told what is gone.
    """
    call = getcurrent()
    if not isinstance(call, _Call) or connection.in_atomic_block:
        with _alone():
            yield
        return
    call.stop(key)
    shares = connection.in_atomic_block
    try:
        with _turn() if shares else _alone():
            yield
    finally:
        # A refusal waits as well: others' answers that it is due to may not come to be.
        problem = call.stop(sys.exception()) if shares else None
        if problem is not None:
            raise problem


@contextmanager
def _alone() -> Iterator[None]:
    """transaction.atomic(), with what grouped() says of constraints."""
    done = False
    try:
        with transaction.atomic():
            yield
            done = True
    except IntegrityError:
        if done:
            raise Unavailable from None
        raise


@contextmanager
def _turn() -> Iterator[None]:
    """A savepoint in the transaction of several. It is never released, which would be one more
    question to PostgreSQL: the transaction's end does that."""
    hooks, done = len(connection.run_on_commit), False
    execute(writing(), "SAVEPOINT turn", {})
    try:
        yield
        done = not connection.needs_rollback
    finally:
        if not done:
            connection.needs_rollback = False
            del connection.run_on_commit[hooks:]
            try:
                execute(writing(), "ROLLBACK TO SAVEPOINT turn", {})
            except Error:
                connection.needs_rollback = True


def run_grouped(calls: Iterable[Callable[[], object]]) -> None:
    """Runs the calls, which raise nothing, one after the other in this thread. A call that asks for
    a transaction is left there until the others have come as far; then each gets its turn."""
    waiting: dict[Hashable, list[_Call]] = {}

    def go_on(call: _Call, problem: Exception | None = None) -> None:
        key = call.switch(problem)
        if not call.dead:
            waiting.setdefault(key, []).append(call)

    for call in calls:
        go_on(_Call(call))
    while waiting:
        key = next(iter(waiting))
        group = waiting.pop(key)
        group, later = group[:_MOST], group[_MOST:]
        if later:
            waiting[key] = later
        done, problem = _take_turns(group) if len(group) > 1 else (0, None)
        for number, each in enumerate(group):
            go_on(each, problem if number < done else None)


def _take_turns(group: list[_Call]) -> tuple[int, Exception | None]:
    """Gives each call its turn in one transaction. How many had theirs, and what ended it: the
    others have a transaction each."""
    done = 0
    try:
        with transaction.atomic():
            for call in group:
                done += 1
                problem = call.switch()
                if connection.needs_rollback:
                    raise problem or TransactionManagementError("A transaction was spoiled.")
                if isinstance(problem, OperationalError):
                    break  # it waited long for a lock, and so may the next
    except IntegrityError:
        return done, Unavailable()
    except Exception as problem:
        return done, problem
    return done, None
