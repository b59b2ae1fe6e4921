"""Tables that people keep in spreadsheets: CSV and XLSX, as rows of texts with their cells' names.

Called by ``kiki hosts import``. XLSX is read with the standard library (``xlsx``): openpyxl would
be a dependency for one command, and does not guard against XML that declares entities.
"""

import csv
import io
from typing import NamedTuple

from kiki.documents import xlsx
from kiki.model.errors import UsageError

_LARGEST = 50_000_000  # bytes of a file
_BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


class Cell(NamedTuple):
    """One cell: its *text* without blanks around it, and its place, such as ``B7``."""

    text: str
    place: str


class Sheet(NamedTuple):
    """The rows that have anything in them. *name* is empty for CSV; *encoding* is what a CSV was
    read as."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    encoding: str = ""


def read(data: bytes, shown: str, sheet: str = "") -> Sheet:
    """The table in *data*, the contents of the file *shown*. UsageError ``hosts.sheet_<what>``."""
    if len(data) > _LARGEST:
        raise UsageError("hosts.sheet_broken", path=shown, why=f"more than {_LARGEST} bytes")
    if data[:4] == b"PK\x03\x04":
        name, cells = xlsx.read(data, sheet, shown)
        return Sheet(name, _rows(cells))
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise UsageError("hosts.sheet_old", path=shown)
    if sheet:
        raise UsageError("hosts.sheet_unknown", path=shown, sheet=sheet, sheets="-")
    text, encoding = _decoded(data, shown)
    return Sheet("", _rows(_csv(text, shown)), encoding)


def column(number: int) -> str:
    """The letters of a column, from 1."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _rows(cells: dict[tuple[int, int], str]) -> tuple[tuple[Cell, ...], ...]:
    cells = {place: text.strip() for place, text in cells.items() if text.strip()}
    width = max((place[1] for place in cells), default=0)
    return tuple(
        tuple(
            Cell(cells.get((row, number), ""), f"{column(number)}{row}")
            for number in range(1, width + 1)
        )
        for row in sorted({place[0] for place in cells})
    )


def _decoded(data: bytes, shown: str) -> tuple[str, str]:
    """UTF-8 or UTF-16, else what Korean Excel writes."""
    marked = next((name for bom, name in _BOMS if data.startswith(bom)), "")
    for encoding in (marked,) if marked else ("utf-8", "cp949"):
        try:
            return data.decode(encoding), encoding.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    raise UsageError("hosts.sheet_broken", path=shown, why="neither UTF-8 nor CP949")


def _csv(text: str, shown: str) -> dict[tuple[int, int], str]:
    """Commas, semicolons or tabs: whichever the first line has most of."""
    first = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UsageError("hosts.sheet_broken", path=shown, why=str(error)) from error
    return {
        (row, number): cell
        for row, cells in enumerate(rows, start=1)
        for number, cell in enumerate(cells, start=1)
    }
