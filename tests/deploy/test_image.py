"""The container image: its steps are done in a fresh prefix, and what they made is started."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.dockerfile import (
    ROOT,
    beneath,
    command,
    copy_context,
    environment,
    only,
    steps,
)
from tests.deploy.needs import leave_out, program
from tests.server.prepared import database_file
from tests.server.smtp import free_port

USER = 10001


@pytest.fixture
def prefix() -> Iterator[Path]:
    """An empty folder that every user may enter, in the place of the image's root."""
    folder = Path(tempfile.mkdtemp(prefix="convene-image-"))
    folder.chmod(0o755)
    (folder / "tmp").mkdir(mode=0o777)
    (folder / "tmp").chmod(0o777)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.server
def test_every_step_works_and_the_image_serves(prefix: Path) -> None:
    """Each COPY and RUN in a fresh prefix; then CMD as the image's user with its environment:
    healthy and ready, unable to write its own code, and ended by STOPSIGNAL with 0."""
    if os.geteuid() != 0:
        leave_out("only root can start a process as another user")
    if "CONVENE_TESTS_SKIP_NOTHING" not in os.environ and not _index_reachable(prefix):
        leave_out("the package index cannot be reached")
    _build(prefix)
    # As if it had run before: the wheel's test is of a first start, which migrates everything.
    database = shutil.copy2(database_file(), prefix / "data")
    os.chown(database, USER, USER)
    port = str(free_port())
    env = {name: beneath(prefix, value) for name, value in environment().items()} | {"PORT": port}
    with _started(prefix, env) as process:
        _until_healthy(prefix, env, process)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30) as answer:
            assert answer.read() == b'{"status":"ready"}'
        style = next(Path(env["STATIC_ROOT"]).glob("css/*.css"))
        url = f"http://127.0.0.1:{port}/static/css/{style.name}"
        with urllib.request.urlopen(url, timeout=30) as answer:
            assert answer.read() == style.read_bytes()
        assert {path.stat().st_uid for path in (prefix / "opt").rglob("*")} == {0}
        assert {path.stat().st_uid for path in (prefix / "data").rglob("*")} == {USER}
        process.send_signal(getattr(signal, only("STOPSIGNAL")))
        assert process.wait(timeout=60) == 0
    assert _healthcheck(prefix, env) != 0


def test_the_image_runs_as_nobody_and_holds_no_tools() -> None:
    """A numeric user that is not root; nothing is installed in the last stage; no tests, no data
    and no history in it."""
    instructions = steps()
    last = max(number for number, step in enumerate(instructions) if step.word == "FROM")
    words = [step.word for step in instructions[last:]]
    assert "RUN" not in words
    assert "ADD" not in words
    assert only("USER") == f"{USER}:{USER}"
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".git", "tests", "data", "deploy"} <= set(ignored)


def _index_reachable(prefix: Path) -> bool:
    asked = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "segno"]
    return subprocess.run([*asked, "--dest", prefix / "tmp" / "probe"]).returncode == 0


def _build(prefix: Path) -> None:
    """The instructions in order; of the last stage there is only COPY, from the same places."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {name: os.environ[name] for name in os.environ if name.startswith(("PIP_", "SSL_"))}
    # But for what is imported: most of it never is. The variable sets what the option turns off.
    kept["PIP_NO_COMPILE"] = "0"
    folder = prefix
    for step in steps():
        match step.word:
            case "WORKDIR":
                folder = Path(beneath(prefix, step.rest))
                folder.mkdir(parents=True, exist_ok=True)
            case "COPY" if step.rest.startswith("--from="):
                _, source, target = step.rest.split()
                assert source == target
                assert Path(beneath(prefix, source)).is_dir()
            case "COPY" if step.rest == ". .":
                copy_context(folder)
            case "COPY":
                *names, _ = step.rest.split()
                for name in names:
                    shutil.copy2(ROOT / name, folder)
            case "RUN":
                run = beneath(prefix, step.rest)
                done = subprocess.run(
                    run, shell=True, cwd=folder, env={"PATH": path, **kept}, capture_output=True
                )
                assert done.returncode == 0, f"{run}\n{done.stdout!r}\n{done.stderr!r}"


@contextlib.contextmanager
def _started(prefix: Path, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """CMD as the image's user, who may also look into folders of others: this machine's Python may
    lie in one. Writing takes the permissions of that user alone."""
    user, _, group = only("USER").partition(":")
    become = [program("setpriv"), f"--reuid={user}", f"--regid={group}", "--clear-groups"]
    become += ["--inh-caps=-all,+dac_read_search", "--ambient-caps=+dac_read_search"]
    become += ["--bounding-set=-all,+dac_read_search", "--no-new-privs"]
    run = [beneath(prefix, argument) for argument in command("CMD")]
    process = subprocess.Popen([*become, *run], cwd=prefix, env=env)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=60)


def _healthcheck(prefix: Path, env: dict[str, str]) -> int:
    run = subprocess.run(command("HEALTHCHECK"), cwd=prefix, env=env, stderr=subprocess.DEVNULL)
    return run.returncode


def _until_healthy(prefix: Path, env: dict[str, str], process: subprocess.Popen[bytes]) -> None:
    while _healthcheck(prefix, env) != 0:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=1)
        assert process.poll() is None
