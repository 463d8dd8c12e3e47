"""Counting in the cache: windows, spellings, many at once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured

from config import rates
from config.rates import Rate, count, ensure_rates, forget, give_back, rate
from tests.conftest import Clock

THREE = Rate(3, 60)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("120/hour", Rate(120, 3600)),
        ("1/s", Rate(1, 1)),
        ("5/min", Rate(5, 60)),
        ("0/day", Rate(0, 86400)),
        ("10/15minutes", Rate(10, 900)),
    ],
)
def test_rates_are_read(text: str, read: Rate) -> None:
    assert rate(text) == read


@pytest.mark.parametrize("text", ["", "120", "120/", "/hour", "-1/hour", "1/0hours", "1/week", "x"])
def test_anything_else_is_no_rate(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(text))):
        rate(text)


def used(name: str = "a", whose: str = "x") -> tuple[int, int, bool]:
    quota = count(name, whose, THREE)
    assert quota
    return quota.used, quota.reset, quota.spent


def test_a_window_begins_with_its_first_count_and_ends_for_good(clock: Clock) -> None:
    assert [used() for _ in range(2)] == [(1, 60, False), (2, 60, False)]
    clock.advance(seconds=59)
    assert [used() for _ in range(2)] == [(3, 1, False), (4, 1, True)]
    clock.advance(seconds=1)
    assert used() == (1, 60, False)


def test_names_and_callers_are_counted_apart(clock: Clock) -> None:
    assert {used("a", "x"), used("a", "y"), used("b", "x")} == {(1, 60, False)}


def test_a_caller_of_any_length_and_letters_has_a_key(clock: Clock) -> None:
    """Caches take short keys of plain letters; the address is not in them."""
    assert used("a", "ä b\x00" * 999) == (1, 60, False)
    assert "ada@example.org" not in rates.stored_under("a", "ada@example.org")


def test_counts_are_given_back_and_forgotten(clock: Clock) -> None:
    """What comes back after the window is over, or once too often, locks nobody out."""
    give_back("a", "x")
    used()
    give_back("a", "x")
    give_back("a", "x")
    assert used() == (0, 60, False)
    used()
    forget("a", "x")
    assert used() == (1, 60, False)


def test_a_key_that_lost_its_end_begins_anew(clock: Clock) -> None:
    """As Redis leaves one that expired while it was counted."""
    cache.set(rates.stored_under("a", "x"), 7, None)
    assert [used(), used()] == [(1, 60, False), (2, 60, False)]


def test_many_at_once_are_all_counted() -> None:
    with ThreadPoolExecutor(8) as pool:
        counted = list(pool.map(lambda _: count("a", "x", Rate(9, 3600)), range(200)))
    assert sorted(quota.used for quota in counted if quota) == list(range(1, 201))


def test_every_throttle_of_the_settings_is_read() -> None:
    """The one that spells no rate is named; other settings are left alone."""
    ensure_rates({"THROTTLE": "x", "THROTTLE_A": "1/hour", "PORT": 8000})
    with pytest.raises(ImproperlyConfigured, match=r"^THROTTLE_B: 'often' is not a rate"):
        ensure_rates({"THROTTLE_A": "1/hour", "THROTTLE_B": "often"})
