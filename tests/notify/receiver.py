"""A receiver of webhooks as a process of its own: the path says how it answers, and every call is a
line of JSON in a journal."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Receiver:
    """A running receiver."""

    port: int
    journal: Path

    def at(self, path: str) -> str:
        """The address that is answered as the path says."""
        return f"http://127.0.0.1:{self.port}/{path}"

    @property
    def calls(self) -> list[dict[str, Any]]:
        """What it was sent: path, headers in lower case, body as text."""
        lines = self.journal.read_text().splitlines() if self.journal.exists() else []
        return [json.loads(line) for line in lines]


@contextlib.contextmanager
def receiving(folder: Path) -> Iterator[Receiver]:
    """Runs a receiver until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    journal = folder / "calls"
    command = [sys.executable, "-m", "tests.notify.receiver", str(journal)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Receiver(int(process.stdout.readline()), journal)
        finally:
            process.kill()


class _Handler(BaseHTTPRequestHandler):
    journal: Path

    def do_POST(self) -> None:
        """Writes the call down, then answers: /ok, /echo, /hang, /close, /slow, /drip, /large,
        /redirect, or a status like /500; ``?first=2`` does so for the first calls of a message."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        line = json.dumps({"path": self.path, "headers": headers, "body": body})
        with self.journal.open("a") as file:
            file.write(line + "\n")
        first = int(parse_qs(parts.query).get("first", ["0"])[0])
        told = self.journal.read_text().count(headers["webhook-id"]) if first else 0
        how = "ok" if first and told > first else parts.path.strip("/")
        getattr(self, f"_{how}", lambda _: self._answer(int(how)))(body)

    def _ok(self, body: str) -> None:
        self._answer(204)

    def _echo(self, body: str) -> None:
        self._answer(200, json.dumps(json.loads(body)["data"]).encode())

    def _hang(self, body: str) -> None:
        time.sleep(60)

    def _close(self, body: str) -> None:
        self.connection.close()

    def _slow(self, body: str) -> None:
        time.sleep(0.5)
        self._answer(200)

    def _drip(self, body: str) -> None:
        self.send_response(200)
        self.end_headers()
        with contextlib.suppress(OSError):
            while True:
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.05)

    def _large(self, body: str) -> None:
        self.send_response(200)
        self.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(1000):
                self.wfile.write(b" " * 1024 * 1024)

    def _redirect(self, body: str) -> None:
        self.send_response(302)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_address[1]}/ok")
        self.end_headers()

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Says nothing."""


def main(journal: Path) -> None:
    """Serves on a free port, whose number is the first line that is written."""
    _Handler.journal = journal
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
