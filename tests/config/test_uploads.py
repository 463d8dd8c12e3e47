"""How much a client may upload: a body that is too large is cut off, on pages and in the APIs."""

from __future__ import annotations

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Image
from config.images import MOST_BYTES
from config.uploads import LimitedUploadHandler
from tests.conftest import Api
from tests.makers import make_event
from tests.pages.organizer.test_settings import organizer
from tests.pictures import png
from tests.social_cast import BASE, make_social
from tests.tenant_cast import said
from tests.wording import in_words

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SAID = (
    "What you sent is too large. Images can be up to 5 MB, and everything else up to 1 MB in total."
)


def large(extra: int = 2 * 1024 * 1024) -> SimpleUploadedFile:
    """An image with ``extra`` bytes more than any may have."""
    return SimpleUploadedFile("large.png", png() + b"\0" * (MOST_BYTES + extra))


def test_the_form_may_hold_the_largest_image_and_a_megabyte_besides() -> None:
    """By what it says of its size, before anything of it is read."""
    most = MOST_BYTES + 1024 * 1024
    LimitedUploadHandler().handle_raw_input(None, {}, most, "x")
    with pytest.raises(RequestDataTooBig):
        LimitedUploadHandler().handle_raw_input(None, {}, most + 1, "x")


@pytest.mark.parametrize("page", ["admin/cover", "admin/edit", ""])
@pytest.mark.parametrize("checked", [True, False], ids=["with CSRF checks", "without"])
def test_a_page_says_so(page: str, checked: bool) -> None:
    """413 with a page, whoever reads the form first; nothing is stored."""
    event = make_event()
    client = Client(enforce_csrf_checks=checked)
    client.cookies = organizer(event).cookies
    path = f"/e/{event.id}/{page}".rstrip("/")
    assert client.get(path).status_code == 200
    answer = client.post(path, {"title": "Large", "image": large()})
    assert answer.status_code == 413
    assert SAID in answer.content.decode()
    assert not Image.objects.exists()
    assert event.row.title == "Garden party"


def test_a_little_too_large_is_said_beside_the_field() -> None:
    """The form is read, the image is not; what was typed stays."""
    event = make_event()
    sent = {"image": large(extra=1), "alt_text": "A lawn"}
    answer = organizer(event).post(f"/e/{event.id}/admin/cover", sent)
    assert answer.status_code == 400
    form = answer.context["form"]
    assert form.errors == {"image": [in_words("image_too_large", limit=5)]}
    assert form["alt_text"].value() == "A lawn"


def test_text_is_limited_as_before(client: Client) -> None:
    """A form of more than a megabyte, files aside."""
    answer = client.post("/new", {"description": "x" * (1024 * 1024 + 1)})
    assert answer.status_code == 413
    assert SAID in answer.content.decode()


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_the_apis_say_so(api: Api, method: str) -> None:
    """413 in the one error shape; where no form is taken, 415 without reading it."""
    social = make_social(api)
    headers = {"Authorization": f"Bearer {social.keys['creator']}"}
    if method == "POST":
        answer = Client().post(f"{BASE}/files", {"file": large()}, headers=headers)
        told = in_words("payload_too_large")
        refused = {"code": "payload_too_large", "detail": told, "status": "error", "message": told}
        assert said(answer, 413) == refused
    else:
        path = f"{BASE}/events/{social.event().id}"
        answer = Client().put(path, b"--x", content_type="multipart/form-data; boundary=x")
        assert answer.status_code == 401
        answer = Client().put(
            path, b"--x", content_type="multipart/form-data; boundary=x", headers=headers
        )
        assert said(answer, 415)["code"] == "unsupported_media_type"
    assert not Image.objects.exists()


@pytest.mark.parametrize("cut", [1, 20, 100, -3])
def test_a_form_that_ends_early_is_answered(cut: int) -> None:
    """A body that stops in the middle of its boundary, its headers or its file is refused, and
    what came of it is no image."""
    event = make_event()
    client = organizer(event)
    head = b'--x\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n'
    body = (head + png())[:cut]
    answer = client.generic(
        "POST", f"/e/{event.id}/admin/cover", body, "multipart/form-data; boundary=x"
    )
    assert answer.status_code == 400
    assert not Image.objects.exists()
