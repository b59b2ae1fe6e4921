"""Cells of an Excel workbook (.xlsx) as text, with the standard library alone.

Called by ``sheets``. A workbook is a zip of XML files (ECMA-376, part 1, section 18). Its XML comes
from anywhere: declarations of types and entities are refused, and so is what would be enormous once
unpacked. Formulas are never computed; the value that Excel stored with them counts. Dates are the
numbers that Excel stores.
"""

import io
import re
import zipfile
from collections.abc import Callable
from xml.parsers import expat

from kiki.model.errors import UsageError

LARGEST = 100_000_000  # bytes of one part, unpacked
CELLS = 2_000_000
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WHOLE = re.compile(r"-?\d+\.0+")

Start = Callable[[str, dict[str, str]], None]
Text = Callable[[str, str], None]


class _Refused(Exception):  # noqa: N818 -- becomes a UsageError in this file
    """A part that is not to be read; the text says why."""


def read(data: bytes, wanted: str, shown: str) -> tuple[str, dict[tuple[int, int], str]]:
    """The name of the sheet *wanted* (the first without one), and its cells that have a value, by
    row and column from 1. UsageError ``hosts.sheet_broken``, ``hosts.sheet_unknown``."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            sheets = _sheets(book)
            name = wanted or next(iter(sheets), "")
            if name not in sheets:
                names = ", ".join(sheets)
                raise UsageError("hosts.sheet_unknown", path=shown, sheet=name, sheets=names)
            return name, _cells(book, sheets[name], _shared(book))
    except (zipfile.BadZipFile, expat.ExpatError, KeyError, ValueError, _Refused) as error:
        raise UsageError("hosts.sheet_broken", path=shown, why=str(error)) from error
    except (NotImplementedError, RuntimeError) as error:  # encrypted, or packed in another way
        raise UsageError("hosts.sheet_broken", path=shown, why=str(error)) from error


def _sheets(book: zipfile.ZipFile) -> dict[str, str]:
    """Names of the sheets, in their order, with their parts."""
    named: dict[str, str] = {}
    targets: dict[str, str] = {}

    def workbook(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            named[attributes["name"]] = attributes["r:id"]

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            targets[attributes["Id"]] = attributes["Target"]

    _walk(book, "xl/workbook.xml", workbook)
    _walk(book, "xl/_rels/workbook.xml.rels", relation)
    return {name: _part(targets[identity]) for name, identity in named.items()}


def _part(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _shared(book: zipfile.ZipFile) -> list[str]:
    """The texts that cells point to; the runs of a formatted one are joined, readings left out."""
    found: list[str] = []
    if "xl/sharedStrings.xml" not in book.namelist():
        return found

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "si":
            found.append("")

    def text(path: str, words: str) -> None:
        if path.endswith("/t") and "/rPh/" not in path:
            found[-1] += words

    _walk(book, "xl/sharedStrings.xml", start, text)
    return found


def _cells(book: zipfile.ZipFile, part: str, shared: list[str]) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    place, kind = (0, 0), ""

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal place, kind
        if tag == "row":
            place = (int(attributes.get("r", place[0] + 1)), 0)
        elif tag == "c":
            place = _place(attributes.get("r", ""), place)
            kind = attributes.get("t", "n")
            if len(found) > CELLS:
                raise _Refused(f"more than {CELLS} cells")

    def text(path: str, words: str) -> None:
        if path.endswith("/c/v") or (path.endswith("/t") and "/is/" in path):
            found[place] = found.get(place, "") + words

    def end(tag: str) -> None:
        if tag == "c" and place in found:
            found[place] = _value(found[place], kind, shared)

    _walk(book, part, start, text, end)
    return found


def _place(reference: str, before: tuple[int, int]) -> tuple[int, int]:
    matched = _REFERENCE.fullmatch(reference)
    if matched is None:
        return before[0], before[1] + 1
    column = 0
    for letter in matched[1]:
        column = column * 26 + ord(letter) - 64
    return int(matched[2]), column


def _value(text: str, kind: str, shared: list[str]) -> str:
    if kind == "s":
        return shared[int(text)] if int(text) < len(shared) else ""
    if kind == "b":
        return "true" if text == "1" else "false"
    if kind == "n" and _WHOLE.fullmatch(text):
        return text.partition(".")[0]
    return text


def _walk(
    book: zipfile.ZipFile,
    part: str,
    start: Start,
    text: Text | None = None,
    end: Callable[[str], None] | None = None,
) -> None:
    """Read one part. *start* hears each element by its local name (attributes of relations as
    ``r:id``), *text* each text with the path of its element, *end* each element's end."""
    if book.getinfo(part).file_size > LARGEST:
        raise _Refused(f"{part} has more than {LARGEST} bytes")
    path: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def opened(name: str, attributes: dict[str, str]) -> None:
        path.append(name.rpartition(" ")[2])
        start(path[-1], {_local(key): value for key, value in attributes.items()})

    def closed(name: str) -> None:
        if end is not None:
            end(path[-1])
        path.pop()

    def words(found: str) -> None:
        if text is not None:
            text("/".join(path), found)

    def refuse(*_: object) -> None:
        raise _Refused(f"{part} declares types or entities")

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.CharacterDataHandler = words
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    with book.open(part) as file:
        parser.ParseFile(_Limited(file.read(LARGEST + 1), part))


def _local(key: str) -> str:
    space, _, name = key.rpartition(" ")
    return f"r:{name}" if space == _RELATION else name


class _Limited(io.BytesIO):
    """A part's bytes; what its header says of its size need not be true."""

    def __init__(self, data: bytes, part: str) -> None:
        if len(data) > LARGEST:
            raise _Refused(f"{part} has more than {LARGEST} bytes")
        super().__init__(data)
