"""What is mailed of series: their link once, one confirmation for many answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from comments.domain.series_changes import change_series
from events.domain.notices import Notice
from events.domain.series import extend_all
from events.enums import Scope
from events.models import Event
from notify.domain.mail.lost_links import ask_for_lost_links
from rsvps.domain.series_answers import answer_following
from tests.makers import MadeEvent, make_rsvp, make_series, occurrences
from tests.notify.mail.posting import text_of, worked

pytestmark = pytest.mark.django_db


@pytest.fixture
def four() -> list[MadeEvent]:
    return occurrences(make_series("FREQ=WEEKLY;COUNT=4"))


def test_the_owner_link_once() -> None:
    """With its first occurrence; none with those that are made later, nor for each of them when
    the address changes."""
    event = make_series(host_email="cora@example.org")
    (letter,) = worked()
    link = f"https://events.example.org/s/{event.row.series_id}/admin/{event.owner_token}?mailed="
    assert link in text_of(letter)
    extend_all(timezone.now() + timedelta(days=30))
    assert worked() == []
    values = {"host_email": "new@example.org"}
    change_series(event=event.row, values=values, scope=Scope.ALL)
    (letter,) = worked()
    assert letter["To"] == "new@example.org"


def test_lost_links(four: list[MadeEvent]) -> None:
    """The link of the series once, whatever the number of its occurrences."""
    worked()
    Event.objects.update(host_email="cora@example.org")
    ask_for_lost_links("CORA@example.org")
    (letter,) = worked()
    text = text_of(letter)
    assert text.count("/admin/") == 1
    assert f"/s/{four[0].row.series_id}/admin/{four[0].owner_token}" in text


def test_one_confirmation(four: list[MadeEvent]) -> None:
    """With the guest's own link to each answer, and to none that was not given."""
    Event.objects.filter(pk=four[2].id).update(capacity=1)
    make_rsvp(four[2])
    values = {"name": "Ana", "attendance": "going", "email": "ana@example.org"}
    given = answer_following(event=four[0].row, shown=Event.objects.public(), values=values)
    assert [each.rsvp is not None for each in given] == [True, True, False, True]
    (letter,) = worked()
    text = text_of(letter)
    for event, there in zip(four, (True, True, False, True), strict=True):
        assert (f"/e/{event.id}/rsvp/cvr_" in text) == there


def test_news_of_each_occurrence(four: list[MadeEvent]) -> None:
    """A guest of two is told of two, once each; whoever was changed by hand in it, of none."""
    for each in four[:2]:
        make_rsvp(each, email="ana@example.org")
    worked()
    Event.objects.filter(pk=four[1].id).update(changed_by_hand=["location"])
    told: dict[str, Any] = {"notice": Notice("all"), "scope": Scope.ALL}
    change_series(event=four[0].row, values={"location": "Rua 1"}, **told)
    assert len(worked()) == 1
    change_series(event=four[0].row, values={"location": "Rua 2"}, overwrite=True, **told)
    assert len(worked()) == 2
