"""Generated covers: the same for the same number, well-formed, and small."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID
from xml.etree import ElementTree

import pytest

from events.palettes import PALETTES, palette_of, palette_of_seed, seed_of
from pages.covers.addresses import SHAPES
from pages.covers.art import is_night
from pages.covers.svg import cover_svg

pytestmark = pytest.mark.once

# Seeds of every palette with every motif.
SEEDS = [palette + 6 * ((motif << 8) // 6 + 1) for palette in range(6) for motif in range(6)]
EVENING = 1 << 16


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("night", [False, True])
def test_every_cover_is_small_well_formed_and_has_only_its_palette(shape: str, night: bool) -> None:
    width, height = SHAPES[shape]
    seen = set()
    for seed in SEEDS:
        svg = cover_svg(
            seed, width=width, height=height, night=night, date_block=("Nov", "28"), grain=True
        )
        seen.add((seed % 6, (seed >> 8) % 6))
        assert len(svg) < 26_000
        root = ElementTree.fromstring(svg)
        assert (root.get("width"), root.get("height")) == (str(width), str(height))
        fills = {each.get("fill") or each.get("stroke") for each in root.iter()}
        fills -= {None, "none", "url(#g)", "url(#p)"}
        assert fills <= set(palette_of_seed(seed))
        assert "style=" not in svg
        assert "nan" not in svg
    assert len(seen) == 36


def test_a_cover_is_the_same_every_time() -> None:
    first, second, night = (
        cover_svg(seed, width=640, height=400, night=night)
        for seed, night in ((7, False), (7, False), (7, True))
    )
    assert first == second != night
    assert first != cover_svg(8, width=640, height=400, night=False)


def test_the_palette_follows_the_id() -> None:
    ids = [UUID(int=number) for number in range(200)]
    assert {palette_of(each) for each in ids} == set(PALETTES)
    assert palette_of(ids[3]) == palette_of_seed(seed_of(ids[3])) == palette_of(UUID(int=3))
    assert palette_of(None).name == "tomato"


@pytest.mark.parametrize(
    ("hour", "by_seed"),
    [
        (5, {0: True, EVENING: True}),
        (6, {0: False, EVENING: False}),
        (15, {0: False, EVENING: False}),
        (16, {0: False, EVENING: True}),
        (19, {0: False, EVENING: True}),
        (20, {0: True, EVENING: True}),
    ],
)
def test_night_follows_the_hour_and_between_the_seed(hour: int, by_seed: dict[int, bool]) -> None:
    start = datetime(2030, 6, 4, hour, tzinfo=UTC)
    assert {seed: is_night(seed, start) for seed in by_seed} == by_seed
