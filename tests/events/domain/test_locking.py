"""touch(): the one way in which an event's version grows."""

from __future__ import annotations

import re

import pytest

from events.domain.locking import touch
from events.models import Event
from tests.conftest import Clock
from tests.makers import make_event
from tests.ours import ROOT, python_files

pytestmark = pytest.mark.django_db


def test_one_event_or_several(clock: Clock) -> None:
    """By id or by a queryset, with what else is written; the others stay as they are."""
    first, second, other = make_event(), make_event(), make_event()
    clock.advance(hours=1)
    assert touch(first.id) == 1
    assert touch(Event.objects.filter(pk__in=[first.id, second.id]), featured=False) == 2
    assert [each.stored.version for each in (first, second, other)] == [3, 2, 1]
    assert [each.stored.updated_at == clock.now for each in (first, second)] == [True, True]
    assert touch(first.id, edited=False, interested_count=4) == 1
    clock.advance(hours=1)
    stored = first.stored
    assert (stored.version, stored.interested_count) == (4, 4)
    assert stored.updated_at < clock.now


def test_no_other_module_spells_it() -> None:
    """The versions of a link and of the root token are counted where they are."""
    own = {"events/domain/locking.py", "events/domain/links.py", "accounts/domain/root.py"}
    own |= {"rsvps/querysets.py", "rsvps/domain/keeping.py"}  # which compare them
    spelt = re.compile(r'F\("version"\)|\bversion \+= 1|version = version \+ 1')
    found = {
        path.as_posix()
        for path in python_files()
        if not {"tests", "benchmarks"} & {*path.parts} and spelt.search((ROOT / path).read_text())
    }
    assert found == own
