"""The long forms: `python -m tests.fire crash --rounds 100`, `… retry`, `… webhooks`, `… mail` and
`… fuzz`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.fire.crash import Round, crash
from tests.fire.mail import mail_fire
from tests.fire.retry import retry
from tests.fire.webhooks import burn
from tests.throwaway_postgres import throwaway_postgres

_ROUNDS = {"sqlite": 100, "postgres": 50}


def main(arguments: list[str]) -> int:
    """0 when nothing is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.fire", description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True)
    crash = acts.add_parser("crash", help="kill the server while it works, then check what is left")
    crash.add_argument("--rounds", type=int, help="100 on SQLite, 50 on PostgreSQL")
    crash.add_argument("--seed", type=int, default=1)
    again = acts.add_parser("retry", help="kill the server before it answers, then ask again")
    again.add_argument("--retries", type=int, default=100)
    hooks = acts.add_parser("webhooks", help="kill the worker while it delivers webhooks")
    hooks.add_argument("--webhooks", type=int, default=500)
    hooks.add_argument("--kills", type=int, default=20)
    hooks.add_argument("--seed", type=int, default=1)
    fuzz = acts.add_parser("fuzz", help="generated requests to all four APIs, as everybody")
    fuzz.add_argument("--cases", type=int, default=10_000)
    fuzz.add_argument("--seed", type=int, default=1)
    mail = acts.add_parser("mail", help="kill the worker in the middle of an announcement")
    mail.add_argument("--mails", type=int, default=500)
    mail.add_argument("--kills", type=int, default=20)
    mail.add_argument("--seed", type=int, default=1)
    for killing in (crash, again, hooks, mail):
        killing.add_argument("--database", choices=list(_ROUNDS), default="sqlite")
    asked = parser.parse_args(arguments)
    if asked.act == "fuzz":
        return _fuzz(asked.cases, asked.seed)
    if asked.database == "sqlite":
        os.environ.pop("DATABASE_URL", None)
        return _killed(asked)
    with throwaway_postgres() as url:
        os.environ["DATABASE_URL"] = f"{url}/convene"
        return _killed(asked)


def _killed(asked: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    if asked.act == "retry":
        return _retry(asked.retries)
    if asked.act == "mail":
        return _mail(asked.mails, asked.kills, asked.seed)
    if asked.act == "webhooks":
        return _webhooks(asked.webhooks, asked.kills, asked.seed)
    return _crash(asked.rounds or _ROUNDS[asked.database], asked.seed)


def _mail(mails: int, kills: int, seed: int) -> int:
    with tempfile.TemporaryDirectory(prefix="convene-fire-") as folder:
        arrived = mail_fire(Path(folder), mails, kills, seed)
    print(
        f"{kills} kills, seed {seed}: {arrived.mails} mails, {arrived.letters} letters, "
        f"{arrived.lost} lost, {arrived.repeats} repeats of {arrived.repeated} mails"
    )
    return int(arrived.lost > 0 or arrived.mails != mails or arrived.repeats > kills)


def _webhooks(webhooks: int, kills: int, seed: int) -> int:
    with tempfile.TemporaryDirectory(prefix="convene-fire-") as folder:
        done = burn(Path(folder), webhooks=webhooks, kills=kills, seed=seed)
    print(
        f"{kills} kills, seed {seed}: {done.arrived} of {webhooks} arrived, {done.repeated} of "
        f"them again, in {done.seconds} s"
    )
    for problem in done.problems:
        print(f"  WRONG {problem}")
    return int(bool(done.problems))


def _crash(rounds: int, seed: int) -> int:
    said: list[Round] = []
    with tempfile.TemporaryDirectory(prefix="convene-fire-") as folder:
        print(_line(("round", "acknowledged", "under way", "stored", "tasks begun", "seconds")))
        for each in crash(Path(folder), rounds, seed):
            said.append(each)
            row = (each.number, each.acknowledged, each.under_way, each.stored)
            print(_line((*row, each.tasks_begun, each.seconds)), flush=True)
            for problem in each.problems:
                print(f"  WRONG {problem}", flush=True)
    wrong = sum(len(each.problems) for each in said)
    total = sum(each.acknowledged for each in said)
    doubt = sum(each.under_way for each in said)
    print(
        f"{rounds} kills, seed {seed}: {total} acknowledged writes, {doubt} under way, "
        f"{wrong} wrong"
    )
    return int(wrong > 0)


def _retry(retries: int) -> int:
    sent = written = wrong = 0
    with tempfile.TemporaryDirectory(prefix="convene-fire-") as folder:
        print(_line(("round", "sent again", "were written", "seconds")))
        for each in retry(Path(folder), retries):
            sent, written, wrong = (
                sent + each.sent,
                written + each.written,
                wrong + len(each.problems),
            )
            print(_line((each.number, each.sent, each.written, each.seconds)), flush=True)
            for problem in each.problems:
                print(f"  WRONG {problem}", flush=True)
    print(f"{sent} requests sent again, {written} of them written before, {wrong} wrong")
    return int(wrong > 0)


def _line(cells: Iterable[object]) -> str:
    return "  ".join(f"{cell!s:>12}" for cell in cells)


def _fuzz(cases: int, seed: int) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "tests/parity/test_fuzz.py"]
    environment = {"FUZZ_CASES": str(cases), "FUZZ_SEED": str(seed)}
    return subprocess.run(command, env={**os.environ, **environment}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
