"""What came of a measurement, as a table and as JSON."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from load import Sample
from targets import DETAIL, RSVP

RESULTS = Path(__file__).resolve().parent / "results"
OURS, FLOOR, PEER = "convene", "floor", "peer"


class Round(NamedTuple):
    """One sample, and the CPU seconds that server and database took for it, if they are ours."""

    sample: Sample
    cpu: dict[str, float]


Rounds = dict[tuple[str, str], list[Round]]


def figures(rounds: Sequence[Round]) -> dict[str, float]:
    """Requests a second, milliseconds and CPU microseconds of one case: medians, with the lowest
    and the highest rate."""
    rates = [each.sample.requests / each.sample.seconds for each in rounds]
    told = {
        "requests_per_second": statistics.median(rates),
        "lowest": min(rates),
        "highest": max(rates),
        "p50_ms": statistics.median(each.sample.p50 for each in rounds),
        "p99_ms": statistics.median(each.sample.p99 for each in rounds),
    }
    for name in rounds[0].cpu:
        spent = [each.cpu[name] / each.sample.requests * 1e6 for each in rounds]
        told[f"{name}_cpu_us"] = statistics.median(spent)
    return told


def collect(rounds: Rounds) -> dict[str, dict[str, dict[str, float]]]:
    """Figures by target and case, with the ratios to the floors and to the peer of the same run.

    ``of_detail_floor`` compares requests a second with the plain SQL that reads one event.
    ``of_floor`` does so too, except that RSVPs are compared with the plain SQL that stores one.
    ``cpu_of_floor`` compares CPU time, which other load on the machine disturbs less.
    """
    told: dict[str, dict[str, dict[str, float]]] = {}
    for (target, case), each in rounds.items():
        told.setdefault(target, {})[case] = figures(each)
    for target, cases in told.items():
        if target in (FLOOR, PEER) or target.startswith(f"{FLOOR} "):
            continue
        floors = told.get(target.replace(OURS, FLOOR), {})
        for case, ours in cases.items():
            own = floors.get(RSVP if case.startswith(RSVP) else DETAIL)
            if own is not None:
                ours["of_floor"] = _ratio(ours, own)
                # A handful of requests may take less time than Linux counts.
                ours["cpu_of_floor"] = _cpu(own) / max(_cpu(ours), 1.0)
            if DETAIL in floors:
                ours["of_detail_floor"] = _ratio(ours, floors[DETAIL])
            if peer := told.get(PEER, {}).get(case):
                ours["of_peer"] = _ratio(ours, peer)
    return told


def table(told: dict[str, dict[str, dict[str, float]]]) -> str:
    """All of it in Markdown."""
    heads = ["server", "case", "req/s", "lowest–highest", "CPU µs", "p50 ms", "p99 ms"]
    heads += ["× peer", "of floor", "by CPU", "of detail floor"]
    rows = []
    for target, cases in told.items():
        for case, each in cases.items():
            cpu = "–" if "server_cpu_us" not in each else f"{each['server_cpu_us']:.0f}"
            if "database_cpu_us" in each:
                cpu += f" + {each['database_cpu_us']:.0f}"
            rows.append(
                [
                    target,
                    case,
                    f"{each['requests_per_second']:,.0f}",
                    f"{each['lowest']:,.0f}–{each['highest']:,.0f}",
                    cpu,
                    f"{each['p50_ms']:.1f}",
                    f"{each['p99_ms']:.1f}",
                    *(
                        f"{each[name]:.2f}" if name in each else ""
                        for name in ("of_peer", "of_floor", "cpu_of_floor", "of_detail_floor")
                    ),
                ]
            )
    return in_markdown(heads, rows)


def in_markdown(heads: list[str], rows: Sequence[list[str]]) -> str:
    """A table; all columns but the first two are aligned to the right."""
    lines = [heads, ["---", "---", *["--:"] * (len(heads) - 2)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def surroundings() -> dict[str, Any]:
    """When and where it was measured, and what else the machine was doing."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
        "python": platform.python_version(),
        "load_average": round(os.getloadavg()[0], 1),
    }


def keep(name: str, told: dict[str, Any], text: str) -> Path:
    """Writes figures and text into results/, as two files named after the day."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{told['date'][:10]}-{name}.md"
    said = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in _surroundings_of(told))
    path.write_text(f"# {name}\n\n{said}\n\n{text}\n")
    write(path.with_suffix(".json"), told)
    return path


def _surroundings_of(told: dict[str, Any]) -> list[tuple[str, Any]]:
    """What a result says beside its figures."""
    return [(key, value) for key, value in told.items() if not isinstance(value, dict | list)]


def write(path: Path, told: dict[str, Any]) -> None:
    """Writes it as JSON, to four digits."""
    path.write_text(json.dumps(_rounded(told), indent=1) + "\n")


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def _ratio(ours: dict[str, float], other: dict[str, float]) -> float:
    return ours["requests_per_second"] / other["requests_per_second"]


def _cpu(each: dict[str, float]) -> float:
    return each["server_cpu_us"] + each.get("database_cpu_us", 0.0)
