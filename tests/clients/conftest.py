"""Clients that generators make of the published OpenAPI document, against a running server."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.server.process import Server, running_server

HERE = Path(__file__).parent
# What a guest, the owner and everybody see of one event on its way; each program prints it.
EXPECTED = {
    # In the public list, then in the answer to its maker: the place, the private channel.
    "visible": [None, None, "Secret Circle"],
    "states": ["pending", "approved"],
    "log": ["admin"],
    "place": "Elm Street 1",
    "coming": 2,
    "left": 3,
    "guests": ["Robin"],
    "refused": "not_authenticated",
}


def run(
    *command: str, folder: Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs a program that must succeed."""
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all clients."""
    with running_server(tmp_path_factory.mktemp("clients"), alone=True) as running:
        yield running


@pytest.fixture(scope="session")
def document(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The document of all four APIs, as the server publishes it."""
    path = tmp_path_factory.mktemp("document") / "openapi.json"
    path.write_bytes(server.ask("GET", "/api/schema/", Accept="application/json").body)
    return path
