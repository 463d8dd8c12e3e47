"""Compose, Caddy, systemd: what they say is held against the project and checked by their own
programs."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands, load_command_class

from tests.deploy.dockerfile import ROOT, command, environment, only
from tests.deploy.needs import program

DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
OURS = {name: service for name, service in COMPOSE["services"].items() if "build" in service}


# What comes before a command: manage.py of a checkout, or the program of the wheel.
_PROGRAM = r"(?:manage\.py|(?:^|\$ |-c |exec |--rm worker )convene) "


def _managed() -> list[list[str]]:
    """Every command of deploy/ and the documentation of operations, as arguments."""
    commands = [service["command"] for service in OURS.values()] + [command("CMD")]
    lines = [" ".join(arguments) for arguments in commands]
    lines += [line for unit in UNITS for line in unit.read_text().splitlines()]
    documented = (ROOT / "docs" / "operations.md").read_text()
    lines += re.findall(_PROGRAM + r"[^`\n]+", documented, re.MULTILINE)
    found = [part for line in lines for part in re.findall(_PROGRAM + "([a-z_]+[^&#|;<>]*)", line)]
    return [shlex.split(arguments, posix=True) for arguments in found]


@pytest.mark.parametrize("arguments", _managed(), ids=" ".join)
def test_every_command_exists_with_its_options(arguments: list[str]) -> None:
    """No file tells anybody to run what is not there."""
    name, *rest = arguments
    parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
    known = {option for action in parser._actions for option in action.option_strings}
    assert {word.partition("=")[0] for word in rest if word.startswith("--")} - known == set()


def test_compose_services() -> None:
    """One migrates, then web serves without preparing and a worker works; only Caddy is open."""
    assert {name: service["command"][1:] for name, service in OURS.items()} == {
        "migrate": ["migrate", "--no-input"],
        "web": ["serve", "--no-prepare", "--no-worker"],
        "worker": ["worker"],
    }
    for service in OURS.values():
        assert (service["build"]["context"], service["build"]["dockerfile"]) == (
            "..",
            str((DEPLOY / "Dockerfile").relative_to(ROOT)),
        )
        assert service["volumes"] == [f"data:{only('VOLUME')}"]
        assert service["read_only"]
    for name in ("web", "worker"):
        waits = OURS[name]["depends_on"]["migrate"]["condition"]
        assert waits == "service_completed_successfully"
    open_services = {name for name, service in COMPOSE["services"].items() if "ports" in service}
    assert open_services == {"caddy"}
    assert "healthcheck" not in OURS["web"]  # the image's own
    assert OURS["worker"]["healthcheck"] == {"disable": True}


def test_compose_names_only_what_is_there() -> None:
    """Volumes, services that are waited for, hosts in URLs, mounted files; healthy is asked only of
    services with a check."""
    services = COMPOSE["services"]
    for service in services.values():
        for other, wait in service.get("depends_on", {}).items():
            checked = "healthcheck" in services[other] or other == "web"
            assert checked or wait["condition"] != "service_healthy", other
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            assert source in COMPOSE["volumes"] or (DEPLOY / source).is_file(), mount
    urls = OURS["web"]["environment"]
    assert re.findall(r"@?(\w+):\d+/", urls["DATABASE_URL"] + urls["CACHE_URL"]) == [
        "postgres",
        "redis",
    ]


def test_proxy_and_image_agree_on_the_port() -> None:
    """Where Caddy sends requests is where the image listens."""
    caddyfile = (DEPLOY / "Caddyfile").read_text()
    (upstream,) = re.findall(r"reverse_proxy (\S+)", caddyfile)
    assert upstream == f"web:{environment()['PORT']}"
    assert only("EXPOSE") == environment()["PORT"]
    assert environment()["HOST"] == "0.0.0.0"


def test_who_stops_a_server_waits_longer_than_its_requests_may_take() -> None:
    """Docker and systemd kill only after the server itself would have."""
    source = (ROOT / "operations" / "management" / "commands" / "serve.py").read_text()
    (own,) = re.findall(r"workers_kill_timeout=(\d+)", source)
    waits = [OURS["web"]["stop_grace_period"], OURS["worker"]["stop_grace_period"]]
    for unit in ("convene.service", "convene-worker.service"):
        waits += re.findall(r"TimeoutStopSec=(\d+)", (DEPLOY / "systemd" / unit).read_text())
    assert len(waits) == 4
    assert min(int(wait.removesuffix("s")) for wait in waits) > int(own)
    assert "KillMode=mixed" in (DEPLOY / "systemd" / "convene.service").read_text()


def _settings() -> str:
    """The source of what reads the environment."""
    names = ("settings.py", "instance.py", "database.py")
    return "".join((ROOT / "config" / name).read_text() for name in names)


def test_example_environment_has_only_what_is_read() -> None:
    """Each variable of env.example is a setting or one of compose's; compose's are all in it."""
    example = (DEPLOY / "env.example").read_text()
    named = set(re.findall(r"^#?([A-Z][A-Z_]+)=", example, re.MULTILINE))
    settings = _settings()
    compose = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text()))
    assert {name for name in named if f'"{name}"' not in settings} - compose == set()
    assert compose - named == set()


def test_every_setting_is_documented() -> None:
    """Whatever the settings read from the environment has its line in docs/operations.md."""
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_0-9]+)"', _settings()))
    documented = (ROOT / "docs" / "operations.md").read_text()
    assert {name for name in read if f"`{name}`" not in documented} == set()


@pytest.mark.parametrize("folder", [DEPLOY, DEPLOY / "cluster"])
def test_caddy_takes_its_file(tmp_path: Path, folder: Path) -> None:
    """Caddy itself reads it, formatted as Caddy formats."""
    caddy = program("caddy")
    env = {"SITE_HOST": "events.example.org", "HOME": str(tmp_path)}
    file = str(folder / "Caddyfile")
    validate = [caddy, "validate", "--adapter", "caddyfile", "--config", file]
    done = subprocess.run(validate, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    formatted = subprocess.run([caddy, "fmt", file], env=env, capture_output=True, text=True)
    assert formatted.stdout == (folder / "Caddyfile").read_text()


def test_systemd_takes_its_units(tmp_path: Path) -> None:
    """systemd finds nothing wrong with them, and each service well closed off."""
    analyze = program("systemd-analyze")
    for unit in UNITS:
        # The interpreter has to be there; on this machine it is another one.
        text = unit.read_text().replace("/opt/convene/.venv/bin/python", sys.executable)
        (tmp_path / unit.name).write_text(text)
    copies = [str(tmp_path / unit.name) for unit in UNITS]
    done = subprocess.run([analyze, "verify", "--man=no", *copies], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    for service in SERVICES:
        closed = [analyze, "security", "--offline=true", "--threshold=20"]
        done = subprocess.run(
            [*closed, str(tmp_path / service.name)], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout


def test_units_share_one_place() -> None:
    """User, folders, environment and hardening are the same in all of them."""
    shared = [set(service.read_text().splitlines()) for service in SERVICES]
    hardening = "NoNewPrivileges=yes ProtectSystem=strict PrivateTmp=yes CapabilityBoundingSet="
    expected = {"User=convene", "Environment=DATA_DIR=/var/lib/convene", *hardening.split()}
    assert [expected - lines for lines in shared] == [set()] * len(SERVICES)


@pytest.mark.parametrize("wrong", ["[Service]\nExecStart=/nowhere/to/be/found\n"])
def test_the_check_of_units_can_fail(tmp_path: Path, wrong: str) -> None:
    """A service whose program is missing is refused."""
    analyze = program("systemd-analyze")
    unit = tmp_path / "wrong.service"
    shutil.copy(SERVICES[0], unit)
    unit.write_text(wrong)
    done = subprocess.run([analyze, "verify", "--man=no", str(unit)], capture_output=True)
    assert done.returncode != 0
