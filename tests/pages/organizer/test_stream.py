"""The organizers' page of an event's stream."""

from __future__ import annotations

from typing import Any

import pytest

from events import limits
from events.models import LiveRoom
from tests.makers import MadeEvent, make_event, make_stream
from tests.pages.organizer.test_settings import organizer
from tests.wording import in_words

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LIVE, SHOW = "https://stream.example.org/live", "https://video.example.org"
TYPED = {
    "status": "live",
    "playback_url": LIVE,
    "thumbnail_url": f"{SHOW}/t.png",
    "recordings": f"{SHOW}/1\r\n\r\n  {SHOW}/2  \r\n",
    "chat_enabled": "on",
}


def stream(event: MadeEvent) -> str:
    """The address of the stream's page."""
    return f"/e/{event.id}/admin/stream"


def kept(event: MadeEvent) -> dict[str, Any]:
    """What is stored of the stream, without ids and times."""
    (values,) = LiveRoom.objects.filter(event_id=event.id).values(
        "status", "playback_url", "thumbnail_url", "recordings", "chat_enabled"
    )
    return dict(values)


def test_a_stream_is_set() -> None:
    """Idle to begin with; afterwards the form holds what was set."""
    event = make_event()
    client = organizer(event)
    page = client.get(stream(event))
    assert page.context["form"]["status"].value() is None
    assert "Remove the stream" not in page.content.decode()
    answer = client.post(stream(event), TYPED)
    assert (answer.status_code, answer["Location"]) == (303, stream(event))
    assert kept(event) == {
        "status": "live",
        "playback_url": LIVE,
        "thumbnail_url": f"{SHOW}/t.png",
        "recordings": [
            {"url": f"{SHOW}/1", "thumbnail_url": ""},
            {"url": f"{SHOW}/2", "thumbnail_url": ""},
        ],
        "chat_enabled": True,
    }
    assert event.row.version == 2
    page = client.get(stream(event))
    assert [str(each) for each in page.context["messages"]] == ["Your stream is saved."]
    form = page.context["form"]
    assert {name: form[name].value() for name in TYPED} == TYPED | {
        "recordings": f"{SHOW}/1\n{SHOW}/2",
        "chat_enabled": True,
    }


def test_what_is_emptied_is_cleared() -> None:
    """Addresses, recordings and the chat."""
    event = make_event()
    known = {"playback_url": LIVE, "thumbnail_url": LIVE, "chat_enabled": True}
    make_stream(event, status="live", recordings=[{"url": f"{SHOW}/1"}], **known)
    assert organizer(event).post(stream(event), {"status": "ended"}).status_code == 303
    assert kept(event) == {
        "status": "ended",
        "playback_url": "",
        "thumbnail_url": "",
        "recordings": [],
        "chat_enabled": False,
    }


def test_a_known_recording_keeps_its_thumbnail() -> None:
    """Wherever in the list it stands now; a new one has none."""
    event = make_event()
    first = {"url": f"{SHOW}/1", "thumbnail_url": f"{SHOW}/1.png"}
    make_stream(event, status="recorded", recordings=[first])
    sent = {"status": "recorded", "recordings": f"{SHOW}/2\n{SHOW}/1"}
    assert organizer(event).post(stream(event), sent).status_code == 303
    assert kept(event)["recordings"] == [{"url": f"{SHOW}/2", "thumbnail_url": ""}, first]


WEB_ADDRESS = "Use a web address that starts with https://."


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        ({"status": ""}, {"status": ["This field is required."]}),
        (
            {"status": "paused"},
            {"status": ["Select a valid choice. paused is not one of the available choices."]},
        ),
        (
            {"playback_url": ""},
            {"playback_url": ["A live stream needs an address where people can watch it."]},
        ),
        (
            {"status": "recorded", "recordings": " \n"},
            {"recordings": ["A recorded stream needs a recording."]},
        ),
        ({"playback_url": "javascript:alert(1)"}, {"playback_url": [WEB_ADDRESS]}),
        ({"playback_url": "stream.example.org"}, {"playback_url": [WEB_ADDRESS]}),
        (
            {"thumbnail_url": f"{SHOW}/{'x' * limits.URL}"},
            {"thumbnail_url": ["Ensure this field has no more than 500 characters."]},
        ),
        (
            {"recordings": f"{SHOW}/1\nfile:///etc/passwd\n{SHOW}/3"},
            {"recordings": [f"Line 2: {WEB_ADDRESS}"]},
        ),
        (
            {"recordings": f"{SHOW}/1\n{SHOW}/\x07"},
            {"recordings": ["Line 2: Control characters are not allowed."]},
        ),
        (
            {"recordings": f"{SHOW}/1\n" * (limits.RECORDINGS + 1)},
            {"recordings": [in_words("too_many", most=20)]},
        ),
    ],
)
@pytest.mark.parametrize("there", [False, True], ids=["a new stream", "one that is there"])
def test_refusals_stand_beside_the_field(
    sent: dict[str, str], errors: dict[str, list[str]], there: bool
) -> None:
    """What was typed stays, the stream is as it was."""
    event = make_event()
    if there:
        make_stream(event, recordings=[{"url": f"{SHOW}/old"}])
    before = (event.row, list(LiveRoom.objects.values()))
    page = organizer(event).post(stream(event), TYPED | sent)
    assert page.status_code == 400
    form = page.context["form"]
    assert form.errors == errors
    for name, typed in (TYPED | sent).items():
        assert form[name].value() == (True if name == "chat_enabled" else typed)
    assert "<title>Error: " in page.content.decode()
    assert (event.row, list(LiveRoom.objects.values())) == before


def test_a_stream_is_removed() -> None:
    """Once; again changes nothing."""
    event = make_event()
    make_stream(event)
    client = organizer(event)
    assert "Remove the stream" in client.get(stream(event)).content.decode()
    for _ in range(2):
        answer = client.post(f"{stream(event)}/remove")
        assert (answer.status_code, answer["Location"]) == (303, stream(event))
        assert event.row.version == 3
    assert not LiveRoom.objects.exists()
    assert client.get(f"{stream(event)}/remove").status_code == 405
    assert client.get(stream(event))["Cache-Control"] == "private, no-store"
