"""The six motifs. Each draws itself on a picture of any shape, the same for the same number: what
is random is a share of the width or the height, and is asked for in the same order."""

from __future__ import annotations

import math

from pages.covers.quilt import quilt
from pages.covers.scene import Scene
from pages.covers.shapes import (
    Disc,
    Path,
    Stroke,
    arch,
    ellipse,
    hill,
    rounded,
)


def sun(scene: Scene) -> None:
    """A disc with halos above three hills."""
    picture, colours, night, random = scene
    width, height = picture.width, picture.height
    x, y = width * random.uniform(0.56, 0.74), height * random.uniform(0.4, 0.5)
    radius = 0.3 * scene.short
    halo, disc = (colours.main, colours.ground) if night else (colours.second, colours.main)
    for times, opacity in ((2.1, 0.16), (1.62, 0.26), (1.26, 0.4)):
        scene.add(Disc(x, y, radius * times, halo, opacity))
    scene.add(Disc(x, y, radius, disc))
    levels = ((0.66, colours.second), (0.78, colours.main), (0.9, colours.deep))
    for level, fill in levels:
        amplitude = height * random.uniform(0.07, 0.11)
        length, phase = width * random.uniform(0.42, 0.6), random.uniform(0, 2)
        scene.add(
            hill(
                picture,
                height * level,
                amplitude=amplitude,
                length=length,
                phase=phase,
                fill=fill,
                opacity=0.93,
                multiply=not night and fill != colours.deep,
            )
        )


def arches(scene: Scene) -> None:
    """Three rainbows that stand on the ground, and a small disc."""
    picture, colours, night, random = scene
    width, height, short = picture.width, picture.height, scene.short
    light = colours.ground if night else colours.light
    a, b, c = colours.main, colours.second, colours.deep
    places = [0.2, 0.52, 0.86]
    random.shuffle(places)
    corner = 0.93 if places[0] < 0.6 else 0.07
    scene.add(Disc(width * corner, height * 0.1, 0.085 * short, b if night else a))
    sizes = ((0.46, 0.92), (0.34, 0.66), (0.25, 0.46))
    bands = ((a, b, light, c), (c, a, b, light), (b, light, a, c))
    for place, (share, tall), fills in zip(places, sizes, bands, strict=True):
        radius, top = share * short, height * (1 - tall)
        for band, fill in enumerate(fills):
            inset = band * 0.235 * radius
            scene.add(arch(width * place, top + inset, radius - inset, height + 1, fill))


def lanterns(scene: Scene) -> None:
    """Three strings of lamps over a hill."""
    picture, colours, night, random = scene
    width, height, short = picture.width, picture.height, scene.short
    lamp_colours = [colours.main, colours.second, colours.ground if night else colours.light]
    line, dark = (colours.light, colours.darkest) if night else (colours.deep, colours.deep)
    scene.add(
        hill(
            picture,
            height * 0.93,
            amplitude=height * 0.05,
            length=width * 0.6,
            phase=random.uniform(0, 2),
            fill=colours.deep,
            opacity=0.9,
        )
    )
    last = -1
    for count, share, level in ((5, 0.075, 0.13), (6, 0.1, 0.36), (4, 0.15, 0.6)):
        radius = share * short
        count = max(count, round(count * width / (2.6 * height)))
        sag = height * random.uniform(0.09, 0.14)
        left, right = (height * (level + random.uniform(-0.06, 0.06)) for _ in range(2))
        control = (left + right) / 2 + 2 * sag
        # One quadratic curve, written as a cubic one.
        thirds = (width / 3, (left + 2 * control) / 3), (width * 2 / 3, (right + 2 * control) / 3)
        scene.add(Stroke((0, left), [(*thirds, (width, right))], line, short * 0.006, 0.6))
        shift = random.uniform(-0.35, 0.35)
        for index in range(count):
            share_of_width = (index + 0.5 + shift) / count
            t = min(max(share_of_width, 0), 1)
            y = (1 - t) ** 2 * left + 2 * t * (1 - t) * control + t * t * right
            last = (last + random.choice((1, 2))) % 3
            kind = random.randrange(3)
            _lamp(scene, (width * share_of_width, y), radius, lamp_colours[last], kind, dark)


def _lamp(
    scene: Scene, top: tuple[float, float], radius: float, fill: str, kind: int, dark: str
) -> None:
    x, y = top[0], top[1] + radius * 1.05
    if scene.night:
        scene.add(Disc(x, y, radius * 1.75, fill, 0.13))
    if kind == 0:
        scene.add(Disc(x, y, radius, fill))
    elif kind == 1:
        scene.add(
            rounded(x - 0.84 * radius, y - radius, 1.68 * radius, 2 * radius, 0.36 * radius, fill)
        )
    else:
        scene.add(_drop(x, y, radius, fill))
    for rib in (-0.36, 0, 0.36):
        start, end = (x + rib * radius, y - 0.5 * radius), (x + rib * radius, y + 0.5 * radius)
        scene.add(Stroke(start, [(end,)], scene.colours.darkest, radius * 0.045, 0.4))
    cap = rounded(x - 0.5 * radius, y - 1.1 * radius, radius, 0.2 * radius, 0.1 * radius, dark)
    scene.add(cap)


def _drop(x: float, y: float, radius: float, fill: str) -> Path:
    left, right, tip = (x - radius, y - 0.1 * radius), (x + radius, y - 0.1 * radius), y + radius
    top = y - radius
    return Path(
        left,
        [
            ((left[0], y - 0.65 * radius), (x - 0.55 * radius, top), (x, top)),
            ((x + 0.55 * radius, top), (right[0], y - 0.65 * radius), right),
            ((right[0], y + 0.5 * radius), (x + 0.3 * radius, y + 0.75 * radius), (x, tip)),
            ((x - 0.3 * radius, y + 0.75 * radius), (left[0], y + 0.5 * radius), left),
        ],
        fill,
    )


def petals(scene: Scene) -> None:
    """A large flower between four that the edges crop, and three more where there is much room."""
    picture, colours, night, random = scene
    width, height, short = picture.width, picture.height, scene.short
    middle = colours.ground if night else colours.second
    a, b, c = colours.main, colours.second, colours.deep
    corners = [
        ((0.14, 0.16), 0.27, b, c if not night else a),
        ((0.98, 0.04), 0.24, middle if night else a, b),
        ((0.16, 0.95), 0.3, c, b),
        ((0.95, 0.94), 0.22, b, a),
    ]
    if width > 2 * height:
        corners += [
            ((0.31, 0.84), 0.42, b, a),
            ((0.46, 0.06), 0.26, a, b),
            ((0.82, 0.3), 0.32, b, a),
        ]
    for (x, y), share, fill, heart in corners:
        place = (
            width * (x + random.uniform(-0.03, 0.03)),
            height * (y + random.uniform(-0.04, 0.04)),
        )
        _flower(scene, place, share * short, fill, heart)
    x, y = width * random.uniform(0.6, 0.68), height * random.uniform(0.44, 0.52)
    _flower(scene, (x, y), 0.56 * short, a, middle)


def _flower(
    scene: Scene, centre: tuple[float, float], radius: float, fill: str, heart: str
) -> None:
    x, y = centre
    turn = scene.random.uniform(0, math.tau / 8)
    # By day overlapping petals darken each other; at night every other one lies in front.
    order = (1, 3, 5, 7, 0, 2, 4, 6) if scene.night else range(8)
    for petal in order:
        angle = turn + petal * math.tau / 8
        at = x + 0.56 * radius * math.cos(angle), y + 0.56 * radius * math.sin(angle)
        opacity = (0.62 if petal % 2 else 0.97) if scene.night else 0.9
        radii = (0.46 * radius, 0.34 * radius)
        scene.add(ellipse(at, radii, angle, fill, opacity, not scene.night))
    scene.add(Disc(x, y, 0.19 * radius, heart))


def waves(scene: Scene) -> None:
    """Seven bands in front of a disc."""
    picture, colours, night, random = scene
    width, height = picture.width, picture.height
    disc = colours.ground if night else colours.second
    x, y = width * random.uniform(0.56, 0.74), height * random.uniform(0.24, 0.3)
    scene.add(Disc(x, y, 0.2 * scene.short, disc))
    a, b, c = colours.main, colours.second, colours.deep
    fills = (c, a, b, a, colours.ground, a, c) if night else (a, b, a, c, a, colours.light, c)
    length, phase = width * random.uniform(0.42, 0.55), random.uniform(0, 2)
    amplitude = height * random.uniform(0.07, 0.1)
    drift = random.uniform(0.06, 0.16)
    for band, fill in enumerate(fills):
        scene.add(
            hill(
                picture,
                height * (0.3 + 0.105 * band),
                amplitude=amplitude * (1 - 0.05 * band),
                length=length,
                phase=(phase + drift * band) % 2,
                fill=fill,
                opacity=0.95 if band else 1,
            )
        )


MOTIFS = (sun, arches, quilt, lanterns, petals, waves)
