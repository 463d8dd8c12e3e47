"""HTML goes out compressed; what programs read does not."""

from __future__ import annotations

import gzip

import pytest
from django.test import Client

from tests.makers import make_event

pytestmark = [pytest.mark.django_db, pytest.mark.once]
READS_GZIP = {"Accept-Encoding": "gzip"}


def test_a_page_is_compressed_for_who_reads_gzip(client: Client) -> None:
    packed = client.get("/help", headers=READS_GZIP)
    plain = client.get("/help")
    assert (packed["Content-Encoding"], "Content-Encoding" in plain) == ("gzip", False)
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) * 2 < len(plain.content)


def test_what_programs_read_is_not(client: Client) -> None:
    event = make_event(description="word " * 200)
    for path in (f"/api/v1/events/{event.id}", f"/e/{event.id}/event.ics", "/api/schema/"):
        answer = client.get(path, headers=READS_GZIP)
        assert (answer.status_code, "Content-Encoding" in answer) == (200, False), path
