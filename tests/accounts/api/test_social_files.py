"""Image uploads in the Social API."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts import limits
from accounts.models import Image
from config.images import MOST_BYTES
from tests.conftest import Api
from tests.pictures import MARKER, encoded, huge_png, opened, picture, png, talkative_jpeg
from tests.social_cast import BASE, Social, make_social, refused
from tests.tenant_cast import said
from tests.wording import in_words

pytestmark = pytest.mark.once

FILES = f"{BASE}/files"
NO_IMAGE = in_words("not_an_image")


@pytest.fixture
def social(api: Api) -> Social:
    """The cast with its keys."""
    return make_social(api)


def upload(
    social: Social,
    content: bytes | None = None,
    *,
    who: str = "colleague",
    name: str = "Lawn.png",
    field: str = "file",
    content_type: str = "image/png",
    **more: Any,
) -> Any:
    """POST a form with one file."""
    key = social.keys[who]
    sent = SimpleUploadedFile(name, png() if content is None else content, content_type)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return Client().post(FILES, {field: sent, **more}, headers=headers)


def test_an_image_is_kept_and_told_of(social: Social) -> None:
    """201 with all there is to know; the same under its own address; the file is where it says."""
    answer = upload(social, talkative_jpeg(6), name="Müller's lawn.JPEG", altText=" A lawn ")
    (body,) = said(answer, 201)["files"]
    image = Image.objects.get()
    made = body["createdAt"]
    assert body == {
        "fileId": str(image.pk),
        "fileUrl": f"http://testserver/media/images/{image.pk}.jpg",
        "type": "image",
        "accessType": "public",
        "altText": "A lawn",
        "createdAt": made,
        "updatedAt": made,
        "attributes": {
            "name": "Müller's lawn.JPEG",
            "extension": "jpg",
            "size": image.size,
            "mimeType": "image/jpeg",
            "metadata": {"exif": {}, "gps": {}, "height": 80, "width": 40, "isFull": True},
        },
    }
    told = (image.tenant_id, image.uploader_id)
    assert told == (social.cast.tenant.pk, social.cast.colleague.id)
    assert said(social.get(f"files/{image.pk}", "organizer"), 200) == {"files": [body]}
    served = b"".join(Client().get(body["fileUrl"].removeprefix("http://testserver")))  # type: ignore[call-overload]
    assert len(served) == image.size
    assert MARKER.encode() not in served
    assert opened(served).size == (40, 80)


def test_it_becomes_the_cover_of_an_event(social: Social) -> None:
    """By its id, and beside the event in every answer."""
    (body,) = said(upload(social, who="creator"), 201)["files"]
    event = social.event()
    change = {"coverImageFileId": body["fileId"]}
    answer = said(social.send("PUT", f"events/{event.id}", change), 200)
    assert answer["events"][0]["coverImageFileId"] == body["fileId"]
    assert answer["files"] == [body]


@pytest.mark.parametrize(
    ("content", "name", "content_type", "extension"),
    [
        (encoded(picture(), "JPEG"), "virus.exe", "application/x-msdownload", "jpg"),
        (encoded(picture(), "JPEG"), "page.html", "text/html", "jpg"),
        (encoded(picture(), "WEBP"), "a.svg", "image/svg+xml", "jpg"),
        (encoded(picture(), "GIF"), "..\\..\\a/../../b.php", "image/gif", "jpg"),
    ],
)
def test_the_bytes_say_what_it_is(
    social: Social, content: bytes, name: str, content_type: str, extension: str
) -> None:
    """Neither the name nor the type that came along: the file is stored under names of ours."""
    answer = upload(social, content, name=name, content_type=content_type)
    (body,) = said(answer, 201)["files"]
    stored = f"{body['fileId']}.{extension}"
    assert body["fileUrl"] == f"http://testserver/media/images/{stored}"
    assert body["attributes"]["extension"] == extension
    _, files = default_storage.listdir("images")
    # Beside it a smaller one for pages.
    assert sorted(files) == sorted({stored, *(each for each in files if each.endswith(".webp"))})
    assert all(each.startswith(body["fileId"]) for each in files)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "The submitted file is empty."),
        (b"<!doctype html><script>alert(1)</script>", NO_IMAGE),
        (b"GIF89a<script>alert(1)</script>", NO_IMAGE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", NO_IMAGE),
        (png()[:-30], NO_IMAGE),
        (huge_png(60_000, 60_000), in_words("too_many_pixels", limit=16)),
        (png() + b"\0" * MOST_BYTES, in_words("image_too_large", limit=5)),
    ],
    ids=["empty", "HTML", "GIF header", "SVG", "cut off", "bomb", "too large"],
)
def test_what_is_no_image_of_ours_is_refused(social: Social, content: bytes, problem: str) -> None:
    """400 that names the field; nothing is kept."""
    detail = f"file: {problem}" if problem.startswith("The submitted") else problem
    assert said(upload(social, content), 400) == {
        "detail": detail,
        "code": "invalid",
        "errors": {"file": [problem]},
        "status": "error",
        "message": detail,
    }
    assert not Image.objects.exists()
    assert not default_storage.exists("images")


@pytest.mark.parametrize(
    ("form", "errors"),
    [
        ({}, {"file": ["No file was submitted."]}),
        ({"image": SimpleUploadedFile("a.png", png())}, {"file": ["No file was submitted."]}),
        (
            {"file": "a.png"},
            {"file": ["The submitted data was not a file. Check the encoding type on the form."]},
        ),
    ],
    ids=["nothing", "another field", "text"],
)
def test_a_form_without_the_file(
    social: Social, form: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    """400 that names the field the file belongs in."""
    headers = {"Authorization": f"Bearer {social.keys['creator']}"}
    answer = Client().post(FILES, form, headers=headers)
    assert said(answer, 400)["errors"] == errors


@pytest.mark.parametrize(
    ("alt_text", "problem"),
    [
        ("x" * (limits.ALT_TEXT + 1), "Ensure this field has no more than 255 characters."),
        ("a\nb", "Control characters are not allowed."),
    ],
)
def test_the_text_is_cleaned(social: Social, alt_text: str, problem: str) -> None:
    """One line of 255 characters."""
    assert said(upload(social, altText=alt_text), 400)["errors"] == {"altText": [problem]}
    assert not Image.objects.exists()
    assert not default_storage.exists("images")


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/x-www-form-urlencoded", "image/png", ""]
)
def test_only_forms_with_files_are_read(social: Social, content_type: str) -> None:
    """415 for JSON and for the bare image."""
    headers = {"Authorization": f"Bearer {social.keys['creator']}"}
    answer = Client().generic(
        "POST", FILES, b'{"file": "x"}', content_type=content_type, headers=headers
    )
    assert said(answer, 415)["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("anonymous", 401),
        ("revoked", 401),
        ("expired", 401),
        ("publishable", 403),
        ("reads", 403),
        ("no tenant", 400),
        ("creator", 201),
        ("organizer", 201),
        ("outsider", 201),
    ],
)
def test_who_may_upload(social: Social, who: str, status: int) -> None:
    """Every key that may write, of a person with a tenant."""
    assert upload(social, who=who).status_code == status
    assert Image.objects.count() == int(status == 201)


def test_another_tenants_file_is_not_there(social: Social) -> None:
    """The same 404 as for an id that nobody has, and no cover of ours."""
    (body,) = said(upload(social, who="outsider"), 201)["files"]
    theirs, nobodys = (
        said(social.get(f"files/{file_id}"), 404) for file_id in (body["fileId"], uuid4())
    )
    assert theirs == nobodys == refused("file_not_found")
    event = social.event()
    for file_id in (body["fileId"], str(uuid4())):
        answer = social.send("PUT", f"events/{event.id}", {"coverImageFileId": file_id})
        assert said(answer, 400)["errors"] == {"coverImageFileId": [in_words("unknown_id")]}
    assert event.row.cover_id is None


def test_names_are_made_printable(social: Social) -> None:
    """What cannot be stored is left out, and a long name keeps its end."""
    answer = upload(social, name="\u202e" + "x" * 200 + "\ufeffend.png")
    (body,) = said(answer, 201)["files"]
    assert body["attributes"]["name"] == "x" * (limits.FILE_NAME - 7) + "end.png"
    assert UUID(body["fileId"]) == Image.objects.get().pk
