"""A real SMTP server as a process of its own; what it receives can be read."""

from __future__ import annotations

import base64
import email
import io
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import IO

_BEGIN, _END = "---------- MESSAGE FOLLOWS ----------", "------------ END MESSAGE ------------"


@dataclass
class SmtpServer:
    """A server that accepts every letter."""

    port: int
    output: IO[str]

    def receive(self) -> EmailMessage:
        """The next letter; waits for it."""
        lines: list[str] = []
        for line in self.output:
            if line.startswith(_END):
                letter = email.message_from_bytes("".join(lines).encode(), policy=policy.default)
                assert isinstance(letter, EmailMessage)
                return letter
            if line.startswith(_BEGIN):
                lines.clear()
            else:
                lines.append(line)
        raise AssertionError("The SMTP server ended.")

    @staticmethod
    def as_file(content: bytes) -> io.BytesIO:
        """An attachment to read from."""
        return io.BytesIO(content)


@contextmanager
def smtp_server() -> Iterator[SmtpServer]:
    """Runs until the block ends."""
    port = free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-u", "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}"),
            *("-c", "aiosmtpd.handlers.Debugging", "stdout"),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        while process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                break
            except OSError:
                continue
        yield SmtpServer(port, process.stdout)
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stdout.close()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class SmtpJournal:
    """A server that writes down what it accepts, and refuses some: tests/server/smtp_process.py."""

    port: int
    file: Path

    @property
    def letters(self) -> list[EmailMessage]:
        """What it accepted so far, in the order in which it came."""
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        letters = []
        for line in lines:
            content = base64.b64decode(json.loads(line)["content"])
            letter = email.message_from_bytes(content, policy=policy.default)
            assert isinstance(letter, EmailMessage)
            letters.append(letter)
        return letters


@contextmanager
def smtp_journal(folder: Path, *options: str) -> Iterator[SmtpJournal]:
    """Runs until the block ends. ``options`` as the process takes them."""
    port, file = free_port(), folder / "letters.jsonl"
    command = [sys.executable, "-m", "tests.server.smtp_process", str(port), str(file), *options]
    process = subprocess.Popen(command)
    try:
        while process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                break
            except OSError:
                continue
        yield SmtpJournal(port, file)
    finally:
        process.kill()
        process.wait(timeout=30)
