"""Tables of hosts: every mistake by its cell, the same bytes for the same hosts."""

import io
import zipfile

import pytest
import yaml

from kiki.documents import hostsheet, sheets
from kiki.model.errors import UsageError

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
ROWS = [
    ["호스트명", "IP", "그룹", "사용자", "비고", "자산번호"],
    ["web10", "10.0.0.10", "web, prod", "kiki", "메모: #1", 77.0],
    ["web2", "10.0.0.2", "web", "", "", ""],
    ["db1", "db1.example.com", "", "", "", "x"],
]


def workbook(rows: list[list[object]], *, declared: str = "", name: str = "서버") -> bytes:
    """A workbook as Excel lays it out: texts shared, numbers in place."""
    shared: list[str] = []
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = []
        for column, value in enumerate(row, start=1):
            place = f"{sheets.column(column)}{number}"
            if isinstance(value, str) and value:
                shared.append(value)
                cells.append(f'<c r="{place}" t="s"><v>{len(shared) - 1}</v></c>')
            elif value != "":
                cells.append(f'<c r="{place}"><v>{value}</v></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    texts = "".join(f"<si><r><t>{text}</t></r><rPh><t>x</t></rPh></si>" for text in shared)
    sheet = f'<sheet name="{name}" sheetId="1" r:id="rId1"/>'
    target = f'Id="rId1" Type="{DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"'
    parts = {
        "xl/workbook.xml": f'<?xml version="1.0"?>{declared}<workbook xmlns="{MAIN}" '
        f'xmlns:r="{DOCUMENT}"><sheets>{sheet}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship {target}/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}'
        "</sheetData></worksheet>",
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{texts}</sst>',
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for path, text in parts.items():
            file.writestr(path, text)
    return made.getvalue()


def read(rows: list[list[object]], *, keep: bool = False) -> hostsheet.Imported:
    return hostsheet.read(sheets.read(workbook(rows), "s.xlsx"), "s.xlsx", keep_columns=keep)


def csv_of(rows: list[list[object]], delimiter: str = ",") -> str:
    return "".join(
        delimiter.join(f'"{cell}"' if delimiter in str(cell) else str(cell) for cell in row)
        + "\r\n"
        for row in rows
    )


def test_a_workbook_becomes_an_inventory() -> None:
    found = read(ROWS)
    assert found.findings == ()
    assert found.left == ("자산번호",)
    text = hostsheet.to_inventory(found.hosts, "s.xlsx")
    whole = yaml.safe_load(text)["all"]
    assert list(whole["hosts"]) == ["db1", "web2", "web10"]
    assert whole["hosts"]["web10"] == {
        "ansible_host": "10.0.0.10", "ansible_user": "kiki", "note": "메모: #1",
    }  # fmt: skip
    assert whole["children"]["web"] == {"hosts": {"web2": {}, "web10": {}}}
    heading, *others = ROWS
    assert hostsheet.to_inventory(read([heading, *reversed(others)]).hosts, "s.xlsx") == text


def test_other_columns_are_kept_only_on_request() -> None:
    hosts = {host.name: host.variables for host in read(ROWS, keep=True).hosts}
    assert hosts["web10"]["자산번호"] == "77"
    assert hosts["db1"]["자산번호"] == "x"
    with pytest.raises(UsageError, match="sheet_variable"):
        read([["hostname", "ansible_connection"], ["n1", "local"]], keep=True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_means_the_same(encoding: str, delimiter: str) -> None:
    rows = [[77 if cell == 77.0 else cell for cell in row] for row in ROWS]
    sheet = sheets.read(csv_of(rows, delimiter).encode(encoding), "s.csv")
    found = hostsheet.read(sheet, "s.csv", keep_columns=True)
    assert [host[:3] for host in found.hosts] == [host[:3] for host in read(ROWS, keep=True).hosts]
    assert sheet.encoding == encoding.removesuffix("-sig")


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        (["", "10.0.0.1"], "no_name", "A3"),
        (["a b", "10.0.0.1"], "name", "A3"),
        (["-a", "10.0.0.1"], "name", "A3"),
        (["all", "10.0.0.1"], "name", "A3"),
        (["n2", "10.0.0.256"], "address", "B3"),
        (["n2", "10.0.0.1, 10.0.0.2"], "address", "B3"),
        (["n2", "-oProxyCommand=x"], "address", "B3"),
        (["N1", "10.0.0.7"], "name_twice", "A3"),
        (["n2", "10.0.0.9"], "address_twice", "B3"),
        (["n2", "10.0.0.1", "we b"], "group", "C3"),
        (["n2", "10.0.0.1", "n1"], "group_is_host", "C3"),
        (["n2", "10.0.0.1", "web", "-l x"], "user", "D3"),
        (["n2", "10.0.0.1", "web", "", 99999], "port", "E3"),
        (["n2", "10.0.0.1", "web", "", 22.5], "port", "E3"),
        (["n2", "10.0.0.1", "web", "", "", "{{ lookup('pipe', 'id') }}"], "template", "F3"),
    ],
)
def test_each_mistake_is_named_by_its_cell(row: list[object], code: str, cell: str) -> None:
    heading: list[object] = ["Host name", "IP Address", "Group", "User", "Port", "Note"]
    (found,) = read([heading, ["n1", "10.0.0.9"], row]).findings
    assert (found.code, found.params["cell"]) == (f"hosts.cell_{code}", cell)
    assert found.severity == "error"


@pytest.mark.parametrize(
    "heading", ["비밀번호", "Root Password", "SSH private key", "api_key", "PW"]
)
def test_passwords_are_refused_and_not_repeated(heading: str) -> None:
    found = read([["hostname", heading], ["n1", ""], ["n2", "C4nary"]], keep=True)
    (finding,) = found.findings
    assert (finding.code, finding.params["cell"]) == ("hosts.cell_secret", "B3")
    assert found.left == ()  # else the note says how to keep it as a variable
    assert "C4nary" not in repr(found)
    assert read([["hostname", heading], ["n1", ""]], keep=True).findings == ()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "sheet_empty"),
        (b"IP,group\n10.0.0.1,web\n", "sheet_no_names"),
        (b"hostname,server\na,b\n", "sheet_twice"),
        (b'hostname\n"a\n', "sheet_broken"),
        (b"\xff\xfea", "sheet_broken"),
        (b"PK\x03\x04nothing", "sheet_broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "sheet_old"),
        (workbook(ROWS, declared='<!DOCTYPE a [<!ENTITY x "y">]>'), "sheet_broken"),
        (workbook(ROWS).replace(b"xl/_rels/workbook", b"xl/_rels/wrongbook"), "sheet_broken"),
    ],
)
def test_what_is_no_table_of_hosts(data: bytes, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        hostsheet.read(sheets.read(data, "s"), "s")
    assert caught.value.code == f"hosts.{code}"


def test_a_sheet_by_its_name() -> None:
    assert sheets.read(workbook(ROWS), "s.xlsx", "서버").name == "서버"
    with pytest.raises(UsageError) as caught:
        sheets.read(workbook(ROWS), "s.xlsx", "other")
    assert caught.value.params["sheets"] == "서버"


def test_only_an_imports_own_file_is_its_own() -> None:
    text = hostsheet.to_inventory(read(ROWS).hosts, "s.xlsx")
    assert hostsheet.own(text)
    assert not hostsheet.own(text + "# mine\n")
    assert not hostsheet.own(text.replace("web2:", "web2:  # mine", 1))
    assert not hostsheet.own("all:\n  hosts:\n    n1: {}\n")
