"""A scene as SVG, laid out here: no browser and no graphviz.

Called by ``drawing``. From top to bottom: the internet, external networks, routers, the tenant's
networks with their servers, and a row for each thing that may pass. Widths are reckoned from the
number of characters. Colours follow the reader's light or dark theme.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar
from xml.sax.saxutils import escape

from kiki.vdc.definition import Definition
from kiki.vdc.drawing.scene import Card, Scene, Way, Zone, scene

WIDTH, MARGIN, GAP = 1080, 24, 20
_LINE, _CHAR, _PAD = 17, 7.3, 12
_CARD_WIDTH = 228
One = TypeVar("One")
Point = tuple[float, float]
_HUES = (210, 140, 30, 280, 0, 180, 60, 320)
_STYLE = """
text{font:13px system-ui,'Noto Sans KR',sans-serif;fill:#1f2933}
.t{font-weight:600}.d{fill:#52606d;font-size:12px}.h{font-size:18px;font-weight:600}
.bg{fill:#fff}.net{fill:#f5f7fa;stroke:#9aa5b1}.ext{fill:#fff8e6;stroke:#c99a2e}
.card{fill:#fff;stroke:#cbd2d9}.rt{fill:#e6eefc;stroke:#5a7fc0}.out{fill:#eef2f6;stroke:#7b8794}
.w{stroke:#7b8794;stroke-width:1.6;fill:none}.a{fill:#52606d}
@media(prefers-color-scheme:dark){text{fill:#e4e7eb}.d{fill:#9aa5b1}.bg{fill:#12181f}
.net{fill:#1b232c;stroke:#52606d}.ext{fill:#2b2617;stroke:#a17c2a}.card{fill:#222c37;stroke:#3e4c59}
.rt{fill:#1d2a40;stroke:#5a7fc0}.out{fill:#222c37;stroke:#7b8794}.a{fill:#9aa5b1}}
"""


def svg(definition: Definition) -> str:
    """The picture's text."""
    found = scene(definition)
    page = _Page({name: index for index, name in enumerate(definition.tiers)})
    page.draw(found)
    height = int(page.y) + MARGIN
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img">'
    )
    title = f"<title>{escape(found.title)}</title>"
    style = f"<style>{_STYLE}{page.tier_styles()}</style>"
    ground = f'<rect class="bg" width="{WIDTH}" height="{height}"/>'
    return "\n".join([head, title, style, ground, *page.parts, "</svg>", ""])


class _Page:
    """What is drawn so far; *y* is where the next thing begins."""

    def __init__(self, tiers: dict[str, int]) -> None:
        self.parts: list[str] = []
        self.y: float = MARGIN
        self._tiers = tiers
        self._wires: list[str] = []

    def tier_styles(self) -> str:
        """A colour for each tier, for both themes."""
        light, dark = [], []
        for index in range(min(len(self._tiers), len(_HUES))):
            light.append(f".z{index}{{fill:hsl({_HUES[index]},62%,42%)}}")
            dark.append(f".z{index}{{fill:hsl({_HUES[index]},45%,40%)}}")
        white = ".chip{fill:#fff;font-size:12px}.zo{fill:#616e7c}"
        both = "".join(light) + white
        return f"{both}@media(prefers-color-scheme:dark){{{''.join(dark)}.chip{{fill:#fff}}}}\n"

    def draw(self, found: Scene) -> None:
        """Everything, from top to bottom."""
        self._text(MARGIN, self.y + 18, found.title, "h")
        self.y += 40
        centre = self._internet(found)
        anchors = self._outer(found, centre)
        routers = self._routers(found, anchors)
        self._zones(found.zones, routers)
        self.parts[1:1] = self._wires
        self._traffic(found.ways)
        self._stages(found.stages)

    def _internet(self, found: Scene) -> Point | None:
        if not any(zone.sort == "external network" for zone in found.outer):
            return None
        x = WIDTH / 2
        self.parts.append(f'<ellipse class="out" cx="{x:.0f}" cy="{self.y + 20}" rx="70" ry="20"/>')
        self._text(x, self.y + 25, "internet", "t", middle=True)
        self.y += 40 + GAP
        return x, self.y - GAP

    def _outer(self, found: Scene, centre: Point | None) -> dict[str, Point]:
        anchors: dict[str, Point] = {}
        for row in _rows(found.outer):
            width, height = _width(row), max(self._zone_height(zone, _width(row)) for zone in row)
            for index, zone in enumerate(row):
                x = MARGIN + index * (width + GAP)
                self._zone(zone, x, self.y, width, height)
                if centre and zone.sort == "external network":
                    self._wire(centre, (x + width / 2, self.y))
                anchors[zone.name] = (x + width / 2, self.y + height)
            self.y += height + GAP + 8
        return anchors

    def _routers(self, found: Scene, anchors: dict[str, Point]) -> dict[str, Point]:
        feet: dict[str, Point] = {}
        for row in _rows(found.routers):
            width = _width(row)
            for index, (name, external) in enumerate(row):
                x = MARGIN + index * (width + GAP) + width / 2
                half = min(width, max(108.0, (len(name) + 7) * _CHAR + 2 * _PAD)) / 2
                self._box("rt", x - half, self.y, 2 * half, 32, round_by=16)
                label = _cut(f"router {name}", 2 * half - _PAD)
                self._text(x, self.y + 21, label, "t", middle=True)
                if external in anchors:
                    self._wire(anchors[external], (x, self.y), len(feet))
                feet[name] = (x, self.y + 32)
            self.y += 32 + GAP + 8
        return feet

    def _zones(self, zones: tuple[Zone, ...], routers: dict[str, Point]) -> None:
        top = self.y
        lanes = {name: index for index, name in enumerate(routers)}
        for row in _rows(zones, 2 if any(len(zone.cards) > 2 for zone in zones) else 3):
            width = _width(row)
            height = max(self._zone_height(zone, width) for zone in row)
            for index, zone in enumerate(row):
                x = MARGIN + index * (width + GAP)
                self._zone(zone, x, self.y, width, height)
                if zone.router in routers:
                    end, lane = (x + width / 2, self.y), lanes[zone.router]
                    self._wire(routers[zone.router], end, lane, None if self.y == top else top)
            self.y += height + GAP

    def _zone_height(self, zone: Zone, width: float) -> float:
        head = _PAD + _LINE * (1 + len(_folded(zone.lines, width))) + 4
        rows = list(_card_rows(zone.cards, width))
        return head + sum(max(map(_card_height, row)) + 10 for row in rows) + (4 if rows else 6)

    def _zone(self, zone: Zone, x: float, y: float, width: float, height: float) -> None:
        self._box("net" if zone.sort == "network" else "ext", x, y, width, height, round_by=8)
        at = f" on router {zone.router}" if zone.router else ""
        title = _cut(f"{zone.sort} {zone.title}{at}", width - 2 * _PAD)
        self._text(x + _PAD, y + _PAD + 10, title, "t")
        y += _PAD + 10
        for line in _folded(zone.lines, width):
            y += _LINE
            self._text(x + _PAD, y, line, "d")
        y += 12
        for row in _card_rows(zone.cards, width):
            for index, card in enumerate(row):
                self._card(card, x + _PAD + index * (_CARD_WIDTH + 10), y)
            y += max(map(_card_height, row)) + 10

    def _card(self, card: Card, x: float, y: float) -> None:
        self._box("card", x, y, _CARD_WIDTH, _card_height(card), round_by=6)
        if card.tier:
            self._box(
                self._tier(card.tier), x, y, 6, _card_height(card), round_by=3
            )  # fmt: skip
        y += 20
        self._text(x + 16, y, _cut(card.title, _CARD_WIDTH - 24), "t")
        lines = (*card.lines, f"tier {card.tier}") if card.tier else card.lines
        for line in lines:
            y += _LINE
            self._text(x + 16, y, _cut(line, _CARD_WIDTH - 24), "d")

    def _traffic(self, ways: Sequence[Way]) -> None:
        if not ways:
            return
        self._text(MARGIN, self.y + 14, "what may pass", "t")
        self.y += 28
        for way in ways:
            self._chip(way.source, MARGIN)
            end = WIDTH - MARGIN - 190
            y = self.y + 12
            self.parts.append(f'<path class="w" d="M{MARGIN + 196} {y}H{end - 12}"/>')
            self.parts.append(f'<path class="a" d="M{end - 14} {y - 5}l10 5l-10 5z"/>')
            room = end - MARGIN - 240
            label = _cut(way.what, room)
            middle = (MARGIN + 196 + end - 12) / 2
            half = len(label) * _CHAR / 2 + 8
            self._box("bg", middle - half, y - 9, 2 * half, 18, round_by=0)
            self._text(middle, y + 5, label, "", middle=True)
            self._chip(way.target, end)
            self.y += 32

    def _stages(self, stages: Sequence[tuple[str, Sequence[str]]]) -> None:
        """The stages in their order, each with what it does."""
        if not stages:
            return
        self._text(MARGIN, self.y + 14, "stages", "t")
        self.y += 28
        for number, (name, steps) in enumerate((("cloud", ()), *stages), start=1):
            height = 30 + _LINE * len(steps)
            self._box("card", MARGIN, self.y, WIDTH - 2 * MARGIN, height, round_by=6)
            self._text(MARGIN + 16, self.y + 20, f"{number} {name}", "t")
            for line, step in enumerate(steps, start=1):
                y = self.y + 20 + line * _LINE
                self._text(MARGIN + 16, y, _cut(step, WIDTH - 2 * MARGIN - 32), "d")
            self.y += height + 8

    def _chip(self, name: str, x: float) -> None:
        self._box(self._tier(name), x, self.y, 190, 24, round_by=12)
        self._text(x + 95, self.y + 17, _cut(name, 170), "chip", middle=True)

    def _tier(self, name: str) -> str:
        return f"z{self._tiers[name] % len(_HUES)}" if name in self._tiers else "zo"

    def _box(
        self, kind: str, x: float, y: float, width: float, height: float, *, round_by: int
    ) -> None:
        self.parts.append(
            f'<rect class="{kind}" x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" '
            f'height="{height:.0f}" rx="{round_by}"/>'
        )

    def _text(self, x: float, y: float, text: str, kind: str, *, middle: bool = False) -> None:
        anchor = ' text-anchor="middle"' if middle else ""
        shown = f' class="{kind}"' if kind else ""
        self.parts.append(f'<text{shown} x="{x:.0f}" y="{y:.0f}"{anchor}>{escape(text)}</text>')

    def _wire(self, start: Point, end: Point, lane: int = 0, around: float | None = None) -> None:
        """A line that turns above its *end*; each router has a *lane* of its own. *around*: past
        what begins there, along the right margin. Lines are drawn first, below everything."""
        (x, y), (to_x, to_y) = start, end
        aside = 8 + 4 * (lane % 4)
        path = f"M{x:.0f} {y:.0f}"
        if around is not None:
            path += f"V{around - aside:.0f}H{WIDTH - aside / 2 - 2:.0f}"
        path += f"V{to_y - aside:.0f}H{to_x:.0f}V{to_y:.0f}"
        self._wires.append(f'<path class="w" d="{path}"/>')


def _rows(things: Sequence[One], most: int = 3) -> Iterator[Sequence[One]]:
    for start in range(0, len(things), most):
        yield things[start : start + most]


def _width(row: Sequence[object]) -> float:
    """Of each thing in a *row*."""
    return (WIDTH - 2 * MARGIN - GAP * (len(row) - 1)) / len(row)


def _card_rows(cards: tuple[Card, ...], width: float) -> Iterator[Sequence[Card]]:
    return _rows(cards, max(1, int((width - 2 * _PAD + 10) // (_CARD_WIDTH + 10))))


def _card_height(card: Card) -> float:
    return 30 + _LINE * (len(card.lines) + bool(card.tier))


def _folded(lines: Sequence[str], width: float) -> list[str]:
    """Few short lines on one."""
    joined = ", ".join(lines)
    if not lines or len(joined) * _CHAR <= width - 2 * _PAD:
        return [joined] if lines else []
    return [_cut(line, width - 2 * _PAD) for line in lines[:6]]


def _cut(text: str, width: float) -> str:
    """*text* as far as it fits; a Korean character takes the room of two."""
    used = 0.0
    for index, char in enumerate(text):
        used += _CHAR * (1 if ord(char) < 0x1100 else 1.8)
        if used > width:
            return text[: max(1, index - 1)] + "…"
    return text
