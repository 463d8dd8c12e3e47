"""The parts of deploy/cluster as processes on loopback, from its very files: 10.0.0.x is
127.0.77.x here, and the loopback of a web machine is that machine's own address."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.throwaway_postgres import find_binaries

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "deploy" / "cluster"
NET = "127.0.77."
DATA, WEB, FRONT = (11, 12, 13), (21, 22, 23), 30
SITE = f"{NET}{FRONT}:8080"
PROGRAMS = ("patroni", "etcd", "haproxy", "pgbouncer", "redis-server", "caddy")
_TICKS = os.sysconf("SC_CLK_TCK")


def missing() -> list[str]:
    """What this machine lacks for a rehearsal."""
    lacks = [name for name in PROGRAMS if shutil.which(name) is None]
    lacks += [] if find_binaries() else ["postgresql"]
    lacks += [] if _moto().exists() else ["moto[server]"]
    return lacks + ([] if os.geteuid() == 0 else ["root, to run PostgreSQL as another user"])


def _moto() -> Path:
    return Path(sys.executable).parent / "moto_server"


@dataclass
class Part:
    """A process that can be killed and started again."""

    name: str
    command: list[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    code: Path = ROOT
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it; what it says goes to its log."""
        inherited = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        # The system's own Python runs Patroni.
        inherited["PATH"] = f"/usr/sbin:/usr/bin:/bin:{inherited.get('PATH', '')}"
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.code,
                env=inherited | dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
            )

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Ends it and whatever it started."""
        if self.process is None:
            return
        for pid in tree(self.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)
        self.process.wait(timeout=60)
        self.process = None


def tree(root: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def processor_seconds(pid: int) -> float:
    """What a process and its descendants have used of a processor so far, in seconds."""
    ticks = 0
    for each in tree(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))
    return ticks / _TICKS


class Cluster:
    """All parts of a cluster in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.parts: dict[str, Part] = {}
        for number in DATA:
            self._data_machine(number)
        for number in WEB:
            self._web_machine(number)
        self._in_front()

    def __getitem__(self, name: str) -> Part:
        return self.parts[name]

    def start(self, *kinds: str) -> None:
        """Starts the parts whose names begin with one of these."""
        for part in self.parts.values():
            if part.name.startswith(kinds):
                part.start()

    def stop(self) -> None:
        """Ends everything, the last first."""
        for number in reversed(DATA):
            self.parts[f"patroni{number}"].kill()
            self.kill_postgres(number)
        for part in reversed(self.parts.values()):
            part.kill()

    def manage(self, *command: str) -> str:
        """What a management command prints, on a worker's settings and with its code."""
        worker = self["worker21"]
        environment = {"PATH": "/usr/bin:/bin", **worker.environment}
        argv = [*worker.command[:2], *command]
        return subprocess.run(
            argv, env=environment, check=True, cwd=worker.code, stdout=subprocess.PIPE, text=True
        ).stdout.strip()

    def switch(self, code: Path) -> None:
        """Convene's processes that are started from now on run this code."""
        for part in self.parts.values():
            if part.name.startswith(("web", "worker")):
                part.code = code
                part.command[1] = str(code / "manage.py")

    # --- PostgreSQL -----------------------------------------------------------------------------

    def postmaster(self, number: int) -> int | None:
        """The process id of a machine's PostgreSQL, which Patroni starts as a process apart."""
        with contextlib.suppress(OSError, IndexError):
            pid = int((self.folder / f"pg{number}" / "postmaster.pid").read_text().split()[0])
            if Path(f"/proc/{pid}").exists():
                return pid
        return None

    def ask(self, number: int, *statements: str, database: str = "postgres") -> list[Any]:
        """The rows of the last of these statements, run as superuser on a machine."""
        url = f"postgres://postgres:change-me-superuser@{NET}{number}:5432/{database}"
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                found = connection.execute(statement.encode())
            return found.fetchall() if found.description else []

    def kill_postgres(self, number: int) -> None:
        """As if its machine lost power."""
        if pid := self.postmaster(number):
            for each in tree(pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)

    def role(self, role: str) -> list[int]:
        """The machines that are ``primary``, ``sync`` or ``replica`` by what Patroni says."""
        return [number for number in DATA if status(f"{NET}{number}:8008", f"/{role}") == 200]

    # --- Files ----------------------------------------------------------------------------------

    def _file(self, name: str, number: int, changes: Mapping[str, str] | None = None) -> Path:
        text = (FILES / name).read_text()
        for old, new in {"127.0.0.1": f"{NET}{number}", **(changes or {})}.items():
            text = text.replace(old, new)
        for old, new in {"10.0.0.0/24": "127.0.0.0/8", "10.0.0.": NET}.items():
            text = text.replace(old, new)
        path = self.folder / f"{number}-{name}"
        path.write_text(text)
        path.chmod(0o644)
        return path

    def _add(self, name: str, command: list[str], **more: object) -> None:
        self.parts[name] = Part(name, command, self.folder, **more)  # type: ignore[arg-type]

    def _data_machine(self, number: int) -> None:
        data, etcd = self.folder / f"pg{number}", self.folder / f"etcd{number}"
        sockets = self.folder / f"sockets{number}"
        for folder in (data, etcd, sockets):
            folder.mkdir(mode=0o700)
            shutil.chown(folder, "postgres", "postgres")
        own = {
            "name: pg1": f"name: pg{number - 10}",
            "listen: 10.0.0.11": f"listen: 10.0.0.{number}",
            "connect_address: 10.0.0.11": f"connect_address: 10.0.0.{number}",
            "/var/lib/postgresql/15/convene": str(data),
            "/usr/lib/postgresql/15/bin": str(find_binaries()),
            "max_connections: 200": "max_connections: 60\n        shared_buffers: 64MB",
        }
        config = self._file("patroni.yml", number, own)
        with config.open("a") as end:
            end.write(f"  parameters:\n    unix_socket_directories: {sockets}\n")
        settings = dict(
            line.split("=", 1)
            for line in self._file("etcd.env", number).read_text().splitlines()
            if line.startswith("ETCD_")
        )
        for name in (
            "ETCD_LISTEN_PEER_URLS",
            "ETCD_LISTEN_CLIENT_URLS",
            "ETCD_INITIAL_ADVERTISE_PEER_URLS",
            "ETCD_ADVERTISE_CLIENT_URLS",
        ):
            settings[name] = settings[name].replace(f"{NET}11", f"{NET}{number}")
        settings |= {"ETCD_NAME": f"pg{number - 10}", "ETCD_DATA_DIR": str(etcd)}
        self._add(f"etcd{number}", ["etcd"], environment=settings, user="postgres")
        self._add(f"patroni{number}", ["/usr/bin/patroni", str(config)], user="postgres")

    def _web_machine(self, number: int) -> None:
        users = self._file("userlist.txt", number)
        lists = {"/etc/pgbouncer/userlist.txt": str(users)}
        balancer = self._file("haproxy.cfg", number)
        self._add(f"haproxy{number}", ["haproxy", "-db", "-f", str(balancer)])
        pooler = self._file("pgbouncer.ini", number, lists)
        self._add(f"pgbouncer{number}", ["pgbouncer", "-q", str(pooler)], user="postgres")
        web = dict(
            line.split("=", 1)
            for line in self._file("convene.env", number).read_text().splitlines()
            if "=" in line and not line.startswith("#")
        )
        data = self.folder / f"convene{number}"
        data.mkdir()
        web |= {
            "DATA_DIR": str(data),
            "STATIC_ROOT": str(self.folder / "static"),
            "HOST": f"{NET}{number}",
            "SITE_URL": f"http://{SITE}",
            "ALLOWED_HOSTS": "*",
            "S3_ENDPOINT_URL": f"http://{NET}{FRONT}:9000",
            "AWS_DEFAULT_REGION": "us-east-1",
            "WEB_WORKERS": "1",
            "THROTTLE_WRITES": "1000000/hour",
            "OUTBOX_LEASE": "5",
        }
        manage = [sys.executable, str(ROOT / "manage.py")]
        serve = [*manage, "serve", "--no-prepare", "--no-worker"]
        self._add(f"web{number}", serve, environment=web)
        if number != WEB[-1]:
            work = {name: said for name, said in web.items() if name != "DATABASE_REPLICA_URL"}
            work["DATABASE_URL"] = work["DATABASE_URL"] + "_work"
            self._add(f"worker{number}", [*manage, "worker"], environment=work)

    def _in_front(self) -> None:
        self._add("redis", ["redis-server", str(self._file("redis.conf", FRONT))])
        caddy = self._file("Caddyfile", FRONT)
        caddy.write_text(caddy.read_text().replace("{\n", "{\n\tadmin off\n", 1))
        self._add(
            "caddy",
            ["caddy", "run", "--adapter", "caddyfile", "--config", str(caddy)],
            environment={"SITE_HOST": f"http://{SITE}", "HOME": str(self.folder)},
        )
        self._add("s3", [str(_moto()), "-H", f"{NET}{FRONT}", "-p", "9000"])


def status(address: str, path: str) -> int:
    """The status of a GET, 0 when nobody answers."""
    connection = http.client.HTTPConnection(address, timeout=4)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def until(true: Callable[[], bool], what: str, seconds: float = 90) -> float:
    """Waits until something is so; how many seconds that took. Raises TimeoutError."""
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > seconds:
            raise TimeoutError(what)
        time.sleep(0.2)
    return time.monotonic() - began
