"""Stored images as browsers get them."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from tests.makers import make_image

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_image_with_its_headers(client: Client, method: str) -> None:
    """Its bytes under our type, to be kept for good, and free to do nothing."""
    image = make_image()
    answer = client.generic(method, f"/media/{image.file.name}")
    assert answer.status_code == 200
    assert {
        name: answer[name]
        for name in (
            "Content-Type",
            "Content-Length",
            "Cache-Control",
            "Content-Security-Policy",
            "Cross-Origin-Resource-Policy",
            "X-Content-Type-Options",
        )
    } == {
        "Content-Type": "image/png",
        "Content-Length": "6",
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
    assert "Set-Cookie" not in answer
    assert b"".join(answer) == (b"pixels" if method == "GET" else b"")  # type: ignore[call-overload]


@pytest.mark.parametrize("folder", ["images", "avatars", "banners"])
def test_the_three_folders(client: Client, folder: str) -> None:
    """A JPEG is told to be one."""
    name = default_storage.save(f"{folder}/one.jpg", ContentFile(b"x"))
    answer = client.get(f"/media/{name}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")


def test_nothing_else_is_served(client: Client) -> None:
    """Neither other folders nor other types, although the files are there; nor what is above."""
    for name in ("secrets/one.png", "images/one.html", "images/one.svg", "images/two.png"):
        assert default_storage.save(name, ContentFile(b"x")) == name
    assert client.get("/media/images/two.png").status_code == 200
    for path in (
        "secrets/one.png",
        "images/one.html",
        "images/one.svg",
        "images/none.png",
        "images/",
        "images/two.png/",
        "images/two.png%0A",
        "images/two.png%00.png",
        "images/../images/two.png",
        "images/..%2fimages%2ftwo.png",
        "images/%2e%2e/convene.sqlite3",
        "images/....//two.png",
        "images/..\\..\\two.png",
        "images//etc/passwd.png",
        "images/sub/two.png",
        "images/tw\N{LATIN SMALL LETTER O WITH DIAERESIS}.png",
        f"images/{'x' * 5000}.png",
        "two.png",
        "",
    ):
        assert client.get(f"/media/{path}").status_code == 404, path


def test_nobody_writes_there(client: Client) -> None:
    """Only reading is answered."""
    image = make_image()
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        assert client.generic(method, f"/media/{image.file.name}").status_code == 405
    assert default_storage.exists(str(image.file.name))
