"""The shipped server as a process of its own, on a database of its own."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from tests.server.prepared import (
    ROOT,
    data_folder,
    database_url,
    maintenance,
    template_database,
)


@dataclass
class Answer:
    """What came back: status, headers, body; ``json()`` reads it."""

    status: int
    headers: Any
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Server:
    """A running instance."""

    url: str
    data: Path
    log: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """Asks the server to end, as a service manager does; does not wait."""
        self.process.send_signal(signal.SIGTERM)

    def interrupt(self) -> None:
        """Ctrl-C: the terminal tells every process of the group. Does not wait."""
        os.killpg(self.process.pid, signal.SIGINT)

    def ask(
        self, method: str, path: str, body: Any = None, token: str | None = None, **headers: str
    ) -> Answer:
        """One request over a real socket; redirects are not followed."""
        request = urllib.request.Request(self.url + path, method=method, headers=headers)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        try:
            with _opener.open(request, timeout=60) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as answer:
            with answer:
                return Answer(answer.code, answer.headers, answer.read())

    def manage(self, *command: str) -> str:
        """Standard output of a management command on the same instance."""
        return self._run("manage.py", *command)

    def manage_all(self, *commands: tuple[str, ...]) -> list[str]:
        """The same of several commands, one after the other in one process."""
        said: list[str] = json.loads(self._run("-c", _ONE_BY_ONE, json.dumps(commands)))
        return said

    def _run(self, *arguments: str) -> str:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()


_ONE_BY_ONE = """
import json, sys
from contextlib import redirect_stdout
from io import StringIO
import django
from django.core.management import call_command
django.setup()
said = []
for command in json.loads(sys.argv[1]):
    with redirect_stdout(StringIO()) as output:
        call_command(*command)
    said.append(output.getvalue().strip())
print(json.dumps(said))
"""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


@contextlib.contextmanager
def running_server(folder: Path, *, alone: bool = False, **environment: str) -> Iterator[Server]:
    """A server on a database of its own, until the block ends; ``alone`` without a worker."""
    with (
        own_database() as database,
        serving(folder, alone=alone, **database, **environment) as server,
    ):
        yield server


@contextlib.contextmanager
def serving(folder: Path, *, alone: bool = False, **environment: str) -> Iterator[Server]:
    """`manage.py serve` on a free port until the block ends, then asked to stop and waited for.

    Migrations and static files of a first start come prepared; a second start looks whether any are
    missing."""
    port, data = _free_port(), folder / "data"
    # Nor what a browser in this process needs: the server is to say when it is asynchronous.
    own = ("DATABASE_URL", "SECRET_KEY", "DJANGO_ALLOW_ASYNC_UNSAFE")
    inherited = {name: said for name, said in os.environ.items() if name not in own}
    env = inherited | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATA_DIR": str(data),
        "PORT": str(port),
        "THROTTLE": "off",
        **environment,
    }
    folder.mkdir(exist_ok=True)
    options = ["--no-worker"] if alone else []
    if not data.exists():
        data_folder(data, on_sqlite="DATABASE_URL" not in environment)
        options.append("--no-prepare")
    log = folder / "log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", *options],
            cwd=ROOT,
            env=env,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(f"http://127.0.0.1:{port}", data, log, env, process)
    try:
        until_it_answers(server)
        yield server
    finally:
        if process.poll() is None:
            server.stop()
            process.wait(timeout=60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_it_answers(server: Server) -> None:
    """Until the server answers, and well; each try waits for the port by itself."""
    process = server.process
    while process.poll() is None:
        try:
            if server.ask("GET", "/api/v1/channels").status == 200:
                return
            break
        except (urllib.error.URLError, ConnectionError):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.1)
    raise RuntimeError(f"The server did not start:\n{server.log.read_text()}")


@contextlib.contextmanager
def own_database() -> Iterator[dict[str, str]]:
    """SQLite in the data folder, or a migrated database beside the suite's own on PostgreSQL."""
    if settings.ON_SQLITE:
        yield {}
        return
    name = f"convene_{uuid.uuid4().hex}"
    with maintenance() as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template_database()}"')
        try:
            yield {"DATABASE_URL": database_url(name)}
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
