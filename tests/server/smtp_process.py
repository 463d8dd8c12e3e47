"""An SMTP server that writes down what it accepts: `python -m tests.server.smtp_process PORT FILE`.

What an address begins with says how it is treated: ``refused`` never, ``later`` not now, ``away``
that the server is about to go.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import time
from pathlib import Path
from typing import Any

from aiosmtpd.controller import UnthreadedController


class Receiver:
    """Accepts letters; one JSON object a line is {"to", "content"}."""

    def __init__(self, journal: Path, hang_up_after: int, seconds: float) -> None:
        self.journal, self.hang_up_after, self.seconds = journal, hang_up_after, seconds

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Decides by the address."""
        for start, said in (
            ("refused", "550 No such user"),
            ("later", "451 Try again later"),
            ("away", "421 Closing"),
        ):
            if address.startswith(start):
                return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        """Writes the letter down, then says so; hangs up after so many over one connection."""
        session.letters = getattr(session, "letters", 0) + 1
        if self.hang_up_after and session.letters > self.hang_up_after:
            server.transport.close()
            return "421 Too many letters"
        if self.seconds:
            time.sleep(self.seconds)
        line = {"to": envelope.rcpt_tos, "content": base64.b64encode(envelope.content).decode()}
        with self.journal.open("a") as file:
            file.write(json.dumps(line) + "\n")
        return "250 OK"


def main() -> None:
    """Runs until it is killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("journal", type=Path)
    parser.add_argument("--hang-up-after", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=0.0)
    asked = parser.parse_args()
    loop = asyncio.new_event_loop()
    receiver = Receiver(asked.journal, asked.hang_up_after, asked.seconds)
    controller = UnthreadedController(receiver, "127.0.0.1", asked.port, loop=loop)
    controller.begin()
    loop.run_forever()


if __name__ == "__main__":
    main()
