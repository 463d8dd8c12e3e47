"""Backups of a running server: taken under load, restored, examined."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.server.process import ROOT, Server, serving

# Its instances are on SQLite, whatever the suite is on.
pytestmark = [pytest.mark.server, pytest.mark.once]
START = "2100-01-01T20:00:00Z"
WRITERS = 4
# So many are told before the backup begins.
ANSWERS = 40
# Between two answers of one writer: dozens in each second, and the server has time for backups.
PAUSE = 0.05  # seconds


class Guests:
    """Answer an event again and again until they are told to stop. ``answered`` has the id and
    token of everybody who was told 201."""

    def __init__(self, server: Server, path: str) -> None:
        self.answered: list[tuple[str, str]] = []
        self._server, self._path = server, path
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._answer) for _ in range(WRITERS)]

    def __enter__(self) -> Guests:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, number: int) -> None:
        """Until so many were told 201."""
        while len(self.answered) < number:
            self._stop.wait(PAUSE)

    def _answer(self) -> None:
        while not self._stop.wait(PAUSE):
            answer = self._server.ask(
                "POST",
                f"{self._path}/rsvps",
                {"name": "Sky", "status": "yes", "guest_count": 1, "email": "sky@example.org"},
            )
            if answer.status == 201:
                rsvp = answer.json()["rsvp"]
                self.answered.append((rsvp["id"], rsvp["rsvp_token"]))


def manage(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command on the instance in this folder, on SQLite, however it ends."""
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "SECRET_KEY")}
    instance = {"DJANGO_SETTINGS_MODULE": "config.settings", "DATA_DIR": str(folder / "data")}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=kept | instance,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def findings(folder: Path) -> tuple[int, dict[str, dict[str, str]]]:
    """The doctor's exit code, and what it found by check."""
    done = manage(folder, "doctor", "--json")
    return done.returncode, {each["check"]: each for each in json.loads(done.stdout)}


def test_backup_under_write_load(tmp_path: Path) -> None:
    """Every answer that was told 201 before the backup began is in it, with a link that opens; its
    counters are true, and the doctor finds nothing wrong."""
    file, folder = tmp_path / "backup.zip", tmp_path / "restored"
    with serving(tmp_path / "old", alone=True) as server:
        event = server.ask("POST", "/api/v1/events", {"title": "Rush", "start_time": START}).json()
        path = f"/api/v1/events/{event['event']['id']}"
        with Guests(server, path) as guests:
            guests.wait_for(ANSWERS)
            answered = list(guests.answered)
            server.manage("backup", str(file), "--with-key")
        assert len(guests.answered) > len(answered)
    assert manage(folder, "restore", str(file)).returncode == 0
    code, found = findings(folder)
    assert (code, {each["status"] for each in found.values()}) == (0, {"ok", "warning"})
    assert {name for name, each in found.items() if each["status"] == "warning"} == {
        "https",
        "backup",
    }
    with serving(folder, alone=True) as restored:
        listed = restored.ask("GET", f"{path}/rsvps?per_page=500", token=event["admin_token"])
        stats = listed.json()["stats"]
        assert stats["yes_count"] >= len(answered)
        for _, token in answered[-3:]:
            own = restored.ask("GET", f"{path}/rsvps/self", token=token)
            assert own.status == 200
        known = {id for id, _ in answered}
        assert known <= all_ids(restored, path, event["admin_token"])


def all_ids(server: Server, path: str, token: str) -> set[str]:
    """The ids of every answer, page by page."""
    ids: set[str] = set()
    page: int | None = 1
    while page:
        body = server.ask("GET", f"{path}/rsvps?per_page=500&page={page}", token=token).json()
        ids |= {rsvp["id"] for rsvp in body["rsvps"]}
        page = body["pagination"]["next_page"]
    return ids


def test_restoring_under_a_running_server(tmp_path: Path) -> None:
    """Refused; with --yes the server goes on with the restored rows, and its writes count."""
    with serving(tmp_path, alone=True) as server:
        kept = made(server, "Kept")
        server.manage("backup", str(tmp_path / "backup.zip"))
        later = made(server, "Later")
        refused = manage(tmp_path, "restore", str(tmp_path / "backup.zip"))
        assert refused.returncode == 1
        assert "This instance is running" in refused.stderr
        assert refused.stderr.endswith("CommandError: Nothing was done.\n")
        assert [server.ask("GET", each).status for each in (kept, later)] == [200, 200]
        server.manage("restore", str(tmp_path / "backup.zip"), "--yes")
        assert [server.ask("GET", each).status for each in (kept, later)] == [200, 404]
        answer = server.ask("POST", f"{kept}/rsvps", {"name": "Sky", "status": "yes"})
        assert answer.status == 201
    code, found = findings(tmp_path)
    assert (code, found["counters"]["status"]) == (0, "ok")


def made(server: Server, title: str) -> str:
    """An event's path."""
    answer: dict[str, Any] = server.ask(
        "POST", "/api/v1/events", {"title": title, "start_time": START}
    ).json()
    return f"/api/v1/events/{answer['event']['id']}"


def test_an_event_moves_to_another_instance(tmp_path: Path) -> None:
    """A fresh instance with the same capability key answers the same to the byte, and opens the
    guest's and the owner's links."""
    key = {"CAPABILITY_KEY": "carried from the one instance to the other, and long enough"}
    site = {"SITE_URL": "https://events.example.org", "ALLOWED_HOSTS": "*"}
    with serving(tmp_path / "old", alone=True, **key, **site) as server:
        event = server.ask(
            "POST",
            "/api/v1/events",
            {"title": "Moved", "start_time": START, "location": "Here", "max_attendees": 5},
        ).json()
        path = f"/api/v1/events/{event['event']['id']}"
        answer = server.ask("POST", f"{path}/rsvps", {"name": "Sky", "status": "yes"}).json()
        server.manage("export_event", event["event"]["id"], str(tmp_path / "event.zip"))
        public = server.ask("GET", path).body
    with serving(tmp_path / "new", alone=True, **key, **site) as server:
        assert server.ask("GET", path).status == 404
        done = json.loads(server.manage("import_event", str(tmp_path / "event.zip"), "--json"))
        assert done["notes"] == []
        assert server.ask("GET", path).body == public
        guest = answer["rsvp"]["rsvp_token"]
        assert server.ask("GET", f"{path}/rsvps/self", token=guest).status == 200
        page = f"/e/{event['event']['id']}/rsvp/{guest}"
        assert server.ask("GET", page).status == 303
        assert server.ask("GET", f"{path}/rsvps", token=event["admin_token"]).status == 200
        assert server.manage("recount") == "Every counter matches its RSVPs."


def test_the_doctor_on_an_empty_folder(tmp_path: Path) -> None:
    """Before the first start it says what is missing, instead of failing."""
    code, found = findings(tmp_path)
    assert code == 1
    assert found["migrations"]["status"] == "error"
    assert found["counters"]["said"].startswith("The database did not answer: ")


def test_commands_that_refuse_leave_the_shell_a_status(tmp_path: Path) -> None:
    """One line on standard error, no traceback, exit code 1."""
    for command in (["backup", "/nowhere/b.zip"], ["restore", "none.zip"], ["root_events", "--x"]):
        done = manage(tmp_path, *command)
        assert done.returncode in (1, 2)
        assert "Traceback" not in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1 or "usage:" in done.stderr
