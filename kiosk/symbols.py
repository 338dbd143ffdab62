"""The kiosk's symbols on a grid of 48, stroke 3.5, round ends, no fill.

A symbol is a list of strokes; a stroke is a list of points. Curves are given by three small words
and flattened here, so that whoever draws needs to know polylines only.
"""

from __future__ import annotations

import functools
import math

Point = tuple[float, float]
Stroke = list[Point]

STROKE = 3.5
GRID = 48


def arc(cx: float, cy: float, radius: float, start: float, end: float, steps: int = 24) -> Stroke:
    """Return an arc; angles in degrees, 0 to the right, growing clockwise since y points down."""
    span = math.radians(end - start)
    first = math.radians(start)
    return [
        (cx + radius * math.cos(first + span * i / steps), cy + radius * math.sin(first + span * i / steps))
        for i in range(steps + 1)
    ]


def circle(cx: float, cy: float, radius: float) -> Stroke:
    """Return a whole circle."""
    return arc(cx, cy, radius, 0, 360, 40)


def bend(start: Point, first: Point, second: Point, end: Point, steps: int = 16) -> Stroke:
    """Return a cubic curve from `start` to `end`, drawn towards its two control points."""
    found = []
    for i in range(steps + 1):
        t = i / steps
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        points = (start, first, second, end)
        found.append(
            (
                sum(weight * point[0] for weight, point in zip(weights, points, strict=True)),
                sum(weight * point[1] for weight, point in zip(weights, points, strict=True)),
            )
        )
    return found


def frame(x: float, y: float, w: float, h: float, radius: float = 2) -> Stroke:
    """Return a rectangle with round corners."""
    right, low = x + w - radius, y + h - radius
    return [
        *arc(right, y + radius, radius, -90, 0, 6),
        *arc(right, low, radius, 0, 90, 6),
        *arc(x + radius, low, radius, 90, 180, 6),
        *arc(x + radius, y + radius, radius, 180, 270, 6),
        (right, y),
    ]


def path(*numbers: float) -> Stroke:
    """Return a polyline from alternating x and y."""
    return list(zip(numbers[::2], numbers[1::2], strict=True))


@functools.cache
def strokes(name: str) -> list[Stroke]:
    """Return the strokes of a symbol; raises KeyError for an unknown name."""
    return _SYMBOLS[name]


_PERSON = [
    circle(18, 15, 7),
    [*bend((5, 41), (5, 32), (9, 27), (18, 27)), *bend((18, 27), (27, 27), (31, 32), (31, 41))],
]
_HOUSE = [path(6, 23, 24, 8, 42, 23)]
_RECEIPT = [
    path(10, 5, 38, 5, 38, 42, 33.3, 38, 28.6, 42, 24, 38, 19.4, 42, 14.7, 38, 10, 42, 10, 5),
    path(17, 14, 31, 14),
    path(17, 22, 31, 22),
    path(17, 29, 25, 29),
]
_PRINTER = [
    path(13, 18, 13, 7, 35, 7, 35, 18),
    path(13, 33, 6, 33, 6, 18, 42, 18, 42, 33, 35, 33),
    frame(13, 27, 22, 15, 0.5),
    path(19, 34.5, 29, 34.5),
]
_AWNING = [
    (7, 19),
    (10, 8),
    (38, 8),
    (41, 19),
    *arc(36.7, 19, 4.3, 0, 180, 8),
    *arc(28.2, 19, 4.2, 0, 180, 8),
    *arc(19.8, 19, 4.2, 0, 180, 8),
    *arc(11.3, 19, 4.3, 0, 180, 8),
]

_SYMBOLS: dict[str, list[Stroke]] = {
    "storefront": [
        _AWNING,
        path(7, 19, 41, 19),
        path(10, 25, 10, 40, 38, 40, 38, 25),
        path(20, 40, 20, 30, 28, 30, 28, 40),
    ],
    "house-key": [
        *_HOUSE,
        path(11, 20, 11, 40, 37, 40, 37, 20),
        circle(21, 28, 3.5),
        path(24.5, 28, 32, 28),
        path(29, 28, 29, 32),
    ],
    "shield": [
        [
            *path(24, 6, 40, 12, 40, 23),
            *bend((40, 23), (40, 32), (33.5, 38.5), (24, 42)),
            *bend((24, 42), (14.5, 38.5), (8, 32), (8, 23)),
            *path(8, 12, 24, 6),
        ],
        path(16.5, 24, 22, 29.5, 32, 19),
    ],
    "crane": [
        path(14, 42, 14, 8, 34, 14),
        path(8, 42, 22, 42),
        path(14, 14, 42, 14),
        path(34, 14, 34, 30),
        frame(30, 30, 8, 6, 0.5),
        path(14, 14, 7, 18, 7, 23),
    ],
    "certificate": [
        path(34, 18, 34, 7, 8, 7, 8, 37, 23, 37),
        path(14, 15, 28, 15),
        path(14, 22, 23, 22),
        circle(33, 28, 7),
        path(29, 34, 28, 43, 33, 40, 38, 43, 37, 34),
    ],
    "tray": [
        [
            *path(6, 28, 16, 28),
            *bend((16, 28), (17, 32), (20, 34), (24, 34)),
            *bend((24, 34), (28, 34), (31, 32), (32, 28)),
            *path(42, 28, 42, 41, 6, 41, 6, 28, 12, 9, 36, 9, 42, 28),
        ],
        path(17, 16, 31, 16),
        path(15, 22, 33, 22),
    ],
    "question": [
        path(6, 8, 42, 8, 42, 34, 24, 34, 15, 42, 15, 34, 6, 34, 6, 8),
        [
            *bend((19.5, 17.5), (19.5, 11.5), (28.5, 11.5), (28.5, 17)),
            *bend((28.5, 17), (28.5, 20.5), (24, 20.5), (24, 24)),
        ],
        path(24, 28.8, 24, 29.2),
    ],
    "screen": [
        frame(8, 6, 32, 25),
        path(24, 31, 24, 42),
        path(14, 42, 34, 42),
        path(16, 14, 24, 14),
        path(16, 21, 21, 21),
        path(31, 14, 31, 24),
        path(27.5, 20.5, 31, 24, 34.5, 20.5),
    ],
    "people": [
        *_PERSON,
        bend((31, 9), (40, 9), (40, 23), (32, 23)),
        bend((36, 28), (41, 29), (43, 34), (43, 41)),
    ],
    "tick": [path(8, 25, 19, 36, 41, 12)],
    "calendar": [
        frame(7, 10, 34, 31),
        path(7, 19, 41, 19),
        path(16, 5, 16, 14),
        path(32, 5, 32, 14),
        path(16.5, 30, 22, 35, 31.5, 25),
    ],
    "clock": [circle(24, 24, 18), path(24, 13, 24, 24, 32, 30)],
    "pin": [
        [
            *bend((24, 43), (15, 32), (10, 25), (10, 19)),
            *arc(24, 19, 14, 180, 360),
            *bend((38, 19), (38, 25), (33, 32), (24, 43)),
        ],
        circle(24, 19, 5),
    ],
    "globe": [
        circle(24, 24, 18),
        path(6, 24, 42, 24),
        bend((24, 6), (13, 17), (13, 31), (24, 42)),
        bend((24, 6), (35, 17), (35, 31), (24, 42)),
    ],
    "letters": [
        path(4, 40, 15, 11, 26, 40),
        path(8, 30, 22, 30),
        path(30, 40, 36.5, 23, 43, 40),
        path(32.5, 34, 40.5, 34),
    ],
    "guide": [
        circle(19, 12.5, 6.5),
        [
            *path(7, 43, 7, 33.5),
            *bend((7, 33.5), (7, 27), (12, 23.5), (19, 23.5)),
            *bend((19, 23.5), (23, 23.5), (25.5, 25), (28, 27)),
            (40, 8),
        ],
        path(31, 43, 31, 31),
    ],
    "heart": [
        [
            *bend((24, 41), (10, 31), (6, 25), (6, 17.5)),
            *bend((6, 17.5), (6, 7), (19, 5), (24, 14.5)),
            *bend((24, 14.5), (29, 5), (42, 7), (42, 17.5)),
            *bend((42, 17.5), (42, 25), (38, 31), (24, 41)),
        ]
    ],
    "wheelchair": [
        circle(20, 8, 3.5),
        path(20, 15, 20, 28, 31, 28, 36, 40, 40, 38.5),
        path(20, 20, 30, 20),
        arc(20, 31, 11, 65, 255),
    ],
    "plus": [path(24, 9, 24, 39), path(9, 24, 39, 24)],
    "back": [path(28, 9, 13, 24, 28, 39)],
    "next": [path(20, 9, 35, 24, 20, 39)],
    "home": [*_HOUSE, path(11, 20, 11, 40, 20, 40, 20, 29, 28, 29, 28, 40, 37, 40, 37, 20)],
    "hand": [
        [
            *path(18, 27, 18, 9),
            *bend((18, 9), (18, 4), (25, 4), (25, 9)),
            *path(25, 22, 35, 24),
            *bend((35, 24), (39, 25), (40, 27), (39, 32)),
            *path(37, 42, 21, 42, 11, 30),
            *bend((11, 30), (9, 26), (14, 23), (18, 27)),
        ],
    ],
    "receipt": _RECEIPT,
    "speaker": [
        path(6, 18, 6, 30, 14, 30, 25, 39, 25, 9, 14, 18, 6, 18),
        bend((32, 17), (36, 21), (36, 27), (32, 31)),
        bend((37, 11), (44, 18), (44, 30), (37, 37)),
    ],
    "chair": [path(13, 6, 13, 28, 33, 28, 33, 42), path(13, 42, 13, 28), path(13, 20, 27, 20)],
    "again": [
        [*bend((8, 22), (8, 15), (13, 11), (20, 11)), (39, 11)],
        path(32, 4, 39, 11, 32, 18),
        [*bend((40, 26), (40, 33), (35, 37), (28, 37)), (9, 37)],
        path(16, 44, 9, 37, 16, 30),
    ],
    "lift": [
        frame(8, 5, 32, 38),
        path(24, 5, 24, 43),
        path(16, 29, 16, 18),
        path(12.5, 21.5, 16, 18, 19.5, 21.5),
        path(32, 19, 32, 30),
        path(28.5, 26.5, 32, 30, 35.5, 26.5),
    ],
    "printer": _PRINTER,
    "no-printer": [*_PRINTER[:3], path(6, 6, 42, 42)],
    "no-line": [
        arc(24, 34, 22, 218, 262, 10),
        arc(24, 34, 22, 276, 322, 10),
        arc(24, 34, 13, 224, 262, 10),
        arc(24, 34, 13, 296, 318, 6),
        path(24, 35.8, 24, 36.2),
        path(7, 6, 41, 42),
    ],
    "desk": [
        circle(24, 17, 8),
        arc(24, 19, 13, 180, 360),
        path(11, 19, 11, 25),
        [*path(37, 19, 37, 25), *bend((37, 25), (37, 29), (33, 30), (28, 30))],
        [*bend((8, 43), (8, 37), (13, 34), (24, 34)), *bend((24, 34), (35, 34), (40, 37), (40, 43))],
    ],
    "page": [
        path(28, 5, 11, 5, 11, 43, 37, 43, 37, 14, 28, 5, 28, 14, 37, 14),
        path(18, 25, 30, 25),
        path(18, 33, 30, 33),
    ],
    "moon": [[*arc(23, 25, 17, 10, 263, 40), *bend((21, 8), (17.5, 21), (27, 32), (39.7, 28))]],
    "phone": [frame(13, 5, 22, 38, 3), path(21, 37, 27, 37)],
    "info": [circle(24, 24, 18), path(24, 22, 24, 33), path(24, 15, 24, 15.4)],
    "warning": [path(24, 7, 44, 41, 4, 41, 24, 7), path(24, 19, 24, 29), path(24, 34.8, 24, 35.2)],
    "pause": [path(17, 10, 17, 38), path(31, 10, 31, 38)],
}

ZONE_SYMBOLS = {
    "storefront": "storefront",
    "house with key": "house-key",
    "shield with check": "shield",
    "crane": "crane",
    "certificate with seal": "certificate",
    "intake tray": "tray",
    "speech bubble with question mark": "question",
    "screen with arrow": "screen",
}
"""The hall file's words for a zone's symbol."""


def zone_symbol(icon: str) -> str:
    """Return the symbol of a zone; a zone with an unknown one gets the page symbol."""
    return ZONE_SYMBOLS.get(icon, icon if icon in _SYMBOLS else "page")
