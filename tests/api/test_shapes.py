"""Readers that requests share: what one request does stays its own."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from api.capability.base import PageQuery
from api.shapes import reader
from events.api.tiers import TierInput
from rsvps.api.capability import RsvpInput
from rsvps.limits import NAME

TOO_LONG = {"name": "x" * (NAME + 1), "status": "yes"}


def said(shape: Any, data: Any, **options: Any) -> Any:
    """What is wrong with the data, and what is read of it."""
    made = reader(shape, data, **options)
    return (made.is_valid(), made.errors, made.validated_data)


def test_a_shared_reader_reads_as_one_made_anew() -> None:
    """Good and bad bodies, whole and partial, one after the other."""
    bodies: list[Any] = [
        {"name": "Sky", "status": "yes", "guest_names": ["A"], "isPrivate": True},
        {"name": "Sky", "status": "perhaps"},
        {"name": None},
        {},
        [],
        TOO_LONG,
        {"name": "Sky", "status": "no"},
    ]
    for partial in (False, True):
        for body in bodies:
            fresh = RsvpInput(data=body, partial=partial)
            expected = (fresh.is_valid(), fresh.errors, fresh.validated_data)
            assert said(RsvpInput, body, partial=partial) == expected


@pytest.mark.parametrize("spoken", ["en", "de", "fr", "es"])
def test_each_language_hears_its_own_sentences(spoken: str) -> None:
    """A sentence that was said in another language before is not said again in that one."""
    for other in ("en", "de", "fr", "es"):
        with override(other):
            said(RsvpInput, TOO_LONG)
    with override(spoken):
        fresh = RsvpInput(data=TOO_LONG)
        assert not fresh.is_valid()
        assert said(RsvpInput, TOO_LONG)[1] == fresh.errors


def test_defaults_are_read_though_nothing_was_sent() -> None:
    """A query's page is the first without a word."""
    assert said(PageQuery, {}) == (True, {}, {"page": 1, "per_page": 10})


def test_a_shape_that_holds_others_is_made_anew() -> None:
    """What the inner ones were called in one body is not remembered for the next."""
    first, second = (reader(TierInput, {}) for _ in range(2))
    assert first.fields["questions"] is not second.fields["questions"]
