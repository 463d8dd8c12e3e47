"""Location: what was made is read at the address that its 201 names, and nowhere else is one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.conftest import Api
from tests.parity.tagged import EVENT, SOCIAL, TENANT, Tags, make_tags
from tests.pictures import png

pytestmark = pytest.mark.once

START = {"start_time": "2031-01-01T20:00:00Z"}
# By whom, what is sent, and who reads what was made.
MADE = [
    ("/api/v1/events", "nobody", {"title": "T"} | START),
    (f"{EVENT}/rsvps", "nobody", {"name": "Kim", "status": "maybe"}),
    (f"{EVENT}/tiers", "owner", {"name": "Balcony"}),
    ("/api/v1/community-events", "creator", {"title": "T"} | START),
    ("/api/v1/community-events/", "creator", {"title": "T"} | START),
    (f"{TENANT}/tiers", "creator", {"name": "Balcony"}),
    (SOCIAL, "creator", {"title": "T", "startTime": "2031-01-01T20:00:00Z"}),
]
# What cannot be fetched by an address of its own.
PLACELESS = [
    (f"{EVENT}/links", "owner", {"role": "door", "label": "Side door"}),
    (f"{EVENT}/messages", "owner", {"content": "Hello"}),
    (f"{EVENT}/comments", "owner", {"content": "Hello"}),
    (f"{TENANT}/rsvp", "creator", {"status": "interested"}),
]


@pytest.fixture
def tags(api: Api) -> Tags:
    return make_tags(api)


def follow(tags: Tags, made: Any, key: str | None) -> Any:
    parts = urlsplit(made["Location"])
    assert f"{parts.scheme}://{parts.netloc}" == "http://testserver"
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return tags.api.client.get(parts.path, headers=headers)


@pytest.mark.parametrize(("path", "who", "body"), MADE)
def test_what_was_made_is_read_there(tags: Tags, path: str, who: str, body: Any) -> None:
    made = tags.ask(path, who, "POST", body)
    assert made.status_code == 201
    key = made.json()["rsvp"]["rsvp_token"] if path.endswith("rsvps") else tags.held[who]
    read = follow(tags, made, key)
    assert read.status_code == 200
    # It can be changed with the tag it was made with.
    assert made["ETag"].partition(".")[0] == read["ETag"].partition(".")[0]


def test_a_file(tags: Tags) -> None:
    sent = SimpleUploadedFile("sea.png", png(), "image/png")
    headers = {"Authorization": f"Bearer {tags.held['creator']}"}
    made = tags.api.client.post("/social/api/v1/files", {"file": sent}, headers=headers)
    assert made.status_code == 201
    assert follow(tags, made, tags.held["creator"]).json() == made.json()


@pytest.mark.parametrize(("path", "who", "body"), PLACELESS)
def test_what_has_no_address(tags: Tags, path: str, who: str, body: Any) -> None:
    made = tags.ask(path, who, "POST", body)
    assert (made.status_code, "Location" in made) == (201, False)


def test_the_document_names_it_where_it_is(api: Api) -> None:
    paths = api.client.get("/api/schema/", headers={"Accept": "application/json"}).json()["paths"]
    named = {
        path
        for path, methods in paths.items()
        for operation in methods.values()
        if "Location" in operation["responses"].get("201", {}).get("headers", {})
    }
    assert named == {
        "/api/v1/events",
        "/api/v1/events/{event_id}/duplicate",
        "/api/v1/events/{event_id}/rsvps",
        "/api/v1/events/{event_id}/tiers",
        "/api/v1/community-events",
        "/api/v1/community-events/{event_id}/duplicate",
        "/api/v1/community-events/{event_id}/tiers",
        "/social/api/v1/events",
        "/social/api/v1/files",
    }
