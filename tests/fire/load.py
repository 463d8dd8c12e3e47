"""Clients that make, change and delete events and RSVPs, until the server is gone."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
from random import Random
from typing import Any
from urllib.parse import urlsplit

from tests.fire.journal import Journal, State

START = "2100-01-01T20:00:00Z"
EVENTS = "/api/v1/events"
_numbers = itertools.count(1)
_GONE = (OSError, http.client.HTTPException)


class Client:
    """One client on a connection of its own; ``rush`` is the event that all of them crowd into."""

    def __init__(self, url: str, journal: Journal, rush: str, random: Random) -> None:
        self._journal, self._rush, self._random = journal, rush, random
        self._host = urlsplit(url).netloc
        self._connection = http.client.HTTPConnection(self._host, timeout=60)
        self._event = ""
        self._rsvps: list[str] = []  # of this client's own event
        self._seats: list[str] = []  # at the rush

    def run(self, stopped: threading.Event) -> None:
        """Writes until the server is gone, or ``stopped``."""
        acts = (
            (self._new_event, 1),
            (self._new_rsvp, 6),
            (self._rush_in, 6),
            (self._rush_out, 2),
            (self._rename, 3),
            (self._bring, 3),
            (self._moderate, 4),
            (self._check_in, 3),
            (self._withdraw, 2),
            (self._edit_event, 2),
            (self._delete_event, 1),
        )
        crowd = [act for act, weight in acts for _ in range(weight)]
        try:
            self._new_event()
            while not stopped.is_set():
                self._random.choice(crowd)()
        except _GONE:
            pass
        finally:
            self._connection.close()

    # --- What it does ---------------------------------------------------------------------------

    def _new_event(self) -> None:
        title = f"Event {next(_numbers)}"
        made = self._make(
            title,
            EVENTS,
            {"title": title, "start_time": START, "max_attendees": 50, "waitlist": False},
        )
        if made:
            self._event = made["event"]["id"]
            self._rsvps = []
            self._journal.tokens[self._event] = made["admin_token"]
            self._journal.acknowledge(self._event, {"title": title, "capacity": 50})

    def _new_rsvp(self) -> None:
        self._answer(self._event, self._rsvps, self._random.randrange(3))

    def _rush_in(self) -> None:
        self._answer(self._rush, self._seats, 0)

    def _answer(self, event: str, into: list[str], guests: int) -> None:
        name = f"Guest {next(_numbers)}"
        sent = {"name": name, "status": "yes", "guest_count": guests}
        if self._random.randrange(3) == 0:
            sent["email"] = "guest@example.org"
        made = self._make(name, f"{EVENTS}/{event}/rsvps", sent)
        if made:
            rsvp = made["rsvp"]
            into.append(rsvp["id"])
            self._journal.tokens[rsvp["id"]] = rsvp["rsvp_token"]
            state = {"event": event, "name": name, "guests": guests, "arrived": False}
            self._journal.acknowledge(rsvp["id"], state | {"approval": "approved"})

    def _rush_out(self) -> None:
        if self._seats:
            self._gone(self._rush, self._seats)

    def _withdraw(self) -> None:
        if self._rsvps:
            self._gone(self._event, self._rsvps)

    def _gone(self, event: str, among: list[str]) -> None:
        rsvp = among.pop(self._random.randrange(len(among)))
        path = f"{EVENTS}/{event}/rsvps/self"
        self._change(rsvp, None, "DELETE", path, None, self._journal.tokens[rsvp])

    def _rename(self) -> None:
        name = f"Renamed {next(_numbers)}"
        self._own({"name": name}, {"name": name})

    def _bring(self) -> None:
        guests = self._random.randrange(4)
        self._own({"guest_count": guests}, {"guests": guests})

    def _own(self, sent: dict[str, Any], after: dict[str, Any]) -> None:
        if self._rsvps:
            rsvp = self._random.choice(self._rsvps)
            path = f"{EVENTS}/{self._event}/rsvps/self"
            token = self._journal.tokens[rsvp]
            self._change(rsvp, self._now(rsvp) | after, "PATCH", path, sent, token)

    def _moderate(self) -> None:
        if self._rsvps:
            rsvp = self._random.choice(self._rsvps)
            act, after = self._random.choice(
                [("approve", "approved"), ("reject", "rejected"), ("pending", "pending")]
            )
            state = self._now(rsvp) | {"approval": after}
            path = f"{EVENTS}/{self._event}/rsvps/{rsvp}/{act}"
            self._change(rsvp, state, "POST", path, {}, self._journal.tokens[self._event])

    def _check_in(self) -> None:
        if self._rsvps:
            rsvp = self._random.choice(self._rsvps)
            token = self._journal.tokens[self._event]
            path = f"{EVENTS}/{self._event}/check-ins"
            if self._now(rsvp)["arrived"]:
                after = self._now(rsvp) | {"arrived": False}
                self._change(rsvp, after, "DELETE", f"{path}/{rsvp}", None, token)
            else:
                after = self._now(rsvp) | {"arrived": True}
                self._change(rsvp, after, "POST", path, {"rsvp_id": rsvp}, token)

    def _edit_event(self) -> None:
        title, capacity = f"Event {next(_numbers)}", self._random.randrange(5, 60)
        sent = {"title": title, "max_attendees": capacity}
        state = {"title": title, "capacity": capacity}
        self._of_event(state, "PATCH", sent)

    def _delete_event(self) -> None:
        self._of_event(None, "DELETE", None)
        if self._event and self._journal.states[self._event] is None:
            for rsvp in self._rsvps:
                self._journal.states[rsvp] = None
            self._new_event()

    def _of_event(self, after: State, method: str, sent: Any) -> None:
        token = self._journal.tokens[self._event]
        self._change(self._event, after, method, f"{EVENTS}/{self._event}", sent, token)

    # --- How it is said -------------------------------------------------------------------------

    def _now(self, row: str) -> dict[str, Any]:
        state = self._journal.states[row]
        assert state is not None
        return state

    def _make(self, name: str, path: str, sent: dict[str, Any]) -> Any:
        """The answer, when something was made."""
        self._journal.begun.add(name)
        status, body = self._send("POST", path, sent, None)
        self._journal.begun.discard(name)
        return body if status == 201 else None

    def _change(
        self, row: str, after: State, method: str, path: str, sent: Any, token: str
    ) -> None:
        self._journal.unanswered[row] = after
        status, _ = self._send(method, path, sent, token)
        del self._journal.unanswered[row]
        if status < 300:
            self._journal.acknowledge(row, after)

    def _send(self, method: str, path: str, sent: Any, token: str | None) -> tuple[int, Any]:
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        raw = None if sent is None else json.dumps(sent)
        self._connection.request(method, path, raw, headers)
        with self._connection.getresponse() as answer:
            body = answer.read()
            if answer.status >= 500:
                self._journal.fault(f"{method} {path}: {answer.status}")
            return answer.status, json.loads(body) if body else None
