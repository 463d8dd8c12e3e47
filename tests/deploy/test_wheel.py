"""The wheel: built, looked into, installed and started where there is nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.deploy.dockerfile import copy_context
from tests.server.process import Server, until_it_answers
from tests.server.smtp import free_port

pytestmark = [pytest.mark.server, pytest.mark.once]


def test_it_runs_in_an_empty_directory(tmp_path: Path) -> None:
    """It migrates, makes its key, serves and speaks other languages, by both of its names, and
    keeps its data in ./data."""
    wheel = _built(tmp_path)
    python = _installed(wheel, tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    env = kept | {"PORT": str(free_port())}
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [python.with_name("convene"), "serve"], cwd=empty, env=env, stdout=output, stderr=output
        )
    server = Server(f"http://127.0.0.1:{env['PORT']}", empty / "data", log, env, process)
    try:
        until_it_answers(server)
        sent = {"title": "Picnic", "start_time": "2100-05-01T16:00:00Z"}
        made = server.ask("POST", "/api/v1/events", sent).json()["event"]
        page = server.ask("GET", "/", **{"Accept-Language": "de"}).body.decode()
        assert re.findall("<title>(.*)</title>", page) == ["Was ist los · Convene"]
        assert f'href="/e/{made["id"]}"' in page
        (style, *_) = re.findall(r'href="(/static/css/\S+\.css)"', page)
        assert server.ask("GET", style).status == 200
        listed = subprocess.run(
            [python, "-m", "convene", "root_events"],
            cwd=empty,
            env=env,
            check=True,
            capture_output=True,
            text=True,
        )
        assert made["id"] in listed.stdout
    finally:
        process.terminate()
        ended = process.wait(timeout=60)
    assert ended == 0, log.read_text()
    assert [path.name for path in empty.iterdir()] == ["data"]
    assert {"convene.sqlite3", "secret_key", "static"} <= set(os.listdir(empty / "data"))


def _built(folder: Path) -> Path:
    """The wheel of what goes into an image: it holds every folder of that, whole, and besides only
    what starts it."""
    source, built = folder / "source", folder / "built"
    copy_context(source)
    rooms = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*")
        if path.is_file() and path.parent != source
    }
    offline = ("--no-deps", "--no-index", "--no-build-isolation")
    _pip("wheel", *offline, "--wheel-dir", str(built), str(source))
    (wheel,) = built.iterdir()
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == {f"convene/{name}" for name in rooms | {"__main__.py", "manage.py"}}
    return wheel


def _installed(wheel: Path, folder: Path) -> Path:
    """The Python of a new environment that has the wheel, and sees the suite's packages."""
    venv.create(folder / "venv")
    python = folder / "venv" / "bin" / "python"
    packages = sysconfig.get_path("purelib", "venv", {"base": str(folder / "venv")})
    suite = "\n".join({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    (Path(packages) / "suite.pth").write_text(suite)
    _pip("--python", str(python), "install", "--no-deps", "--no-index", str(wheel))
    return python


def _pip(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", *arguments], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
