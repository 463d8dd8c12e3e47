"""A helper at the door: their browser, and what it says."""

from __future__ import annotations

from typing import Any

from django.test import Client

from tests.makers import MadeEvent, make_door

JSON = {"accept": "application/json"}


def helper(event: MadeEvent, label: str = "Main door") -> Client:
    """A browser that opened a door link."""
    client = Client()
    assert client.get(f"/e/{event.id}/door/{make_door(event, label)}").status_code == 303
    return client


def scan(client: Client, event: MadeEvent, **fields: Any) -> Any:
    """What a script sends."""
    return client.post(f"/e/{event.id}/door/check-ins", fields, headers=JSON)


def notices(page: Any) -> list[tuple[str, str]]:
    """The one-time notices of a page: level and text."""
    return [(each.level_tag, str(each)) for each in page.context["messages"]]
