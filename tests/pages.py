"""The pages for users, in both languages, for tests that compare them with each other or the code.

A page ``docs/NAME.md`` has its Korean sibling ``docs/NAME.ko.md`` beside it; ``WITHOUT`` says which
pages have none and why. Reads files only; knows as much Markdown as these pages use.
"""

import re
from pathlib import Path
from typing import NamedTuple

from tests.conftest import ROOT

DOCS = ROOT / "docs"
WITHOUT = {
    "bench-speed.md": "for developers",
    "development.md": "for developers",
    "execution.md": "for developers",
    "status.md": "for developers",
}
DEVELOPERS_FOLDER = "decisions"


class Heading(NamedTuple):
    """A heading, and the text below it up to the next one."""

    level: int
    title: str
    body: str


def both(name: str) -> list[Path]:
    """A page of ``docs/`` and its Korean sibling; both are there, or a test of them fails."""
    page = DOCS / name
    return [page, korean(page)]


def korean(page: Path) -> Path:
    """Where a page's Korean sibling is."""
    return page.with_name(page.name.removesuffix(".md") + ".ko.md")


def for_users() -> list[Path]:
    """Every English page that has to have a sibling, the front page first."""
    pages = [page for page in sorted(DOCS.rglob("*.md")) if not page.name.endswith(".ko.md")]
    return [ROOT / "README.md", *(page for page in pages if not _excepted(page))]


def _excepted(page: Path) -> bool:
    inside = page.relative_to(DOCS)
    return inside.parts[0] == DEVELOPERS_FOLDER or str(inside) in WITHOUT


def code_blocks(text: str) -> list[str]:
    """Fenced blocks with their fences, as they stand."""
    return re.findall(r"^```.*?^```$", text, re.M | re.S)


def prose(text: str) -> str:
    """The text without its fenced blocks."""
    return re.sub(r"^```.*?^```$\n?", "", text, flags=re.M | re.S)


def headings(text: str) -> list[Heading]:
    """All headings in order."""
    parts = re.split(r"^(#+) (.+)$", prose(text), flags=re.M)
    return [
        Heading(len(marks), title, body)
        for marks, title, body in zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    ]


def anchor(title: str) -> str:
    """What GitHub makes of a heading's title in an address."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def rows(text: str) -> list[list[str]]:
    """The cells of every table row, the ruling ones left out."""
    lines = [line for line in prose(text).splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    return [row for row in cells if not all(re.fullmatch(r"-+", cell) for cell in row)]


def items(text: str) -> list[str]:
    """The marks of all list items, numbers as ``1.``."""
    return re.findall(r"^ *(-|\d+\.) ", prose(text), re.M)


def identifiers(text: str) -> list[str]:
    """Everything between backticks, in order."""
    return re.findall(r"`([^`\n]+)`", text)


def links(text: str) -> list[str]:
    """Where the links lead, in order; addresses elsewhere are left out."""
    plain = re.sub(r"`[^`\n]+`", "", prose(text))
    found = re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", plain)
    return [link for link in found if "://" not in link]
