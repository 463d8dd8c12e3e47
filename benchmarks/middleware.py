"""What a request costs before any view works, in process: `python benchmarks/middleware.py`.

Answers /healthz over and over through the whole stack, once for each setting, each in a process of
its own, and prints the median CPU time of one request in microseconds.
"""

from __future__ import annotations

import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

ROOT = Path(__file__).resolve().parent.parent
OURS = "config.request_log", "operations.metrics"
CASES: dict[str, dict[str, str]] = {
    "without": {"BARE": "on"},
    "request ids (default)": {},
    "access lines": {"ACCESS_LOG": "on"},
    "access lines, JSON": {"LOG_FORMAT": "json"},
    "metrics": {"METRICS": "on"},
}
REQUESTS, ROUNDS, INTERLEAVED = 2000, 7, 3


def main() -> None:
    """Measures every case in interleaved runs and prints the medians."""
    measured: dict[str, list[float]] = {name: [] for name in CASES}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(INTERLEAVED):
            for name, case in CASES.items():
                env = {**os.environ, "DATA_DIR": folder, "PYTHONPATH": str(ROOT), **case}
                env["DJANGO_SETTINGS_MODULE"] = "config.settings"
                run = [sys.executable, __file__, "--one"]
                done = subprocess.run(
                    run, env=env, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
                )
                measured[name].append(float(done.stdout))
    base = statistics.median(measured["without"])
    for name, microseconds in measured.items():
        median = statistics.median(microseconds)
        print(f"{name:24} {median:6.1f} µs   {median - base:+6.1f}")


def one() -> float:
    """CPU microseconds of one request with the settings of this process."""
    if "BARE" in os.environ:
        settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith(OURS)]
    application = get_wsgi_application()
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(REQUESTS):
            answer = application(_environ(), _ignore)
            b"".join(answer)
            answer.close()
        rounds.append((time.process_time() - began) / REQUESTS * 1e6)
    return min(rounds)


def _environ() -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/healthz",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }


def _ignore(*_: Any) -> None:
    return None


if __name__ == "__main__":
    if "--one" in sys.argv:
        print(one())
    else:
        main()
