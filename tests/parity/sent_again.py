"""What is sent again: requests with an Idempotency-Key, through all four APIs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.conftest import Api
from tests.makers import MadeEvent
from tests.social_cast import BASE, Social
from tests.tenant_cast import EVENTS

Ask = Callable[..., Any]
NEW = {"title": "T", "start_time": "2031-01-01T10:00:00Z"}


def ask(
    api: Api, method: str, path: str, body: Any, token: str | None, key: str | None, **more: str
) -> Any:
    """A request with this Idempotency-Key; None sends none."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if key is not None:
        headers["Idempotency-Key"] = key
    full = path if path.startswith("/") else f"/api/v1/{path}"
    raw = body if isinstance(body, bytes) else json.dumps(body)
    kind = more.get("content_type", "application/json")
    return api.client.generic(method, full, raw, content_type=kind, headers=headers)


def told(response: Any) -> tuple[int, bytes, str | None]:
    """Status, body, and whether it is said to be a repeated answer."""
    return response.status_code, response.content, response.get("Idempotency-Replayed")


def refused(response: Any) -> tuple[int, str]:
    """Status and code."""
    return response.status_code, response.json()["code"]


def is_new(response: Any) -> bool:
    """Whether the request was carried out just now."""
    return response.status_code in (200, 201) and "Idempotency-Replayed" not in response


def writes(social: Social, event: MadeEvent) -> dict[str, Ask]:
    """A new row through each door, by a credential: of the words that differ, and the key."""
    tier = event.stored.tiers.get()
    social.api.get(event.path, event.owner_token)  # its first use is noted
    tickets = f"communities/club/events/{event.row.slug}/rsvp"
    creator = social.keys["creator"]

    def community(word: str, key: str | None, token: str | None = creator) -> Any:
        ticket = {"tierId": str(tier.pk), "email": f"{word}@example.org", "name": word}
        return ask(social.api, "POST", tickets, ticket, token, key)

    def write(path: str, title: str, start: str, token: str | None) -> Ask:
        def through(word: str, key: str | None, token: str | None = token) -> Any:
            sent = {title: word, start: "2031-01-01T10:00:00Z"}
            return ask(social.api, "POST", path, sent, token, key)

        return through

    return {
        "capability": write("events", "title", "start_time", event.owner_token),
        "tenant": write(EVENTS, "title", "start_time", creator),
        "community": community,
        "social": write(f"{BASE}/events", "title", "startTime", creator),
    }
