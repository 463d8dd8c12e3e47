"""Search: what events are found by, and what they are never found by."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import F
from django.test import Client

from accounts.enums import LinkRole
from accounts.models import User
from channels.models import Channel
from comments.domain.takedown import bring_back, take_down
from config import fulltext
from events import querysets
from events.domain.channel_changes import delete_channel, update_channel
from events.domain.duplicate import duplicate_event
from events.domain.links import delete_link, make_link, revoke_link
from events.domain.search import index_events, unindexed, unindexed_between
from events.enums import Scope
from events.models import Event, SearchText
from events.positions import Span, position_of
from events.rows import public_listing_rows
from operations.archive.reading import import_event
from operations.archive.writing import export_event
from rsvps.domain.event_changes import update_event
from tests.conftest import Api, Clock
from tests.makers import MadeEvent, make_channel, make_event, make_series, occurrences
from tests.tenant_cast import make_cast

pytestmark = pytest.mark.django_db
Way = Callable[[], None]


def found(words: str) -> list[str]:
    """The titles that everybody finds, in the listing's order."""
    events = Event.objects.public().order_by("start_time", "id").matching(words)
    return [event.title for event in events]


@pytest.fixture(params=["by the index", "by comparing"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways in which SQLite finds words, frequent ones and others."""
    for number in ("_FEW", "_OFTEN", "_VERY_OFTEN"):
        monkeypatch.setattr(querysets, number, 1 if request.param == "by comparing" else 10**6)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        *[(words, True) for words in ("salsa", "SALSA", "sal", "  salsa  ", "salsa\tnight")],
        *[(words, True) for words in ("neukolln", "NEUKÖLLN", "neuko\u0308lln", "neuk")],
        *[(words, True) for words in ("betah", "grusse", "grüße", "Strasse", "lodz", "istanbul")],
        *[(words, True) for words in ("night salsa", "night, betahaus!", "music ana salsa club")],
        *[(words, True) for words in ("2031", "会議", "東京", "100%", "salsa-night", '"salsa"')],
        *[
            (words, False)
            for words in ("alsa", "salsas", "salsa chess", "kolln", "gruesse", "ana2")
        ],
        *[(words, False) for words in ("salsa AND chess", "salsa OR chess", "NOT salsa")],
    ],
)
def test_words_are_found_by_how_they_begin(words: str, is_found: bool) -> None:
    """Each word begins one of the event's, wherever that stands, whatever its case and accents."""
    make_event(title="Chess", description="or not, and so on")
    make_event(
        title="Salsa Night 2031",
        description="Viele Grüße aus der Straße, Łódź & İstanbul, 100% 東京で会議",
        location="Betahaus, Neukölln",
        tags=["music"],
        host_name="Ana Silva",
        channel_name="Dance Club",
    )
    assert found(words) == (["Salsa Night 2031"] if is_found else [])


HOSTILE = [
    *["", " ", "!?", "*", '"', "'", "''", "\\", "+", "%", "_", "%s", "🎉", "&|!<->"],
    *['"salsa', "salsa*", "salsa^2", "sal:*", "-salsa", "salsa AND", "AND", "OR OR", "(salsa"],
    *["NEAR(salsa", "words:salsa", "{words}: salsa", "salsa 🎉", "salsa\0night"],
    *["\0", "\ud800", "\u202e", "\x1f", "\ufeff"],
    *["x" * 10_000, "ab " * 3_333, "é" * 10_000, "*" * 10_000, "\ufdfa" * 300],
    " ".join(f"w{number}" for number in range(1_500)),
]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: ascii(words)[:20])
def test_no_words_are_an_error(words: str) -> None:
    """Nothing that is typed is an operator, or too much. What holds no letter or digit finds none;
    what holds a word beside it finds that."""
    make_event(title="Salsa night", description="x" * 9_000 + " " + "\ufdfa" * 300)
    assert found(words) in ([], ["Salsa night"])
    assert found("salsa") == ["Salsa night"]
    if not any(character.isalnum() for character in words):
        assert found(words) == []


def test_an_event_of_extreme_words_can_be_made() -> None:
    """The longest words and the most of them."""
    most = "".join(f"{number:04} " for number in range(4_000))
    make_event(title="W" * 255, description=most, location="ß" * 500)
    assert found("0000 3999 " + "w" * 200) == ["W" * 255]


def test_the_order_and_the_pages_are_those_of_the_listing(api: Api, clock: Clock) -> None:
    """A search narrows a list, no more: by number and by cursor."""
    for day in (3, 1, 2):
        make_event(title=f"Salsa {day}", start_time=clock.now + timedelta(days=day))
        make_event(title=f"Chess {day}", start_time=clock.now + timedelta(days=day))
    assert found("salsa") == ["Salsa 1", "Salsa 2", "Salsa 3"]
    titles, cursor = [], ""
    while cursor is not None:
        page = api.get("events", q="sálsa", cursor=cursor, per_page=1).json()
        titles += [event["title"] for event in page["events"]]
        cursor = page["pagination"]["next_cursor"]
    assert titles == ["Salsa 1", "Salsa 2", "Salsa 3"]
    listed = api.get("events", q="sals", per_page=2, page=2, upcoming="true").json()
    assert [event["title"] for event in listed["events"]] == ["Salsa 3"]
    assert listed["pagination"]["total_events"] == 3


def test_a_search_costs_the_same_for_any_number(
    queries_of: Callable[[Callable[[], Any]], int], api: Api
) -> None:
    """Three events, then twenty."""
    for _ in range(3):
        make_event(title="Salsa")
    few = queries_of(lambda: api.get("events", q="salsa"))
    for _ in range(17):
        make_event(title="Salsa")
    assert queries_of(lambda: api.get("events", q="salsa", per_page=50)) == few


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no plans to keep")
def test_postgresql_plans_each_search_by_its_own_words(api: Api) -> None:
    """A statement that comes again is planned once for all its parameters. Words must not be among
    them: where a word is rare, or frequent, another plan is right."""
    given: list[Any] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        given.append(params)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        api.get("events", q="sälsa", upcoming="true")
        api.get("events", q="sälsa")
    assert given
    assert "salsa" not in str(given)


# --- What nobody may find -----------------------------------------------------------------------


def place_is_found() -> bool:
    return bool(Event.objects.matching("betahaus")) or "betahaus" in str(stored_words())


def stored_words() -> list[str]:
    return list(SearchText.objects.values_list("words", flat=True))


@pytest.mark.parametrize("guard", ["hide_location", "approval_required"])
def test_a_guarded_place_is_not_found(guard: str) -> None:
    """Not while it is guarded, whatever else is changed; before and after it is."""
    event = make_event(location="Betahaus", **{guard: True})
    assert event.stored.location == "Betahaus"
    assert not place_is_found()
    update_event(event=event.row, values={guard: False})
    assert place_is_found()
    update_event(event=event.row, values={guard: True})
    assert not place_is_found()
    update_event(event=event.row, values={"title": "Other", "location": "Betahaus, 2nd floor"})
    assert not place_is_found()
    assert found("other") == ["Other"]


def test_a_guarded_place_is_not_found_in_a_series_and_its_copies(tmp_path: Path) -> None:
    """The occurrences, a duplicate, an import of an archive; nor by a wider change."""
    event = make_series("FREQ=WEEKLY;COUNT=3", location="Betahaus", hide_location=True)
    cast = make_cast()
    duplicate_event(event_id=event.id, actor=cast.creator.actor)
    export_event(event_id=event.id, target=tmp_path / "event.zip", now=event.stored.created_at)
    import_event(source=tmp_path / "event.zip", replace=True)
    assert Event.objects.filter(location="Betahaus", hide_location=True).count() == 4
    assert not place_is_found()
    for each in Event.objects.all():
        update_event(event=MadeEvent(each.pk, "").row, values={"hide_location": False})
    assert Event.objects.matching("betahaus").count() == 4


def test_a_series_hides_its_place_as_a_whole(api: Api) -> None:
    """With scope, every occurrence is out of the index at once."""
    event = make_series("FREQ=WEEKLY;COUNT=3", location="Betahaus")
    assert Event.objects.matching("betahaus").count() == 3
    body = {"hide_location": True}
    api.patch(f"{event.path}?scope={Scope.ALL}", body, event.owner_token)
    assert {each.stored.hide_location for each in occurrences(event)} == {True}
    assert not place_is_found()


def test_what_lists_do_not_show_is_not_found(settings: Any) -> None:
    """Private events, what was taken down, what is unlisted."""
    event = make_event(title="Salsa", is_private=True)
    assert list(Event.objects.matching("salsa")) != []
    assert found("salsa") == []
    update_event(event=event.row, values={"is_private": False})
    assert found("salsa") == ["Salsa"]
    take_down(event_id=event.id, reason="Spam")
    assert found("salsa") == []
    bring_back(event_id=event.id)
    assert found("salsa") == ["Salsa"]
    settings.OPEN_EVENTS = "unlisted"
    assert found("salsa") == []


def test_a_private_channel_is_not_found_and_a_renamed_one_is() -> None:
    """A channel counts by the name it has now, as long as everybody may read it."""
    cast = make_cast()
    channel = make_channel("Salsa Circle", "private", tenant=cast.tenant)
    cast.event(title="Evening", channel_id=channel.pk)
    assert Event.objects.get().channel == Channel.objects.get(name="Salsa Circle")
    assert found("circle") == []
    assert "circle" not in str(stored_words())
    update_channel(channel_id=channel.pk, values={"visibility": "public"})
    assert found("circle") == ["Evening"]
    update_channel(channel_id=channel.pk, values={"name": "Tango Ring"})
    assert (found("circle"), found("ring")) == ([], ["Evening"])
    delete_channel(channel_id=channel.pk)
    assert found("ring") == []


@pytest.mark.parametrize("end", [revoke_link, delete_link])
def test_hosts_are_found_while_they_are_shown(end: Callable[..., object]) -> None:
    """The host, and co-hosts who agreed to be shown; never anybody's address."""
    event = make_event(title="Evening", host_name="Ana", host_email="ana@hidden.example")
    values = {"role": LinkRole.COHOST, "name": "Björn", "email": "b@hidden.example"}
    make_link(event_id=event.id, **values, show_name=False)
    assert found("bjorn") == []
    shown = make_link(event_id=event.id, **values, show_name=True)
    assert (found("bjorn"), found("ana")) == (["Evening"], ["Evening"])
    end(event_id=event.id, link_id=shown.id)
    assert (found("bjorn"), found("hidden")) == ([], [])


# --- The index ----------------------------------------------------------------------------------


def test_an_erased_event_leaves_no_words() -> None:
    """Its entry goes with it, and so does what the index holds of it."""
    event = make_event(title="Salsa")
    make_event(title="Chess")
    Event.objects.filter(pk=event.id).delete()
    assert (found("salsa"), found("chess")) == ([], ["Chess"])
    assert len(stored_words()) == 1
    assert fulltext.is_sound(SearchText)


def test_what_is_wrong_is_named_and_written_anew() -> None:
    """An entry that is missing and one that is old; the others are left as they are."""
    right, old, missing = (make_event(title=title).id for title in ("Right", "Old", "Missing"))
    SearchText.objects.filter(event=missing).delete()
    SearchText.objects.filter(event=old).update(words="other")
    ids = [right, old, missing]
    assert set(unindexed(ids)) == {old, missing}
    assert set(unindexed_between(min(ids), max(ids))) == {old, missing}
    index_events(ids)
    assert unindexed(ids) == unindexed_between(min(ids), max(ids)) == []
    assert (found("old"), found("missing"), found("other")) == (["Old"], ["Missing"], [])


def test_events_that_start_together_have_positions_of_their_own() -> None:
    """Even where their ids begin alike; both are found, and neither is taken for wrong."""
    start = datetime(2031, 5, 1, 19, tzinfo=UTC)
    ids = [UUID(int=(7 << 98) + number) for number in range(3)]
    for event_id in ids:
        Event.objects.create(id=event_id, title="Salsa", slug=event_id.hex, start_time=start)
    # One by one, all at once, and once more.
    for several in (ids[2:], ids, ids):
        index_events(several)
    positions = set(SearchText.objects.values_list("position", flat=True))
    assert positions == {position_of(start, ids[0]) + number for number in range(3)}
    assert unindexed(ids) == []
    assert {row.id for row in public_listing_rows(0, 9, q="salsa")} == set(ids)
    assert fulltext.is_sound(SearchText)


def test_an_event_that_was_moved_is_found_where_it_is_now(clock: Clock) -> None:
    """Its place among what is found follows its start; a place that does not is told."""
    first, moved = (make_event(title=title, start_time=clock.now) for title in ("Salsa", "Salsa 2"))
    for event, days in ((moved, -9), (first, 9)):
        start = clock.now + timedelta(days=days)
        update_event(event=event.row, values={"start_time": start, "end_time": None})
    rows = public_listing_rows(0, 9, q="salsa")
    assert [row.id for row in rows] == [moved.id, first.id]
    assert unindexed([first.id, moved.id]) == []
    SearchText.objects.filter(event=moved.id).update(position=0)
    assert unindexed([first.id, moved.id]) == [moved.id]
    index_events([moved.id])
    assert unindexed([moved.id]) == []


def test_positions_sort_as_the_list_does() -> None:
    """By start, then by id, at the ends of what an event may have as well; a span holds whatever
    starts in it, and what lies outside all events is clipped."""
    starts = [datetime(year, 1, 1, tzinfo=UTC) for year in (1970, 2031)]
    starts += [starts[-1] + timedelta(seconds=1), datetime(2200, 12, 31, 23, 59, 59, tzinfo=UTC)]
    keys = [(start, UUID(int=number << 98)) for start in starts for number in (0, 1, 2**30 - 1)]
    positions = [position_of(*key) for key in keys]
    assert positions == sorted(set(positions))
    assert 0 <= positions[0] < positions[-1] < 2**63
    for since, until in itertools.combinations_with_replacement(starts, 2):
        first, last = Span(since, until + timedelta(seconds=0.5)).positions
        inside = [first <= position <= last for position in positions]
        assert inside == [since <= start <= until for start, _ in keys]
    far = datetime(9999, 1, 1, tzinfo=UTC)
    assert Span(datetime(1, 1, 1, tzinfo=UTC), far).positions == Span().positions == (0, 2**63 - 1)


def test_the_migration_places_what_is_there(clock: Clock) -> None:
    """As the domain does."""
    ids = [make_event(title="Salsa", start_time=clock.now).id for _ in range(3)]
    SearchText.objects.update(position=F("id"))
    assert set(unindexed(ids)) == set(ids)
    editor = SimpleNamespace(connection=connection)
    import_module("events.migrations.0019_search_by_start").fill(apps, editor)
    assert unindexed(ids) == []


def test_the_admin_finds_by_words(client: Client) -> None:
    """As everywhere, and never by a hidden place."""
    client.force_login(User.objects.create_superuser("root@example.org", "a long passphrase"))
    make_event(title="Neukölln am Abend", location="Betahaus", hide_location=True)
    make_event(title="Chess")
    for words, titles in (
        ("abend neuko", ["Neukölln am Abend"]),
        ("betahaus", []),
        ("chess", ["Chess"]),
        ("", ["Chess", "Neukölln am Abend"]),
    ):
        page = client.get("/admin/events/event/", {"q": words})
        assert sorted(event.title for event in page.context["cl"].result_list) == titles
