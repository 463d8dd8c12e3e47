"""Transactions for one row are committed as one, and each still stands for itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import Tenant, User
from config.errors import Conflict, Unavailable
from config.group_commit import grouped, run_grouped

pytestmark = pytest.mark.django_db(transaction=True)

Outcome = list[tuple[str, Any]]


@pytest.fixture
def outcome() -> Outcome:
    """What each call came to, in the order in which they ended."""
    return []


@pytest.fixture
def write(outcome: Outcome) -> Callable[..., Callable[[], None]]:
    """Makes a call that stores a tenant in a transaction for ``key``, then does ``act``."""

    def make(
        name: str, key: str = "row", act: Callable[[], Any] = lambda: None
    ) -> Callable[[], None]:
        def call() -> None:
            try:
                with grouped(key):
                    Tenant.objects.create(name=name, slug=name)
                    act()
                outcome.append((name, stored()))
            except Exception as problem:
                outcome.append((name, type(problem)))

        return call

    return make


@pytest.fixture
def commits() -> Iterator[Callable[[], int]]:
    """How many transactions were committed since the test began."""
    with CaptureQueriesContext(connection) as queries:
        yield lambda: sum(each["sql"] == "COMMIT" for each in queries.captured_queries)


def stored() -> set[str]:
    """The names of the tenants there are."""
    return set(Tenant.objects.values_list("name", flat=True))


def refuse() -> None:
    """A rule says no."""
    raise Conflict("user_exists")


def break_a_rule_of_the_database() -> None:
    """A reference to nothing, which the database looks up at COMMIT."""
    User.objects.create(email="nobody@example.org", tenant_id=uuid4())


def test_one_commit_for_all_of_a_row(write: Any, outcome: Outcome, commits: Any) -> None:
    run_grouped([write("a"), write("b"), write("c")])
    assert outcome == [(name, {"a", "b", "c"}) for name in "abc"]
    assert commits() == 1


def test_rows_have_transactions_of_their_own(write: Any, outcome: Outcome, commits: Any) -> None:
    run_grouped([write("a", "row"), write("b", "other"), write("c", "row")])
    assert outcome == [("a", {"a", "c"}), ("c", {"a", "c"}), ("b", {"a", "b", "c"})]
    assert commits() == 2


def test_not_more_than_32_in_one(write: Any, outcome: Outcome, commits: Any) -> None:
    run_grouped([write(str(number)) for number in range(33)])
    assert [len(seen) for _, seen in outcome] == [32] * 32 + [33]
    assert commits() == 2


def test_a_refusal_takes_back_its_own_alone(write: Any, outcome: Outcome, commits: Any) -> None:
    run_grouped([write("a"), write("b", act=refuse), write("c")])
    assert outcome == [("a", {"a", "c"}), ("b", Conflict), ("c", {"a", "c"})]
    assert commits() == 1


def test_what_follows_the_commit_does_for_those_who_stored(write: Any, outcome: Outcome) -> None:
    followed: list[str] = []

    def follow(name: str, then: Callable[[], None] = lambda: None) -> Callable[[], None]:
        def act() -> None:
            transaction.on_commit(lambda: followed.append(name))
            then()

        return act

    def try_more() -> None:
        with suppress(Conflict), transaction.atomic():
            follow("more", refuse)()

    run_grouped(
        [
            write("a", act=follow("a", try_more)),
            write("b", act=follow("b", refuse)),
            write("c", act=follow("c")),
        ]
    )
    assert outcome == [("a", {"a", "c"}), ("b", Conflict), ("c", {"a", "c"})]
    assert followed == ["a", "c"]


def test_a_call_comes_back_for_another(write: Any, outcome: Outcome, commits: Any) -> None:
    twice = [write("a"), write("b")]

    def call() -> None:
        for each in twice:
            each()

    run_grouped([call, write("c")])
    assert outcome == [("a", {"a", "c"}), ("c", {"a", "c"}), ("b", {"a", "b", "c"})]
    assert commits() == 2


def test_nothing_is_stored_for_anybody_when_the_commit_fails(write: Any, outcome: Outcome) -> None:
    run_grouped([write("a"), write("b", act=break_a_rule_of_the_database), write("c", act=refuse)])
    assert outcome == [(name, Unavailable) for name in "abc"]
    assert stored() == set()


def test_alone_it_may_ask_again(write: Any, outcome: Outcome) -> None:
    """When the commit finds a reference to nothing, as an account that was deleted meanwhile; what
    a statement itself refuses is a fault of ours."""
    write("a", act=break_a_rule_of_the_database)()
    run_grouped([write("b", act=break_a_rule_of_the_database)])
    assert outcome == [("a", Unavailable), ("b", Unavailable)]
    assert stored() == set()
    write("c")()
    run_grouped([write("c")])
    assert outcome[2:] == [("c", {"c"}), ("c", IntegrityError)]


def test_a_lost_connection_ends_it_for_those_who_had_their_turn(
    write: Any, outcome: Outcome
) -> None:
    def lose() -> None:
        connection.close()
        Tenant.objects.count()

    run_grouped([write("a"), write("b", act=lose), write("c"), write("d")])
    failed, others = dict(outcome[:2]), outcome[2:]
    assert failed.keys() == {"a", "b"}
    assert all(issubclass(problem, Exception) for problem in failed.values())
    assert others == [("c", {"c"}), ("d", {"c", "d"})]


def test_nobody_waits_for_a_lock_that_others_could_not_get(
    write: Any, outcome: Outcome, commits: Any
) -> None:
    """The next may wait as long: whoever had a turn is answered first."""

    def wait_in_vain() -> None:
        raise OperationalError("canceling statement due to lock timeout")

    run_grouped([write("a"), write("b", act=wait_in_vain), write("c"), write("d")])
    assert outcome == [
        ("a", {"a"}),
        ("b", OperationalError),
        ("c", {"a", "c"}),
        ("d", {"a", "c", "d"}),
    ]
    assert commits() == 3


def test_each_keeps_its_own_context(write: Any, outcome: Outcome) -> None:
    languages = []

    def spoken(language: str) -> Callable[[], None]:
        act = write(language, act=lambda: languages.append(translation.get_language()))

        def call() -> None:
            with translation.override(language):
                act()
                languages.append(translation.get_language())

        return call

    run_grouped([spoken("de"), spoken("fr")])
    assert languages == ["de", "fr", "de", "fr"]


def test_elsewhere_it_is_a_transaction(write: Any, outcome: Outcome, commits: Any) -> None:
    """As in commands and in the worker; within a transaction it is a part of that."""
    write("a")()
    assert (outcome, commits()) == ([("a", {"a"})], 1)
    run_grouped([lambda: _within(write("b")), write("c")])
    assert outcome[1:] == [("b", {"a", "b"}), ("c", {"a", "b", "c"})]
    assert commits() == 2


def _within(call: Callable[[], None]) -> None:
    with grouped("row"):
        call()
