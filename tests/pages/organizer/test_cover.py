"""Covers: the organizers' page of them, and where everybody sees them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import Image, User
from config.images import MOST_BYTES, CleanImage
from events.domain.covers import give_cover
from tests.makers import MadeEvent, make_event, make_image, make_link, make_rsvp
from tests.pages.organizer.test_settings import organizer
from tests.pictures import MARKER, huge_png, png, talkative_jpeg
from tests.wording import in_words

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NO_IMAGE = in_words("not_an_image")


def cover(event: MadeEvent) -> str:
    """The address of the cover's page."""
    return f"/e/{event.id}/admin/cover"


def file(content: bytes | None = None, name: str = "lawn.png") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, png() if content is None else content, "image/png")


def notices(page: Any) -> list[str]:
    """The one-time notices of a page."""
    return [str(each) for each in page.context["messages"]]


def image_of(page: str) -> str:
    """The last <img> of a page's content, as it is written."""
    return page.split('id="main"')[1].split("<img ")[-1].split(">")[0]


class TestOrganizersPage:
    def test_gives_describes_replaces_and_removes(self) -> None:
        event = make_event()
        client = organizer(event)
        page = client.get(cover(event))
        assert "/covers/2/" in image_of(page.content.decode())
        assert page.context["form"]["image"].field.required
        sent = {"image": file(talkative_jpeg(6)), "alt_text": "A <lawn>"}
        answer = client.post(cover(event), sent)
        assert (answer.status_code, answer["Location"]) == (303, cover(event))
        first = Image.objects.get()
        page = client.get(cover(event))
        assert len(notices(page)) == 1
        shown = image_of(page.content.decode())
        assert f'src="/media/images/{first.pk}.jpg"' in shown
        assert 'alt="A &lt;lawn&gt;"' in shown
        assert 'width="40" height="80"' in shown
        assert page.context["form"]["alt_text"].value() == "A <lawn>"
        served = client.get(f"/media/images/{first.pk}.jpg")
        assert served.status_code == 200
        assert MARKER.encode() not in b"".join(served)  # type: ignore[call-overload]

        assert client.post(cover(event), {"alt_text": "Seats"}).status_code == 303
        assert (event.row.cover_id, event.row.cover_alt) == (first.pk, "Seats")
        assert client.post(cover(event), {"image": file(), "alt_text": ""}).status_code == 303
        second = Image.objects.get()
        assert (event.row.cover_id, event.row.cover_alt) == (second.pk, "")
        assert second.pk != first.pk

        answer = client.post(f"{cover(event)}/remove")
        assert (answer.status_code, answer["Location"]) == (303, cover(event))
        assert len(notices(client.get(cover(event)))) == 3
        assert event.row.cover_id is None
        assert not Image.objects.exists()

    @pytest.mark.parametrize(
        ("sent", "errors"),
        [
            ({}, {"image": ["This field is required."]}),
            ({"image": "lawn.png"}, {"image": ["This field is required."]}),
            ({"image": file(b"")}, {"image": ["The submitted file is empty."]}),
            ({"image": file(b"<script>alert(1)</script>")}, {"image": [NO_IMAGE]}),
            ({"image": file(png()[:-30])}, {"image": [NO_IMAGE]}),
            (
                {"image": file(png() + b"\0" * MOST_BYTES)},
                {"image": [in_words("image_too_large", limit=5)]},
            ),
            (
                {"image": file(huge_png(60_000, 60_000))},
                {"image": [in_words("too_many_pixels", limit=16)]},
            ),
            (
                {"image": file(), "alt_text": "x" * 256},
                {"alt_text": ["Ensure this field has no more than 255 characters."]},
            ),
            (
                {"image": file(), "alt_text": "a\x07b"},
                {"alt_text": ["Control characters are not allowed."]},
            ),
        ],
        ids=[
            "nothing",
            "no file",
            "empty",
            "HTML",
            "cut off",
            "too large",
            "bomb",
            "long text",
            "bell",
        ],
    )
    def test_refuses_beside_the_field_and_keeps_the_text(
        self, sent: dict[str, Any], errors: dict[str, list[str]]
    ) -> None:
        """And keeps nothing else; the file of each case is read from its start."""
        for value in sent.values():
            if isinstance(value, SimpleUploadedFile):
                value.seek(0)
        event = make_event()
        before = event.row
        sent = {"alt_text": "My text"} | sent
        page = organizer(event).post(cover(event), sent)
        assert page.status_code == 400
        form = page.context["form"]
        assert form.errors == errors
        assert form["alt_text"].value() == sent["alt_text"]
        assert "<title>Error: " in page.content.decode()
        assert f'<a href="#id_{next(iter(errors))}">' in page.content.decode()
        assert event.row == before
        assert not Image.objects.exists()

    def test_a_refused_picture_leaves_the_cover(self) -> None:
        image = make_image(alt_text="A lawn")
        event = make_event(cover_id=image.pk)
        before = event.row
        page = organizer(event).post(cover(event), {"image": file(b"x"), "alt_text": "Other"})
        assert page.context["form"].errors == {"image": [NO_IMAGE]}
        assert event.row == before
        assert f"{image.pk}.png" in page.content.decode()

    def test_is_for_organizers(self) -> None:
        event = make_event(cover_id=make_image().pk)
        guest, door, other = Client(), Client(), organizer(make_event())
        guest.get(f"/e/{event.id}/rsvp/{make_rsvp(event).token}")
        door.get(f"/e/{event.id}/door/{make_link(event, 'door')}")
        before = event.row
        for path in (cover(event), f"{cover(event)}/remove", f"/e/{event.id}/admin/stream"):
            visitors = (guest, door, other, Client())
            posted = [who.post(path, {"image": file()}).status_code for who in visitors]
            assert posted == [403, 403, 403, 401]
        assert [who.get(cover(event)).status_code for who in (guest, door, other, Client())] == [
            403,
            403,
            403,
            401,
        ]
        assert event.row == before
        cohost = Client()
        cohost.get(f"/e/{event.id}/admin/{make_link(event, 'cohost')}")
        assert cohost.post(f"{cover(event)}/remove").status_code == 303
        assert event.row.cover_id is None

    def test_is_private_and_linked(self) -> None:
        event = make_event()
        client = organizer(event)
        assert client.get(cover(event))["Cache-Control"] == "private, no-store"
        assert client.get(f"{cover(event)}/remove").status_code == 405
        page = client.get(f"/e/{event.id}/admin/settings").content.decode()
        assert f'href="{cover(event)}"' in page
        assert f'href="/e/{event.id}/admin/stream"' in page


class TestEventPage:
    def test_shows_it_with_its_size(self, client: Client) -> None:
        image = make_image(alt_text='The "lawn"')
        event = make_event(cover_id=image.pk)
        page = client.get(f"/e/{event.id}").content.decode()
        assert image_of(page) == (
            f'class="cover cover-square" src="/media/images/{image.pk}.png" '
            'alt="The &quot;lawn&quot;" width="640" height="360" decoding="async"'
        )

    def test_tells_other_sites_of_it(self, client: Client, settings: Any) -> None:
        image = make_image(alt_text="A lawn")
        path = f"/e/{make_event(cover_id=image.pk).id}"
        for site in ("http://testserver", "https://events.example.org"):
            settings.SITE_URL = "" if site == "http://testserver" else site
            head = client.get(path).content.decode().split("</head>")[0]
            for told in (
                f'<meta property="og:image" content="{site}/media/images/{image.pk}.png">',
                '<meta property="og:image:width" content="640">',
                '<meta property="og:image:height" content="360">',
                '<meta property="og:image:alt" content="A lawn">',
                '<meta name="twitter:card" content="summary_large_image">',
            ):
                assert told in head

    def test_shows_nothing_without_one(self, client: Client) -> None:
        """But art that stands for it."""
        page = client.get(f"/e/{make_event().id}").content.decode()
        assert 'src="/covers/' in image_of(page)

    def test_takes_it_from_another_host(self, client: Client, settings: Any) -> None:
        """A storage that is elsewhere: its addresses are used as they are."""
        settings.STORAGES = settings.STORAGES | {
            "default": {
                "BACKEND": "django.core.files.storage.InMemoryStorage",
                "OPTIONS": {"base_url": "https://images.example.net/b/"},
            }
        }
        image = make_image()
        page = client.get(f"/e/{make_event(cover_id=image.pk).id}").content.decode()
        address = f"https://images.example.net/b/images/{image.pk}.png"
        assert f'<meta property="og:image" content="{address}">' in page
        assert f'src="{address}"' in image_of(page)


class TestCards:
    def test_show_it_once_it_comes_into_view(self, client: Client) -> None:
        image = make_image(alt_text="A lawn")
        event = make_event(cover_id=image.pk, channel_name="Walks")
        for path in ("/", "/c/walks"):
            assert f'src="/media/images/{image.pk}.png" alt="A lawn"' in image_of(
                client.get(path).content.decode()
            )
        give_cover(event=event.row, drawn=CleanImage("b", b"b", "jpg", "image/jpeg", 9, 9))
        for path in ("/", "/c/walks"):
            page = client.get(path).content.decode()
            assert str(image.pk) not in page
            assert str(event.row.cover_id) in image_of(page)

    def test_show_none_that_was_discarded(self, client: Client, boss: Client) -> None:
        """Not even those that are kept for a minute."""
        image = make_image()
        make_event(cover_id=image.pk)
        assert "cover" in image_of(client.get("/").content.decode())
        boss.post(f"/admin/accounts/image/{image.pk}/delete/", {"post": "yes"})
        assert 'src="/covers/' in image_of(client.get("/").content.decode())

    @pytest.mark.parametrize("path", ["/", "/c/walks"])
    def test_cost_no_queries(
        self, client: Client, queries_of: Callable[[Callable[[], Any]], int], path: str
    ) -> None:
        """As many for three events with covers as for sixty, and as for those without."""

        def fill(number: int, **values: Any) -> None:
            for _ in range(number):
                start = timezone.now() + timedelta(days=3)
                make_event(start_time=start, channel_name="Walks", **values)

        fill(3)
        bare = queries_of(lambda: client.get(path))
        fill(3, cover_id=make_image().pk)
        few = queries_of(lambda: client.get(path))
        fill(54, cover_id=make_image().pk)
        assert queries_of(lambda: client.get(path)) == few == bare


@pytest.fixture
def boss(db: None) -> Client:
    """A superuser's browser."""
    client = Client()
    client.force_login(User.objects.create_superuser("root@example.org", "a long passphrase"))
    return client
