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
# for everybody.
FEW = {"stranger", "owner", "super"}
# A session alone opens the admin: of those who bring a link or a key, some ask.
AT_THE_ADMIN = FEW | {"tenant2", "staff", "guest", "root", "member"}


def room_of(route: str) -> str:
    """Which test asks at this address."""
    return next(room for room, starts in ROOMS.items() if route.startswith(starts))


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
    for route, method in product((each for each in routes() if room_of(each) == room), METHODS):
        row = {name: table.pop((route, method, name), "no cell") for name in world.callers}
        everybody = AT_THE_ADMIN if room == "admin" else set(row)
        few = method in ("HEAD", "OPTIONS") or set(row.values()) == {"405"}
        for name in FEW if few else everybody:
            expected = row[name]
            cell = ask(world, clients[name], world.callers[name], method, route)
            if cell != expected:
                wrong.append(f"/{route} {method} as {name}: written {expected}, answered {cell}")
    left = [cell for cell in table if room_of(cell[0]) == room]
    assert (wrong, left) == ([], [])
