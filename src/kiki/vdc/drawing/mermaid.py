"""A scene as a flowchart of Mermaid's, which forges and editors draw.

Called by ``drawing``. Every label is quoted, and what Mermaid or HTML would read in it is escaped.
"""

from kiki.vdc.definition import Definition
from kiki.vdc.drawing.scene import Card, Scene, Zone, scene


def mermaid(definition: Definition) -> str:
    """The chart's text."""
    found = scene(definition)
    chart = _Chart()
    lines = ["flowchart TB", f'  internet(("{_text("internet")}"))']
    for zone in found.outer:
        lines += _zone(chart, zone)
        if zone.sort == "external network":
            lines.append(f"  internet --- {chart.id('network', zone.name)}")
    for name, external in found.routers:
        lines.append(f'  {chart.id("router", name)}{{{{"{_text(f"router {name}")}"}}}}')
        if external:
            lines.append(f"  {chart.id('network', external)} --- {chart.id('router', name)}")
    for zone in found.zones:
        lines += _zone(chart, zone)
        if zone.router:
            lines.append(
                f"  {chart.id('router', zone.router)} --- {chart.id('network', zone.name)}"
            )
    return "\n".join([*lines, *_ways(chart, found), *_stages(chart, found)]) + "\n"


class _Chart:
    """Ids of nodes: short, and never a word of Mermaid's."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], str] = {}

    def id(self, sort: str, name: str) -> str:
        """The id of the thing."""
        return self._ids.setdefault((sort, name), f"{sort}{len(self._ids)}")


def _text(text: str) -> str:
    """*text* inside quotes: what is not a plain character by its number, as Mermaid writes it."""
    plain = frozenset(" ./:,-_+()…")
    return "".join(
        char if char.isalnum() or char in plain else f"#{ord(char)};" for char in text
    )  # fmt: skip


def _zone(chart: _Chart, zone: Zone) -> list[str]:
    label = "<br/>".join(map(_text, (f"{zone.sort} {zone.title}", *zone.lines)))
    key = chart.id("network", zone.name)
    if not zone.cards:
        return [f'  {key}["{label}"]']
    cards = [f"  {_card(chart, card)}" for card in zone.cards]
    return [f'  subgraph {key}["{label}"]', *cards, "  end"]


def _card(chart: _Chart, card: Card) -> str:
    tier = (f"tier {card.tier}",) if card.tier else ()
    label = "<br/>".join(map(_text, (card.title, *card.lines, *tier)))
    return f'  {chart.id("servers", card.name)}["{label}"]'


def _ways(chart: _Chart, found: Scene) -> list[str]:
    """Tiers as nodes of their own, so that a rule is one arrow however many groups it is for."""
    tiers = dict.fromkeys(end for way in found.ways for end in (way.source, way.target))
    if not tiers:
        return []
    lines = ['  subgraph traffic["what may pass"]']
    lines += [f'    {chart.id("tier", name)}(["{_text(name)}"])' for name in tiers]
    lines += [
        f'    {chart.id("tier", way.source)} -->|"{_text(way.what)}"| '
        f"{chart.id('tier', way.target)}"
        for way in found.ways
    ]
    return [*lines, "  end"]


def _stages(chart: _Chart, found: Scene) -> list[str]:
    """The stages in their order, the cloud's first."""
    if not found.stages:
        return []
    names = [("cloud", ()), *found.stages]
    lines = ['  subgraph stages["stages"]']
    for name, steps in names:
        label = "<br/>".join(map(_text, (name, *steps)))
        lines.append(f'    {chart.id("stage", name)}["{label}"]')
    keys = " --> ".join(chart.id("stage", name) for name, _ in names)
    return [*lines, f"    {keys}", "  end"]
