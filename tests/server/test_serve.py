"""The shipped server as its operator meets it."""

from __future__ import annotations

import contextlib
import os
import socket
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.domain.organizers import PERMISSIONS
from tests.notify.mail.posting import all_of
from tests.server.process import Server, own_database, running_server, serving
from tests.server.smtp import smtp_server

pytestmark = pytest.mark.server
START = "2100-01-01T20:00:00Z"


@pytest.mark.once
def test_a_second_start_finds_everything_as_it_was(tmp_path: Path) -> None:
    """Data, secret key and so every link outlive a restart; stopping is clean. Organizers may do
    again what the code says. That an instance which was never there migrates and collects,
    tests/deploy holds of the wheel."""
    with own_database() as database:
        with serving(tmp_path, **database) as server:
            made = server.ask(
                "POST", "/api/v1/events", {"title": "Still here", "start_time": START}
            ).json()
            root = server.manage("root_token")
            assert server.ask("GET", "/static/favicon.svg").status == 200
        with contextlib.closing(sqlite3.connect(server.data / "convene.sqlite3")) as store:
            store.execute("DELETE FROM auth_group_permissions")
            store.commit()
        with serving(tmp_path, **database) as server:
            path = f"/api/v1/events/{made['event']['id']}"
            assert server.ask("GET", path).json()["event"]["title"] == "Still here"
            for token in (made["admin_token"], root):
                assert server.ask("GET", f"{path}/rsvps", token=token).status == 200
            rotated = server.manage("root_token", "--rotate")
            assert server.ask("GET", f"{path}/rsvps", token=root).status == 403
            assert server.ask("GET", f"{path}/rsvps", token=rotated).status == 200
        with contextlib.closing(sqlite3.connect(server.data / "convene.sqlite3")) as store:
            (allowed,) = store.execute("SELECT COUNT(*) FROM auth_group_permissions").fetchone()
        assert allowed == sum(map(len, PERMISSIONS.values()))


@pytest.mark.once
@pytest.mark.once
@pytest.mark.parametrize("host", ["127.0.0.1", "nobody"])
def test_a_port_that_is_taken(settings: Any, host: str) -> None:
    """By another server that would share it; a name is no address to listen on."""
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as taken:
        settings.HOST, settings.PORT = host, taken.getsockname()[1]
        with pytest.raises(CommandError):
            call_command("serve")


def test_what_a_start_says(tmp_path: Path) -> None:
    """The address, the data folder and how to get the root token; the key is for the owner only."""
    with running_server(tmp_path) as server:
        said = server.log.read_text()
        assert f"Convene is at {server.url}" in said
        assert str(server.data) in said
        assert "manage.py root_token" in said
        assert (server.data / "secret_key").stat().st_mode & 0o777 == 0o600


@pytest.mark.once
def test_links_start_with_site_url(tmp_path: Path) -> None:
    """SITE_URL beats the address of the request, and makes cookies Secure."""
    site = "https://events.example.org"
    with running_server(tmp_path, alone=True, SITE_URL=site) as server:
        made = server.ask("POST", "/api/v1/events", {"title": "Named", "start_time": START}).json()
        assert {link.startswith(site) for link in made["links"].values()} == {True}
        exchange = server.ask("GET", urlsplit(made["links"]["admin"]).path)
        assert exchange.status == 303
        assert "Secure" in exchange.headers["Set-Cookie"]


@pytest.mark.once
def test_no_token_stays_in_database_or_log(tmp_path: Path) -> None:
    """After a whole evening of use, mistakes included, no key can be read anywhere."""
    with running_server(tmp_path, LOG_LEVEL="DEBUG") as server:
        tokens = _use(server)
        log = server.log.read_text()
        stored = _everything_stored(server)
    assert "Not Found" in log  # the mistakes were logged
    assert "Evening" in stored
    for token in tokens:
        assert token[-30:] not in log
        assert token[-30:] not in stored


def _use(server: Server) -> list[str]:
    made = server.ask("POST", "/api/v1/events", {"title": "Evening", "start_time": START}).json()
    event, owner = f"/api/v1/events/{made['event']['id']}", made["admin_token"]
    answer = server.ask("POST", f"{event}/rsvps", {"name": "Sky", "status": "yes"}).json()
    guest, page = answer["rsvp"]["rsvp_token"], f"/e/{made['event']['id']}"
    root = server.manage("root_token")
    ticket = server.ask("GET", f"{event}/rsvps/self", token=guest).json()["rsvp"]["ticket"]
    links = [
        server.ask("POST", f"{event}/links", {"role": role}, token=owner).json()["link"]
        for role in ("door", "viewer")
    ]
    server.ask("POST", f"{event}/check-ins", {"ticket": ticket}, token=owner)
    *_, key = server.manage_all(
        ("create_tenant", "Acme"),
        ("create_user", "ann@example.org", "--tenant", "acme"),
        ("create_api_key", "ann@example.org"),
    )
    server.ask("GET", "/api/v1/community-events", token=key)
    server.ask("GET", f"{event}/rsvps", token=owner)
    server.ask("GET", f"{event}/rsvps", token=root)
    server.ask("PATCH", f"{event}/rsvps/self", {"notes": "late"}, token=guest)
    for path in (
        f"{page}/admin/{owner}",
        f"{page}/rsvp/{guest}",
        f"{page}/nowhere/{owner}",
        f"{page}/rsvp/{guest}/too-far",
        f"/api/v1/nowhere/{root}",
        f"{event}?token={owner}",
    ):
        server.ask("GET", path)
    server.ask("DELETE", f"{event}/rsvps/{guest}")
    server.ask("DELETE", f"{event}/rsvps/{guest}", token=owner)
    return [owner, guest, root, ticket, key, *(link["token"] for link in links)]


def _everything_stored(server: Server) -> str:
    if url := server.environment.get("DATABASE_URL"):
        with psycopg.connect(url.replace("postgres://", "postgresql://")) as connection:
            tables = connection.execute(
                "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
            return "".join(
                str(connection.execute(f"SELECT t::text FROM {name} t").fetchall())  # type: ignore[arg-type]
                for (name,) in tables
            )
    files = [server.data / f"convene.sqlite3{end}" for end in ("", "-wal")]
    with sqlite3.connect(files[0]) as database:
        dump = "".join(database.iterdump())
    raw = b"".join(file.read_bytes() for file in files if os.path.exists(file))
    return dump + raw.decode("latin-1")


@pytest.mark.once
def test_mail_is_sent_by_the_same_command(tmp_path: Path) -> None:
    """With EMAIL_URL set, `serve` has a worker beside it that mails the guest's ticket."""
    with smtp_server() as smtp:
        url = f"smtp://127.0.0.1:{smtp.port}"
        with running_server(tmp_path, EMAIL_URL=url) as server:
            made = server.ask("POST", "/api/v1/events", {"title": "Mailed", "start_time": START})
            path = f"/api/v1/events/{made.json()['event']['id']}/rsvps"
            guest = {"name": "Ana", "email": "ana@example.org", "status": "yes"}
            answered = server.ask("POST", path, guest).json()["rsvp"]
            letter = all_of(smtp.receive())
            assert "Subject: Your ticket" in letter
            assert answered["rsvp_token"] in letter
