"""Everybody at every address with every method, against the table in matrix.txt."""

from __future__ import annotations

from itertools import product

import pytest

from tests.access.asking import METHODS, ask, routes
from tests.access.matrix import TABLE, Cells, written
from tests.access.world import make_world

pytestmark = [pytest.mark.slow, pytest.mark.once, pytest.mark.django_db]

ROOMS = {
    "tenant": (
        *("api/v1/community-events", "api/v1/community/", "api/v1/webhooks"),
        "api/v1/changes",
    ),
    "communities": ("api/v1/communities/",),
    "capability": ("api/v1/",),
    "social": ("social/",),
    "admin": ("admin/",),
    "pages": ("",),
}


# Which methods an address has is no matter of who asks, nor is HEAD another one than GET: these ask
# for everybody, one at a time.
FEW = ("stranger", "owner", "super")
# A session alone opens the admin: of those who bring a link or a key, one asks at a time.
SIGNED_IN = ("tenant2", "staff", "super")
# Pages know cookies and sessions: of those who bring but a key, one asks at a time.
WITH_A_KEY = ("root", "pk", "colleague", "creator")
# What is the same for everybody is asked by these, and by one more at a time.
OF_EVERY_KIND = ("stranger", "guest", "viewer", "owner", "super")


def room_of(route: str) -> str:
    """Which test asks at this address."""
    return next(room for room, starts in ROOMS.items() if route.startswith(starts))


def askers(room: str, row: dict[str, str], method: str, turn: int) -> set[str]:
    """Who asks for a row of the table: whoever may be answered differently, and of those whom the
    room takes for the same, another one at each ``turn``."""
    told, names = set(row.values()), list(row)
    if method in ("HEAD", "OPTIONS") or told == {"405"}:
        return {FEW[turn % len(FEW)]}
    if "405" in told and told <= {"401", "403", "405"}:
        return {*FEW, names[turn % len(names)]}
    if room == "admin":
        others = [name for name in names if name not in SIGNED_IN]
        return {*SIGNED_IN, others[turn % len(others)]}
    if len(told) == 1:
        return {*OF_EVERY_KIND, names[turn % len(names)]}
    if room == "pages":
        return {*names} - {*WITH_A_KEY} | {WITH_A_KEY[turn % len(WITH_A_KEY)]}
    return {*names}


def test_every_address_has_its_row() -> None:
    """A new one gets a row, one that is gone loses it."""
    assert {route for route, _, _ in written(TABLE.read_text())} == set(routes())


@pytest.mark.parametrize("room", ROOMS)
def test_what_everybody_is_answered(room: str) -> None:
    """Each cell is as written: the status, and the secrets that the answer tells."""
    world = make_world()
    clients = {name: caller.client() for name, caller in world.callers.items()}
    wrong = []
    table: Cells = written(TABLE.read_text())
    rows = product((each for each in routes() if room_of(each) == room), METHODS)
    for turn, (route, method) in enumerate(rows):
        row = {name: table.pop((route, method, name), "no cell") for name in world.callers}
        for name in askers(room, row, method, turn):
            expected = row[name]
            cell = ask(world, clients[name], world.callers[name], method, route)
            if cell != expected:
                wrong.append(f"/{route} {method} as {name}: written {expected}, answered {cell}")
    left = [cell for cell in table if room_of(cell[0]) == room]
    assert (wrong, left) == ([], [])
