"""The addresses of generated covers, and the tag that writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import timezone, translation
from django.utils.dates import MONTHS_3

from channels.facts import channel_facts
from events.enums import Standing
from events.facts import event_facts
from events.models import Event
from events.rows import event_rows
from pages.covers.addresses import ART, address_of, drawing_of, month_name, read_key
from tests.makers import make_channel, make_event

pytestmark = pytest.mark.once

ID = UUID("6f1c3a52-8f7e-4c2b-9a53-0c2f5c0d9e11")
START = datetime(2030, 11, 28, 21, 30, tzinfo=UTC)


def rendered(shown: object, asked: str) -> str:
    template = Template("{% cover shown " + asked + " %}")
    return template.render(Context({"shown": shown}))


def facts_of(event_id: UUID) -> object:
    (row,) = event_rows(Event.objects.filter(pk=event_id))
    return event_facts(row, Standing.PUBLIC, timezone.now())


@pytest.mark.once
@pytest.mark.parametrize("shape", ["wide", "square", "banner"])
@pytest.mark.parametrize("dated", [False, True])
@pytest.mark.parametrize("start", [None, START, START.replace(hour=9)])
def test_an_address_says_all_that_is_drawn(
    client: Client, shape: str, dated: bool, start: datetime | None
) -> None:
    drawing = drawing_of(ID, start, shape, dated=dated)
    assert read_key(drawing.key) == drawing
    assert (drawing.date_block == ("Nov", "28")) is (dated and start is not None)
    answer = client.get(address_of(drawing))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "'none'" in answer["Content-Security-Policy"]
    assert "Vary" not in answer
    assert not answer.cookies


@pytest.mark.once
def test_an_address_does_not_tell_the_id() -> None:
    address = address_of(drawing_of(ID, START, "square", dated=True))
    parts = [part for part in str(ID).split("-") if part in address]
    assert parts == []
    assert f"{ID.int % 2**32:08x}" not in address


@pytest.mark.once
@pytest.mark.parametrize(
    "key",
    [
        "6f1c3a5-wide-day",
        "6f1c3a52-round-day",
        "6f1c3a52-wide-dusk",
        "6f1c3a52-wide-day-13-01-en",
        "6f1c3a52-wide-day-12-32-en",
        "6f1c3a52-wide-day-12-31",
        "6f1c3a52-wide-day-12-31-xx",
        "6f1c3a52-wide-day-12-31-",
    ],
)
def test_what_no_page_writes_is_not_found(client: Client, key: str) -> None:
    assert client.get(f"/covers/{ART}/{key}.svg").status_code == 404


@pytest.mark.once
def test_an_older_address_leads_to_the_present_one(client: Client) -> None:
    answer = client.get("/covers/0/6f1c3a52-wide-day.svg")
    assert (answer.status_code, answer["Location"]) == (301, f"/covers/{ART}/6f1c3a52-wide-day.svg")


@pytest.mark.once
def test_months_are_written_in_the_language_or_in_english() -> None:
    assert [month_name(3, each) for each in ("en", "de", "es", "ru")] == [
        *("Mar", "M\xe4r", "Mar", "Mar"),
    ]
    with translation.override("fr"):
        french = [str(each) for each in MONTHS_3.values()]
    assert [month_name(each, "fr").lower() for each in range(1, 13)] == [
        each.rstrip(".") for each in french
    ]


@pytest.mark.django_db
def test_an_event_without_a_picture_shows_a_generated_one() -> None:
    event = make_event(start_time=START, timezone="America/New_York")
    facts = facts_of(event.id)
    local = START.astimezone(ZoneInfo("America/New_York"))
    address = address_of(drawing_of(event.id, local, "square", dated=True))
    assert rendered(facts, '"square" date=True') == (
        f'<img class="cover cover-square cover-dated" src="{address}" alt="" width="480" '
        'height="480" decoding="async">'
    )
    thumb = rendered(facts, '"thumb" lazy=True')
    plain = address_of(drawing_of(event.id, local, "wide"))
    assert thumb == (
        f'<img class="cover cover-thumb" src="{plain}" alt="" width="160" height="100" '
        'loading="lazy" decoding="async">'
    )


@pytest.mark.django_db
def test_the_date_is_that_of_the_events_zone() -> None:
    event = make_event(start_time=START, timezone="Asia/Tokyo")
    assert "-11-29-en.svg" in rendered(facts_of(event.id), '"square" date=True')


@pytest.mark.django_db
def test_a_channel_shows_its_banner_or_a_generated_one() -> None:
    channel = make_channel("Neighbours")
    assert address_of(drawing_of(channel.id, None, "banner")) in rendered(
        channel_facts(channel), '"banner"'
    )
    channel.banner.name = "banners/there.png"
    assert 'src="/media/banners/there.png"' in rendered(channel_facts(channel), '"banner"')


@pytest.mark.django_db
def test_the_palette_is_a_word_of_the_page() -> None:
    facts = facts_of(make_event().id)
    template = Template("{{ shown|palette }}")
    assert template.render(Context({"shown": facts})) in (
        *("tomato", "marigold", "fern", "harbour", "mulberry", "cobalt"),
    )
