"""Files where the Social API's SDK uploads, reads, describes and deletes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Image
from tests.conftest import Api
from tests.pictures import png
from tests.social_cast import Social, make_social, paths, refused
from tests.tenant_cast import said
from tests.wording import in_words

pytestmark = pytest.mark.once

SDK = "/social/api"


@pytest.fixture
def social(api: Api) -> Social:
    """The cast with its keys."""
    return make_social(api)


def upload(social: Social, path: str, form: dict[str, Any], who: str = "colleague") -> Any:
    """POST a form."""
    headers = {"Authorization": f"Bearer {social.keys[who]}"}
    return Client().post(f"{SDK}/v4/{path}", form, headers=headers)


def uploaded(social: Social, who: str = "colleague") -> str:
    """The id of a new image of theirs."""
    form = {"file": SimpleUploadedFile("a.png", png())}
    return str(said(upload(social, "images", form, who), 200)[0]["fileId"])


def ask(social: Social, method: str, file_id: Any, body: Any = None, who: str = "colleague") -> Any:
    """Something of a file."""
    return social.api.send(method, f"{SDK}/v3/files/{file_id}", body or {}, social.keys[who])


@pytest.mark.parametrize("path", ["images", "files"])
@pytest.mark.parametrize("field", ["file", "files"])
def test_uploads_are_bare(social: Social, path: str, field: str) -> None:
    """A list of the one image, which both addresses then tell of."""
    form = {
        field: SimpleUploadedFile("a.png", png()),
        "altText": "A lawn",
        "accessType": "public",
        "preferredFilename": "a.png",
    }
    (body,) = said(upload(social, path, form), 200)
    assert (body["altText"], body["attributes"]["name"]) == ("A lawn", "a.png")
    assert said(ask(social, "GET", body["fileId"]), 200) == body
    assert said(social.get(f"files/{body['fileId']}"), 200) == {"files": [body]}


@pytest.mark.parametrize("field", ["file", "files"])
def test_what_is_no_image(social: Social, field: str) -> None:
    """400 that names the field it came in; nothing is kept."""
    answer = upload(social, "files", {field: SimpleUploadedFile("a.bin", b"text")})
    assert said(answer, 400)["errors"] == {field: [in_words("not_an_image")]}
    assert paths(upload(social, "images", {"other": "x"})) == ["file"]
    assert not Image.objects.exists()


@pytest.mark.parametrize("path", ["videos", "clips", "audios"])
def test_only_images_are_kept(social: Social, path: str) -> None:
    """400 with its reason."""
    answer = upload(social, path, {"files": SimpleUploadedFile("a.mp4", b"text")})
    assert said(answer, 400) == refused("images_only", "not_supported")


@pytest.mark.parametrize("who", ["colleague", "organizer", "superuser"])
def test_described_and_deleted(
    social: Social, who: str, django_capture_on_commit_callbacks: Any
) -> None:
    """By whoever uploaded it, and organizers; its file goes, too."""
    file_id = uploaded(social)
    name = Image.objects.get().file.name
    described = said(ask(social, "PUT", file_id, {"altText": "A tree"}, who), 200)
    assert (described["fileId"], described["altText"]) == (file_id, "A tree")
    with django_capture_on_commit_callbacks(execute=True):
        assert said(ask(social, "DELETE", file_id, who=who), 200) == {"success": True}
    assert said(ask(social, "GET", file_id), 404) == refused("file_not_found")
    assert (Image.objects.exists(), default_storage.exists(name)) == (False, False)


def test_who_may_not(social: Social, everything_stored: Callable[[], Any]) -> None:
    """A colleague may not; elsewhere it is not there."""
    file_id = uploaded(social)
    stored = everything_stored()
    for method in ("PUT", "DELETE"):
        answer = ask(social, method, file_id, {"altText": "Mine"}, "creator")
        assert said(answer, 403) == refused("file_of_another", "not_allowed")
        for who, id in (("outsider", file_id), ("colleague", uuid4())):
            answer = ask(social, method, id, {"altText": "Mine"}, who)
            assert said(answer, 404) == refused("file_not_found")
    assert everything_stored() == stored


def test_a_cover_stays(social: Social) -> None:
    """An image that an event shows is not deleted; what is said of it changes the event."""
    file_id = uploaded(social, "creator")
    event = social.event(cover_id=file_id)
    version = event.stored.version
    said(ask(social, "PUT", file_id, {"altText": "A tree"}, "creator"), 200)
    assert event.stored.version == version + 1
    assert ask(social, "PUT", file_id, {"altText": "a\nb"}, "creator").status_code == 400
    assert event.stored.version == version + 1
    answer = ask(social, "DELETE", file_id, who="creator")
    assert said(answer, 409) == refused("file_in_use", "conflict")
    said(social.send("PUT", f"events/{event.id}", {"coverImageFileId": None}), 200)
    assert said(ask(social, "DELETE", file_id, who="creator"), 200) == {"success": True}
