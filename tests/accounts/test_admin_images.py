"""Pictures in the admin: avatars and banners are re-encoded, images go with their files."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts.models import Image, User
from config.images import MOST_BYTES
from tests.makers import make_channel, make_event, make_image, make_user
from tests.pictures import MARKER, huge_png, opened, png, talkative_jpeg
from tests.wording import in_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client) -> Client:
    """A superuser's browser."""
    client.force_login(User.objects.create_superuser("root@example.org", "a long passphrase"))
    return client


class Shown:
    """A row with a picture, and its form in the admin."""

    def __init__(self, row: models.Model, field: str, form: dict[str, Any]) -> None:
        self.row, self.field, self.form = row, field, form
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
        self.path = reverse(name, args=[row.pk])

    def send(self, boss: Client, **values: Any) -> Any:
        """The form with a picture, or whatever ``values`` say."""
        return boss.post(self.path, self.form | values)

    @property
    def stored(self) -> str:
        """The picture's name in the storage."""
        self.row.refresh_from_db()
        return str(getattr(self.row, self.field).name)


@pytest.fixture(params=["avatar", "banner"])
def shown(request: pytest.FixtureRequest) -> Shown:
    """A person's avatar, then a channel's banner."""
    if request.param == "avatar":
        user = make_user()
        form = {"email": user.email, "is_active": "on"}
        return Shown(user, "avatar", form)
    channel = make_channel()
    return Shown(channel, "banner", {"name": channel.name, "visibility": channel.visibility})


def file(content: bytes, name: str = "me.png") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content, "image/png")


@pytest.mark.once
def test_a_picture_is_drawn_anew(boss: Client, shown: Shown) -> None:
    """Upright, without what it said of itself, under a name that nobody chose; served as ours."""
    sent = {shown.field: file(talkative_jpeg(6), "../../<me>.html")}
    assert shown.send(boss, **sent).status_code == 302
    name = shown.stored
    folder, _, rest = name.partition("/")
    assert (folder, rest.rpartition(".")[2]) == (f"{shown.field}s", "jpg")
    assert "me" not in rest
    content = default_storage.open(name).read()
    assert MARKER.encode() not in content
    assert opened(content).size == (40, 80)
    served = Client().get(f"/media/{name}")
    assert (served.status_code, served["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(served) == content  # type: ignore[call-overload]


def test_it_stays_until_it_is_cleared(boss: Client, shown: Shown) -> None:
    """Saving the rest keeps it; the next one has a name of its own, so caches show it."""
    shown.send(boss, **{shown.field: file(png())})
    first = shown.stored
    assert shown.send(boss).status_code == 302
    assert shown.stored == first
    shown.send(boss, **{shown.field: file(png())})
    assert shown.stored not in (first, "")
    assert shown.send(boss, **{f"{shown.field}-clear": "on"}).status_code == 302
    assert shown.stored == ""


@pytest.mark.once
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "The submitted file is empty."),
        (b"<svg onload='alert(1)'/>", in_words("not_an_image")),
        (png()[:-30], in_words("not_an_image")),
        (png() + b"\0" * MOST_BYTES, in_words("image_too_large", limit=5)),
        (huge_png(60_000, 60_000), in_words("too_many_pixels", limit=16)),
    ],
    ids=["empty", "SVG", "cut off", "too large", "bomb"],
)
def test_what_is_no_picture_is_refused(
    boss: Client, shown: Shown, content: bytes, problem: str
) -> None:
    """Beside its field, and the one before stays."""
    shown.send(boss, **{shown.field: file(png())})
    before = shown.stored
    page = shown.send(boss, **{shown.field: file(content)})
    assert page.status_code == 200
    assert page.context["adminform"].errors == {shown.field: [problem]}
    assert shown.stored == before


def test_an_image_goes_with_its_file(boss: Client, django_capture_on_commit_callbacks: Any) -> None:
    """Events that showed it show none; other images stay."""
    image, other = make_image(), make_image()
    event = make_event(cover_id=image.pk)
    with django_capture_on_commit_callbacks(execute=True):
        path = reverse("admin:accounts_image_delete", args=[image.pk])
        answer = boss.post(path, {"post": "yes"})
    assert answer.status_code == 302
    assert list(Image.objects.all()) == [other]
    there = [default_storage.exists(str(each.file.name)) for each in (image, other)]
    assert there == [False, True]
    assert event.row.cover_id is None


def test_images_are_added_but_never_edited(boss: Client) -> None:
    """The add page takes a file and its description; a stored picture stays as it was drawn."""
    image = make_image()
    shown = boss.get(reverse("admin:accounts_image_add"))
    assert list(shown.context["adminform"].form.fields) == ["picture", "alt_text"]
    change = reverse("admin:accounts_image_change", args=[image.pk])
    assert boss.get(change).status_code == 200
    assert boss.post(change, {"alt_text": "Changed"}).status_code == 403
    assert Image.objects.get().alt_text == ""
