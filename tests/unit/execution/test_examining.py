"""What is wrong with an inventory's text, with its place."""

import pytest

from kiki.execution import examining
from kiki.execution.ranges import complaint
from kiki.model.errors import UsageError


@pytest.mark.parametrize(
    "name",
    [
        "n1",
        "[2001:db8::1]",
        "[fe80::1]:22",
        "node[1:50]",
        "n[01:09]",
        "n[:3]",
        "n[1:9:2]",
        "db-[a:f]",
        "r[1:2]n[1:3]",
        "n[0:0]",
    ],
)
def test_ranges_that_are_fine(name: str) -> None:
    assert complaint(name) == ""


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("n[1:3", "open"),
        ("n1:3]", "open"),
        ("n[[1:2]]", "open"),
        ("n[1]", "parts"),
        ("n[1:2:3:4]", "parts"),
        ("n[1:]", "end"),
        ("n[1:5:0]", "step"),
        ("n[1:5:x]", "step"),
        ("n[a:3]", "mixed"),
        ("n[aa:bb]", "mixed"),
        ("n[01:100]", "width"),
        ("n[3:1]", "order"),
        ("n[f:a]", "order"),
        ("n[1:1000]m[1:1000]", "large"),
        ("n[1:99999999999]", "large"),
    ],
)
def test_ranges_that_are_wrong(name: str, what: str) -> None:
    assert complaint(name) == f"label.range_{what}"


def error(kind: str, *texts: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        examining.examine([(f"f{n}", kind, text) for n, text in enumerate(texts)])
    return caught.value


@pytest.mark.parametrize(
    ("kind", "text", "code", "place"),
    [
        ("ini", "\ufeff[web]\nn1\n", "bom", "f0:1"),
        ("ini", "n0\n[web\nn1\n", "section", "f0:2"),
        ("ini", "[web]\r\nn[3:1]\r\n", "range", "f0:2"),
        ("yaml", "web:\n  hosts:\n    n[3:1]:\n", "range", "f0:3"),
        ("ini", "[a:children]\nb\n[b:children]\nc\n[c:children]\na\n", "circular", "f0:6"),
        ("ini", "[a:children]\na\n", "circular", "f0:2"),
        ("yaml", "a:\n  children:\n    b:\n      children:\n        a:\n", "circular", "f0:5"),
        ("ini", "[x]\nn1 ansible_host=1.1.1.1\n[y]\nn1 ansible_host=1.1.1.2\n",
         "two_addresses", "f0:4"),
        ("yaml", "x:\n hosts:\n  n1: {ansible_host: a}\n  n1: {ansible_host: b}\n",
         "two_addresses", "f0:4"),
    ],
)  # fmt: skip
def test_each_mistake_has_its_place(kind: str, text: str, code: str, place: str) -> None:
    found = error(kind, text)
    assert (found.code, found.params["path"]) == (f"inventory.{code}", place)


def test_the_files_of_a_folder_are_judged_together() -> None:
    found = error("ini", "n1 ansible_host=a\n", "n1 x='y z' ansible_host=b\n")
    assert found.params["path"] == "f1:1"
    assert (found.params["place"], found.params["other"]) == ("f0:1", "a")
    circle = error("ini", "[a:children]\nb\n", "[b:children]\na\n")
    assert circle.params["groups"] == "a > b > a"


def test_what_is_fine_passes() -> None:
    ini = "n1 ansible_host=a\n[x]\nn1 ansible_host=a\nn1\n# [\n[x:vars]\ny=[1\n[y:children]\nx\n"
    yaml = "y:\n  children: {x: {}}\nz:\n  children: {x: , y: }\n"
    examining.examine([("i", "ini", ini), ("y", "yaml", yaml), ("b", "yaml", "a: [")])


def test_deep_groups_need_no_deep_stack() -> None:
    deep = "".join(f"[g{n}:children]\ng{n + 1}\n" for n in range(5_000))
    examining.examine([("i", "ini", deep)])
    assert error("ini", deep + "[g5000:children]\ng0\n").code == "inventory.circular"


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(UsageError) as caught:
        examining.text_of("[web]\n서버\n".encode("cp949"), "hosts")
    assert (caught.value.code, caught.value.params["path"]) == ("inventory.not_text", "hosts:2")
