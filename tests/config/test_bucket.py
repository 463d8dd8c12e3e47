"""Images in an S3 bucket: kept there, handed out here."""

from __future__ import annotations

import runpy
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

import config
from config.links import file_url

SETTINGS = Path(config.__file__).parent / "settings.py"
PNG = b"\x89PNG\r\n\x1a\n and so on"


class _S3(BaseHTTPRequestHandler):
    """As much of S3 as storing and fetching a file needs."""

    kept: dict[str, bytes]

    def do_PUT(self) -> None:
        self.kept[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200)

    def do_GET(self) -> None:
        content = self.kept.get(self.path)
        self._answer(404 if content is None else 200, content or b"")

    def do_HEAD(self) -> None:
        self.do_GET()

    def _answer(self, status: int, content: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", "Wed, 01 May 2030 12:00:00 GMT")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def bucket(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bytes]]:
    """What lies in the bucket, while the instance keeps its images there."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")
    kept: dict[str, bytes] = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("S3", (_S3,), {"kept": kept}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "config.bucket.Bucket",
            "OPTIONS": {
                "bucket_name": "convene",
                "endpoint_url": f"http://127.0.0.1:{server.server_port}",
                "region_name": "eu-central-1",
                "file_overwrite": False,
            },
        }
    }
    yield kept
    default_storage.connection.meta.client.close()
    server.shutdown()
    server.server_close()
    thread.join()


def test_images_lie_in_the_bucket_and_are_served_here(
    client: Client, bucket: dict[str, bytes]
) -> None:
    """Addresses are ours, so that pages load nothing from another host and the bucket may stay
    closed; an image that is not there is 404."""
    name = default_storage.save("images/cover.png", ContentFile(PNG))
    assert bucket == {"/convene/images/cover.png": PNG}
    url = file_url("https://events.example.org", name)
    assert url == "https://events.example.org/media/images/cover.png"
    answer = client.get("/media/images/cover.png")
    assert b"".join(answer) == PNG
    assert answer.headers["Content-Type"] == "image/png"
    assert client.get("/media/images/none.png").status_code == 404


@pytest.mark.parametrize(
    ("bucket", "backend"),
    [("events", "config.bucket.Bucket"), ("", "django.core.files.storage.FileSystemStorage")],
)
def test_the_one_way_to_a_bucket(
    bucket: str, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3_BUCKET; no variable lets pages load images from another host."""
    monkeypatch.setenv("S3_BUCKET", bucket)
    monkeypatch.setenv("MEDIA_STORAGE", "storages.backends.s3.S3Storage")
    monkeypatch.setenv("MEDIA_STORAGE_OPTIONS", '{"bucket_name": "other"}')
    monkeypatch.setenv("MEDIA_HOST", "https://images.example.net")
    settings = runpy.run_path(str(SETTINGS))
    storage = settings["STORAGES"]["default"]
    assert storage["BACKEND"] == backend
    assert storage.get("OPTIONS", {}).get("bucket_name", "") == bucket
    policy = settings["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert policy["img-src"] == ["'self'", "data:"]
