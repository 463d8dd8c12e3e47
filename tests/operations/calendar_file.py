"""Calendars as other programs write them."""

from __future__ import annotations

from pathlib import Path

_HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Other//Program//EN")
_BERLIN = "TZID=Europe/Berlin"


def entry(*lines: str, **properties: str) -> list[str]:
    """The lines of one event: an evening in 2031, unless ``properties`` say otherwise (empty ones
    are left out). ``lines`` come as they are."""
    told = {"UID": "1@example.org", "SUMMARY": "Choir practice"} | properties
    if not any(line.startswith("DTSTART") for line in lines):
        lines = (
            *(f"DTSTART;{_BERLIN}:20310520T190000", f"DTEND;{_BERLIN}:20310520T210000"),
            *lines,
        )
    said = [f"{name}:{value}" for name, value in told.items() if value]
    return ["BEGIN:VEVENT", *said, *lines, "END:VEVENT"]


def calendar(*parts: list[str]) -> bytes:
    """A file with these components and lines."""
    lines = [*_HEAD, *(line for part in parts for line in part), "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


def write(file: Path, *parts: list[str]) -> Path:
    """The same, written to ``file``."""
    file.write_bytes(calendar(*parts))
    return file
