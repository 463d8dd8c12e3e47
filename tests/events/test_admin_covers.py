"""Covers and streams in the admin: everything goes through the domain."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Image, Tenant, User
from config.images import MOST_BYTES
from events.models import Event, LiveRoom
from tests.events.test_admin_tiers import event_form
from tests.makers import MadeEvent, make_event, make_image, make_stream, make_tenant, make_user
from tests.pictures import MARKER, huge_png, png, talkative_jpeg
from tests.wording import in_words

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LIVE, SHOW = "https://stream.example.org/live", "https://video.example.org"


@pytest.fixture
def tenant() -> Tenant:
    """The superuser's own."""
    return make_tenant()


@pytest.fixture
def boss(client: Client, tenant: Tenant) -> Client:
    """A superuser's browser."""
    client.force_login(make_user(tenant=tenant, is_superuser=True, is_staff=True))
    return client


def change(boss: Client, event: MadeEvent, **values: Any) -> Any:
    """Sends the event's form, with the cover's text as it stands."""
    alt_text = {"cover_alt": event.row.cover_alt or ""}
    return boss.post(
        reverse("admin:events_event_change", args=[event.id]), event_form(event) | alt_text | values
    )


def file(content: bytes | None = None) -> SimpleUploadedFile:
    """An image as a browser sends it."""
    return SimpleUploadedFile("lawn.png", png() if content is None else content, "image/png")


class TestCover:
    def test_a_new_event_has_it_at_once(self, boss: Client, tenant: Tenant) -> None:
        form = event_form(make_event())
        form |= {"links-TOTAL_FORMS": 0, "links-INITIAL_FORMS": 0, "title": "With a cover"}
        form |= {"new_cover": file(talkative_jpeg()), "cover_alt": "A lawn"}
        assert boss.post(reverse("admin:events_event_add"), form).status_code == 302
        event = Event.objects.get(title="With a cover")
        image = Image.objects.get()
        assert event.cover == image
        told = (image.alt_text, image.mime_type, image.tenant, image.uploader)
        assert told == ("A lawn", "image/jpeg", tenant, User.objects.get())
        assert event.tenant == tenant
        assert MARKER.encode() not in default_storage.open(str(image.file.name)).read()

    def test_is_kept_on_unrelated_saves(self, boss: Client) -> None:
        event = make_event(cover_id=make_image(alt_text="A lawn").pk)
        before = event.row
        assert change(boss, event, title="Renamed").status_code == 302
        after = event.row
        assert (after.title, after.version) == ("Renamed", before.version + 1)
        assert after[-6:] == before[-6:]
        assert (after.cover_id, after.cover_alt) == (before.cover_id, "A lawn")

    def test_is_replaced_described_and_removed(self, boss: Client) -> None:
        event = make_event(cover_id=make_image(alt_text="A lawn").pk)
        first = event.row.cover_id
        assert change(boss, event, new_cover=file(), cover_alt="Seats").status_code == 302
        image = Image.objects.get()
        assert image.pk == event.row.cover_id != first
        assert image.alt_text == "Seats"
        assert change(boss, event, cover_alt="Chairs").status_code == 302
        assert (event.row.cover_id, event.row.cover_alt) == (image.pk, "Chairs")
        assert change(boss, event, remove_cover="on").status_code == 302
        assert event.row.cover_id is None
        assert not Image.objects.exists()

    @pytest.mark.parametrize(
        ("sent", "errors"),
        [
            ({"new_cover": b""}, {"new_cover": ["The submitted file is empty."]}),
            (
                {"new_cover": b"<svg/>"},
                {"new_cover": [in_words("not_an_image")]},
            ),
            (
                {"new_cover": png() + b"\0" * MOST_BYTES},
                {"new_cover": [in_words("image_too_large", limit=5)]},
            ),
            (
                {"new_cover": huge_png(60_000, 60_000)},
                {"new_cover": [in_words("too_many_pixels", limit=16)]},
            ),
            (
                {"new_cover": png(), "cover_alt": "x" * 256},
                {"cover_alt": ["Ensure this field has no more than 255 characters."]},
            ),
            ({"cover_alt": "a\x07b"}, {"cover_alt": ["Control characters are not allowed."]}),
        ],
        ids=["empty", "SVG", "too large", "bomb", "long text", "bell"],
    )
    def test_what_is_wrong_stands_beside_the_field(
        self, boss: Client, sent: dict[str, Any], errors: dict[str, list[str]]
    ) -> None:
        """The rest of the form is kept, and nothing is written."""
        event = make_event(cover_id=make_image().pk)
        before = event.row
        if "new_cover" in sent:
            sent = sent | {"new_cover": file(sent["new_cover"])}
        page = change(boss, event, title="Typed", **sent)
        assert page.status_code == 200
        assert page.context["adminform"].errors == errors
        assert 'value="Typed"' in page.content.decode()
        assert (event.row, Image.objects.count()) == (before, 1)

    def test_goes_with_a_form_that_is_refused_as_a_whole(self, boss: Client) -> None:
        """A tier that cannot be saved keeps the cover out, too."""
        event = make_event()
        row = {"name": "VIP", "price_cents": 0, "currency": "DEM", "position": 0}
        tiers = {"tiers-TOTAL_FORMS": 1} | {f"tiers-0-{name}": each for name, each in row.items()}
        page = change(boss, event, new_cover=file(), **tiers)
        assert page.status_code == 200
        assert event.row.cover_id is None
        assert not Image.objects.exists()


class TestStream:
    """The rows of its inline on the event's page."""

    def send(self, boss: Client, event: MadeEvent, **values: Any) -> Any:
        """Sends the event's form with its stream."""
        room = LiveRoom.objects.filter(event_id=event.id).first()
        known = {"id": room.pk, "event": event.id} if room else {}
        row = {"status": "idle"} | known | values
        counts = {"live_room-TOTAL_FORMS": 1, "live_room-INITIAL_FORMS": int(room is not None)}
        return change(
            boss, event, **counts, **{f"live_room-0-{name}": said for name, said in row.items()}
        )

    def test_is_set_changed_and_removed(self, boss: Client) -> None:
        event = make_event()
        assert self.send(boss, event, status="live", playback_url=LIVE).status_code == 302
        room = LiveRoom.objects.get()
        assert (room.status, room.playback_url, room.chat_enabled) == ("live", LIVE, False)
        assert room.live_at is not None
        version = event.row.version
        assert self.send(boss, event, status="ended", chat_enabled="on").status_code == 302
        room.refresh_from_db()
        assert (room.status, room.playback_url, room.chat_enabled) == ("ended", "", True)
        assert event.row.version == version + 1
        assert self.send(boss, event, DELETE="on").status_code == 302
        assert not LiveRoom.objects.exists()
        assert event.row.version == version + 2

    def test_untouched_it_stays(self, boss: Client) -> None:
        event = make_event()
        make_stream(event, status="live", playback_url=LIVE)
        before = (LiveRoom.objects.values().get(), event.row.version)
        assert self.send(boss, event, status="live", playback_url=LIVE).status_code == 302
        assert (LiveRoom.objects.values().get(), event.row.version) == before

    def test_a_known_recording_keeps_its_thumbnail(self, boss: Client) -> None:
        event = make_event()
        first = {"url": f"{SHOW}/1", "thumbnail_url": f"{SHOW}/1.png"}
        make_stream(event, status="recorded", recordings=[first])
        sent = {"status": "recorded", "recordings": f"{SHOW}/2\r\n{SHOW}/1"}
        assert self.send(boss, event, **sent).status_code == 302
        assert LiveRoom.objects.get().recordings == [
            {"url": f"{SHOW}/2", "thumbnail_url": ""},
            first,
        ]

    @pytest.mark.parametrize(
        ("sent", "errors"),
        [
            (
                {"status": "live", "playback_url": "javascript:alert(1)"},
                {"playback_url": ["Use a web address that starts with https://."]},
            ),
            (
                {"status": "live"},
                {"playback_url": ["A live stream needs an address where people can watch it."]},
            ),
            (
                {"status": "recorded"},
                {"recordings": ["A recorded stream needs a recording."]},
            ),
            (
                {"recordings": f"{SHOW}/1\nnowhere"},
                {"recordings": ["Line 2: Use a web address that starts with https://."]},
            ),
        ],
    )
    def test_what_is_wrong_stands_beside_the_field(
        self, boss: Client, sent: dict[str, str], errors: dict[str, list[str]]
    ) -> None:
        event = make_event()
        before = event.row
        page = self.send(boss, event, **sent)
        assert page.status_code == 200
        assert event.row == before
        formsets = {each.opts.model: each.formset for each in page.context["inline_admin_formsets"]}
        assert formsets[LiveRoom].errors == [errors]
        assert not LiveRoom.objects.exists()

    def test_the_list_removes_through_the_domain(self, boss: Client) -> None:
        event = make_event()
        room, version = make_stream(event), event.row.version
        boss.post(reverse("admin:events_liveroom_delete", args=[room.pk]), {"post": "yes"})
        assert not LiveRoom.objects.exists()
        assert event.row.version == version + 1
        assert boss.get(reverse("admin:events_liveroom_add")).status_code == 403
