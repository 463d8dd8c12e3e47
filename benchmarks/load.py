"""Load on one address: by wrk if it is installed, else by Python, whose requests cost more."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from typing import NamedTuple

from server import Http, pinned

WRK = shutil.which("wrk")
# More processes than these would only wait for each other on one core.
_PROCESSES = 4
_SCRIPT = """
local asked = { %(asked)s }
local requests, turn = {}, 0
init = function()
  for number, one in ipairs(asked) do
    requests[number] = wrk.format(one.method, one.path, one.headers, one.body)
  end
end
request = function()
  turn = turn %% #requests + 1
  return requests[turn]
end
done = function(summary, latency)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    '\\n{"requests": %%d, "seconds": %%f, "p50": %%f, "p99": %%f, "refused": %%d, "lost": %%d}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, errors.status, lost))
end
"""


class Case(NamedTuple):
    """A request that is sent over and over; ``status`` is the right answer's."""

    path: str
    method: str = "GET"
    body: bytes | None = None
    headers: dict[str, str] = {}
    status: int = 200


class Sample(NamedTuple):
    """One measurement. ``p50`` and ``p99`` are milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float


def measure(
    base: str,
    cases: Sequence[Case],
    *,
    seconds: float,
    connections: int,
    core: int | None,
    by_wrk: bool,
) -> Sample:
    """Sends the cases in turn for ``seconds``, by wrk for at least one. Raises RuntimeError when
    a case is answered wrongly."""
    _check(base, cases)
    send = _by_wrk if by_wrk else _by_python
    sample = send(base, cases, seconds, connections, core)
    _check(base, cases)
    return sample


def _check(base: str, cases: Sequence[Case]) -> None:
    """Each case, once, because wrk does not tell a 200 from a 304."""
    server = Http(base)
    for case in cases:
        status, _, body = server.ask(case.method, case.path, case.body, case.headers)
        if status != case.status:
            told = f"{case.method} {case.path} answered {status}, not {case.status}"
            raise RuntimeError(f"{told}: {body[:200]!r}")


def _by_wrk(
    base: str, cases: Sequence[Case], seconds: float, connections: int, core: int | None
) -> Sample:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_SCRIPT % {"asked": ", ".join(map(_in_lua, cases))})
        script.flush()
        command = [str(WRK), "--threads", "1", "--connections", str(connections), "--latency"]
        command += ["--timeout", "30s", "--duration", f"{max(1, round(seconds))}s"]
        done = subprocess.run(
            [*command, "--script", script.name, base],
            check=True,
            capture_output=True,
            text=True,
            preexec_fn=pinned(core),
        )
    told = json.loads(done.stdout.strip().splitlines()[-1])
    if told["refused"] or told["lost"]:
        raise RuntimeError(f"{cases[0].path}: {told['refused']} refused, {told['lost']} lost")
    return Sample(told["requests"], told["seconds"], told["p50"], told["p99"])


def _in_lua(case: Case) -> str:
    # An ASCII string of JSON is one of Lua, too.
    headers = ", ".join(f"[{json.dumps(k)}] = {json.dumps(v)}" for k, v in case.headers.items())
    body = "nil" if case.body is None else json.dumps(case.body.decode("ascii"))
    method, path = json.dumps(case.method), json.dumps(case.path)
    return f"{{ method = {method}, path = {path}, headers = {{ {headers} }}, body = {body} }}"


def _by_python(
    base: str, cases: Sequence[Case], seconds: float, connections: int, core: int | None
) -> Sample:
    jobs = [(base, list(cases), seconds)] * min(connections, _PROCESSES)
    with multiprocessing.Pool(len(jobs), initializer=pinned(core)) as pool:
        times = [one for each in pool.starmap(_ask, jobs) for one in each]
    cuts = statistics.quantiles(times, n=100)
    return Sample(len(times), seconds, cuts[49], cuts[98])


def _ask(base: str, cases: list[Case], seconds: float) -> list[float]:
    """Milliseconds of each request answered on one connection within ``seconds``."""
    server, times = Http(base), []
    until = time.monotonic() + seconds
    while time.monotonic() < until or len(times) < 2:
        case = cases[len(times) % len(cases)]
        begun = time.perf_counter()
        status, _, _ = server.ask(case.method, case.path, case.body, case.headers)
        times.append((time.perf_counter() - begun) * 1000)
        if status != case.status:
            raise RuntimeError(f"{case.method} {case.path} answered {status}")
    return times
