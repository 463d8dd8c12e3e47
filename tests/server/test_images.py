"""Images on the shipped server: kept on disk, served back, and bodies of every size answered."""

from __future__ import annotations

import contextlib
import re
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.pictures import MARKER, opened, png, talkative_jpeg
from tests.server.process import Answer, Server, running_server

pytestmark = [pytest.mark.server, pytest.mark.once]
FILES = "/social/api/v1/files"
FORM = "multipart/form-data; boundary=edge"


def form(content: bytes, field: str = "file", **fields: str) -> bytes:
    """A form with a file, as it goes over the wire."""
    texts = "".join(
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    head = f'--edge\r\nContent-Disposition: form-data; name="{field}"; filename="a.png"\r\n\r\n'
    return f"{texts}{head}".encode() + content + b"\r\n--edge--\r\n"


def sent(
    server: Server, path: str, body: bytes, *headers: str, hang_up: bool = False
) -> tuple[int | None, bytes]:
    """Status and text of what comes back for a body under headers of our own making; nothing for
    a client that hangs up."""
    at = urlsplit(server.url)
    head = "\r\n".join((f"POST {path} HTTP/1.1", f"Host: {at.netloc}", f"Content-Type: {FORM}"))
    head += "".join(f"\r\n{header}" for header in (*headers, "Connection: close"))
    with socket.create_connection((at.hostname, at.port), timeout=60) as wire:
        with contextlib.suppress(OSError):  # it need not listen to the end
            wire.sendall(head.encode() + b"\r\n\r\n" + body)
        answer = b""
        while not hang_up and (piece := wire.recv(65536)):
            answer += piece
    return (int(answer.split(b" ", 2)[1]) if answer else None), answer


def length(size: int) -> str:
    """A header that says how long the body is."""
    return f"Content-Length: {size}"


def chunked(body: bytes) -> bytes:
    """A body in pieces of a hundred bytes, without a length."""
    pieces = (body[start : start + 100] for start in range(0, len(body), 100))
    return b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in pieces) + b"0\r\n\r\n"


def member(server: Server) -> str:
    """The header of a key of a tenant's user."""
    *_, key = server.manage_all(
        ("create_tenant", "Acme"),
        ("create_user", "a@example.org", "--tenant", "acme"),
        ("create_api_key", "a@example.org"),
    )
    return f"Authorization: Bearer {key}"


def organizer(server: Server) -> tuple[str, str, str]:
    """The path of an event's cover, the cookies of its organizer, and the token of the form."""
    start = {"title": "Lawn", "start_time": "2100-01-01T20:00:00Z"}
    made = server.ask("POST", "/api/v1/events", start).json()
    cookie = _cookies(server.ask("GET", urlsplit(made["links"]["admin"]).path))
    path = f"/e/{made['event']['id']}/admin/cover"
    page = server.ask("GET", path, Cookie=cookie)
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.body.decode())
    assert token
    return path, f"Cookie: {cookie}; {_cookies(page)}", token[1]


def _cookies(answer: Answer) -> str:
    return "; ".join(each.split(";")[0] for each in answer.headers.get_all("Set-Cookie"))


def test_images_are_kept_and_served(tmp_path: Path) -> None:
    """What the API keeps, and what a page does, lies in the data folder and comes back."""
    with running_server(tmp_path, alone=True) as server:
        key = member(server)
        body = form(talkative_jpeg(6), altText="A lawn")
        status, answer = sent(server, FILES, body, key, length(len(body)))
        assert status == 201
        found = re.search(rb'"fileUrl":"([^"]+)"', answer)
        assert found
        address = found[1].decode()
        assert address.startswith(f"{server.url}/media/images/")
        served = server.ask("GET", urlsplit(address).path)
        assert (served.status, served.headers["Content-Type"]) == (200, "image/jpeg")
        assert served.headers["X-Content-Type-Options"] == "nosniff"
        assert served.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert opened(served.body).size == (40, 80)
        assert MARKER.encode() not in served.body
        head = server.ask("HEAD", urlsplit(address).path)
        assert (head.status, head.body) == (200, b"")

        path, cookies, token = organizer(server)
        body = form(png(), "image", csrfmiddlewaretoken=token, alt_text="A lawn")
        assert sent(server, path, body, cookies, length(len(body)))[0] == 303
        page = server.ask("GET", path.removesuffix("/admin/cover")).body.decode()
        source = re.search(r'<img class="cover[^"]*" src="([^"]+)"[^>]* alt="A lawn"', page)
        assert source
        cover = server.ask("GET", source[1])
        assert (cover.status, opened(cover.body).size) == (200, (80, 40))
        files = (server.data / "media/images").iterdir()
        # Beside the cover is a smaller one for pages.
        kept = sorted(each.name for each in files if each.suffix != ".webp")
        assert kept == sorted(each.rpartition("/")[2] for each in (address, source[1]))
        for path in ("/media/images/../../secret_key", "/media/../secret_key", "/media/images/"):
            assert server.ask("GET", path).status == 404


@pytest.mark.parametrize("door", ["page", "API"])
def test_bodies_that_are_not_what_they_say(tmp_path: Path, door: str) -> None:
    """Too long, cut off, without a length or with a wrong one: refused, and the server goes on."""
    with running_server(tmp_path, alone=True) as server:
        if door == "page":
            path, credential, token = organizer(server)
            body = form(png(), "image", csrfmiddlewaretoken=token)
            too_large = form(b"\0" * 7 * 1024 * 1024, "image", csrfmiddlewaretoken=token)
        else:
            path, credential = FILES, member(server)
            body, too_large = form(png()), form(b"\0" * 7 * 1024 * 1024)
        status, answer = sent(server, path, too_large, credential, length(len(too_large)))
        assert status == 413
        assert b"too large" in answer
        in_the_file = len(body) - len(png()) // 2
        wrong = {
            "shorter": (body[:in_the_file], length(in_the_file)),
            "a word": (body, length(20)),
            "nothing": (body, length(0)),
            "negative": (body, "Content-Length: -5"),
            "no number": (body, "Content-Length: many"),
            "huge": (body[:50], length(10**15)),
        }
        statuses = {
            name: sent(server, path, each, credential, header)[0]
            for name, (each, header) in wrong.items()
        }
        assert {name for name, each in statuses.items() if not 400 <= (each or 0) < 500} == set()
        sent(server, path, body[:in_the_file], credential, length(len(body)), hang_up=True)
        assert not (server.data / "media").exists()
        assert sent(server, path, body, credential, length(len(body)))[0] in (201, 303)
        in_pieces = sent(server, path, chunked(body), credential, "Transfer-Encoding: chunked")
        assert in_pieces[0] in (201, 303)
        assert " 500 " not in server.log.read_text()
        assert "Internal Server Error" not in server.log.read_text()
