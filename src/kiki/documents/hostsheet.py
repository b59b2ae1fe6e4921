"""A table of hosts to an inventory: which column is what, and what is wrong with which cell.

Called by ``kiki hosts import``. Headings may be Korean or English. Nothing is guessed: a column
that is not known is left out and named, or kept as a variable when that is asked for; every mistake
is a finding with its cell, and with any there is no inventory.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from kiki.documents.read import read_yaml
from kiki.documents.sheets import Cell, Sheet
from kiki.documents.write import to_yaml
from kiki.model.errors import UsageError
from kiki.model.finding import Finding, Severity

MARK = "Written by `kiki hosts import`."
_HEADINGS = {
    "name": "호스트명 호스트 호스트이름 서버명 서버이름 서버 장비명 hostname host name server fqdn",
    "address": "ip ip주소 ip address ipaddress 아이피 주소 관리ip 관리주소 address ansiblehost "
    "managementip mgmtip",
    "groups": "그룹 그룹명 group groups",
    "user": "사용자 사용자명 계정 접속계정 user username account login ansibleuser",
    "port": "포트 ssh포트 port sshport ansibleport",
    "note": "비고 메모 설명 note notes remark remarks comment description",
    "rack": "랙 랙번호 랙위치 rack",
    "location": "위치 장소 센터 location site datacenter",
    "os": "운영체제 os osname",
    "serial": "시리얼 시리얼번호 일련번호 serial serialnumber",
}
_KNOWN = {word: field for field, words in _HEADINGS.items() for word in words.split()}
_VARIABLES = {"address": "ansible_host", "user": "ansible_user", "port": "ansible_port"}
_SECRET = re.compile(
    r"비밀번호|비번|암호|패스워드|비밀키|개인키|passw|passphrase|^pw$|pwd|secret|token|credential|"
    r"privatekey|apikey"
)
_NAME = re.compile(r"(?=.{1,253}$)[A-Za-z0-9가-힣](?:[\w.-]*[\w])?")
_LABELS = re.compile(r"(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_NUMBERS = re.compile(r"[\d.]+")
_GROUP = re.compile(r"[^\W\d][\w-]*")
_USER = re.compile(r"[A-Za-z_][\w.@\\-]{0,63}")
_RESERVED = frozenset({"all", "ungrouped"})
_SEPARATORS = re.compile(r"[,;\n]")
_DIGITS = re.compile(r"(\d+)")


class Host(NamedTuple):
    """One row. *cells* are the places of its fields."""

    name: str
    groups: tuple[str, ...]
    variables: dict[str, Any]
    cells: dict[str, str]


class Imported(NamedTuple):
    """What a sheet says: hosts in the order of their names, everything found, and headings of
    columns that were left out."""

    hosts: tuple[Host, ...]
    findings: tuple[Finding, ...]
    left: tuple[str, ...]


def read(sheet: Sheet, shown: str, *, keep_columns: bool = False) -> Imported:
    """The hosts of *sheet*. UsageError ``hosts.sheet_empty``, ``hosts.sheet_no_names``."""
    if not sheet.rows:
        raise UsageError("hosts.sheet_empty", path=shown)
    heading, *rows = sheet.rows
    fields = _fields(heading, shown, keep_columns=keep_columns)
    if "name" not in fields.values():
        found = ", ".join(cell.text for cell in heading if cell.text)
        raise UsageError("hosts.sheet_no_names", path=shown, headings=found)
    reader = _Reader(shown, fields)
    reader.refuse_secrets(heading, rows)
    hosts = [host for row in rows if (host := reader.host(row))]
    reader.compare(hosts)
    refused = {one.params["heading"] for one in reader.findings if one.code == "hosts.cell_secret"}
    left = tuple(cell.text for number, cell in enumerate(heading)
                 if cell.text and number not in fields and cell.text not in refused)  # fmt: skip
    return Imported(tuple(sorted(hosts, key=_natural)), tuple(reader.findings), left)


def to_inventory(hosts: Iterable[Host], origin: str) -> str:
    """The YAML inventory: the same bytes for the same hosts."""
    hosts = list(hosts)
    groups: dict[str, dict[str, Any]] = {}
    for host in hosts:
        for group in host.groups:
            groups.setdefault(group, {})[host.name] = {}
    whole: dict[str, Any] = {"hosts": {host.name: host.variables for host in hosts}}
    if groups:
        whole["children"] = {name: {"hosts": groups[name]} for name in sorted(groups)}
    comments = [f"{MARK} Source: {origin}", "The next import writes this file anew."]
    return to_yaml([{"all": whole}], comments)


def own(text: str) -> bool:
    """Whether an import wrote *text*, and nobody added a comment or changed how it is written."""
    comments = [line[2:] for line in text.splitlines()[:2]]
    if not comments or MARK not in comments[0]:
        return False
    parsed = read_yaml(text, "")
    return len(parsed.documents) == 1 and to_yaml(parsed.documents, comments) == text


def _fields(heading: Sequence[Cell], shown: str, *, keep_columns: bool) -> dict[int, str]:
    """Column (from 0) to field; a variable's name as ``var NAME``."""
    found: dict[int, str] = {}
    for number, cell in enumerate(heading):
        if not cell.text:
            continue
        field = _KNOWN.get(_plain(cell.text), "")
        if not field and keep_columns and not _SECRET.search(_plain(cell.text)):
            field = f"var {_variable(cell, shown)}"
        if field in found.values():
            raise UsageError("hosts.sheet_twice", path=shown, cell=cell.place, heading=cell.text)
        if field:
            found[number] = field
    return found


def _plain(heading: str) -> str:
    return re.sub(r"[\s_\-./()]", "", heading).casefold()


def _variable(cell: Cell, shown: str) -> str:
    name = re.sub(r"\W+", "_", cell.text.strip()).strip("_").lower()
    if not re.fullmatch(r"[^\W\d]\w*", name) or name.startswith("ansible_"):
        raise UsageError("hosts.sheet_variable", path=shown, cell=cell.place, heading=cell.text)
    return name


def _natural(host: Host) -> list[Any]:
    return [int(part) if part.isdecimal() else part for part in _DIGITS.split(host.name)]


class _Reader:
    """Reads rows and collects what is wrong with them."""

    def __init__(self, shown: str, fields: dict[int, str]) -> None:
        self.findings: list[Finding] = []
        self._shown = shown
        self._fields = fields

    def refuse_secrets(self, heading: Sequence[Cell], rows: Sequence[Sequence[Cell]]) -> None:
        """A finding for each column that holds passwords; their values are not repeated."""
        for number, cell in enumerate(heading):
            if _SECRET.search(_plain(cell.text)):
                filled = next((row[number].place for row in rows if row[number].text), "")
                if filled:
                    self._find("hosts.cell_secret", filled, heading=cell.text)

    def host(self, row: Sequence[Cell]) -> Host | None:
        """The host of one row; None for one without a name."""
        cells = {field: row[number] for number, field in self._fields.items()}
        name = cells["name"]
        if not self._named(name):
            return None
        variables = {field: cell for field, cell in cells.items() if cell.text}
        found: dict[str, Any] = {}
        for field, cell in variables.items():
            value = self._value(field, cell)
            if value is not None:
                found[_VARIABLES.get(field, field.removeprefix("var "))] = value
        places = {field: cell.place for field, cell in cells.items()}
        return Host(name.text, tuple(self._groups(cells, name.text)), found, places)

    def compare(self, hosts: Sequence[Host]) -> None:
        """Findings for names and addresses that two rows have, and groups named like a host."""
        names: dict[str, Host] = {}
        places: dict[tuple[str, int], Host] = {}
        for host in hosts:
            before = names.setdefault(host.name.casefold(), host)
            if before is not host:
                self._find("hosts.cell_name_twice", host.cells["name"], name=host.name,
                           other=before.cells["name"])  # fmt: skip
            place = (host.variables.get("ansible_host", host.name).casefold(),
                     host.variables.get("ansible_port", 22))  # fmt: skip
            before = places.setdefault(place, host)
            if before is not host and before.name != host.name:
                cell = host.cells.get("address", host.cells["name"])
                self._find("hosts.cell_address_twice", cell, address=place[0], other=before.name)
        for host in hosts:
            for group in host.groups:
                if group.casefold() in names:
                    self._find("hosts.cell_group_is_host", host.cells["groups"], group=group)

    def _named(self, cell: Cell) -> bool:
        if not cell.text:
            self._find("hosts.cell_no_name", cell.place)
        elif not _NAME.fullmatch(cell.text) or cell.text.lower() in _RESERVED:
            self._find("hosts.cell_name", cell.place, value=cell.text)
        else:
            return True
        return False

    def _value(self, field: str, cell: Cell) -> Any:
        if field in ("name", "groups"):
            return None
        if field == "address" and not _is_address(cell.text):
            return self._find("hosts.cell_address", cell.place, value=cell.text)
        if field == "user" and not _USER.fullmatch(cell.text):
            return self._find("hosts.cell_user", cell.place, value=cell.text)
        if field == "port":
            if not cell.text.isdecimal() or not 0 < int(cell.text) < 65536:
                return self._find("hosts.cell_port", cell.place, value=cell.text)
            return int(cell.text)
        if "{{" in cell.text or "{%" in cell.text:  # Ansible would compute it
            return self._find("hosts.cell_template", cell.place, value=cell.text)
        return cell.text

    def _groups(self, cells: dict[str, Cell], host: str) -> Iterator[str]:
        cell = cells.get("groups")
        for word in _SEPARATORS.split(cell.text) if cell else ():
            group = word.strip()
            if not group:
                continue
            if not _GROUP.fullmatch(group) or group.lower() in _RESERVED:
                self._find("hosts.cell_group", cell.place if cell else "", value=group)
            else:
                yield group

    def _find(self, code: str, cell: str, severity: Severity = "error", **params: str) -> None:
        place = {"cell": cell} | params
        self.findings.append(Finding(code=code, severity=severity, file=self._shown, params=place))


def _is_address(text: str) -> bool:
    """An IPv4 or IPv6 address, or a name; four numbers with dots are never a name."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return bool(_LABELS.fullmatch(text)) and not _NUMBERS.fullmatch(text)
    return True
