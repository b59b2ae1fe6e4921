"""Canonical form and digests: the same meaning is the same bytes, another one is not."""

import hashlib
import subprocess
import sys
import unicodedata
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiki.model.approval import Decisive
from kiki.model.artifact import Artifact, File, header
from kiki.model.intent import Intent, Operation, Source
from kiki.model.inventory import Inventory
from kiki.model.ledger import GENESIS, LedgerRecord
from kiki.model.plan import Action, Plan
from kiki.model.records import Record, canonical, digest, digest_bytes
from kiki.model.request import Request

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def turned(value: Any) -> Any:
    """The same value with every mapping in the opposite order."""
    if isinstance(value, dict):
        return {key: turned(value[key]) for key in reversed(value)}
    return [turned(item) for item in value] if isinstance(value, list) else value


class TestCanonical:
    @given(JSON)
    def test_the_order_of_keys_does_not_matter(self, value: Any) -> None:
        assert canonical(value) == canonical(turned(value))

    @given(JSON)
    def test_it_is_json_and_keeps_the_value(self, value: Any) -> None:
        assert msgspec.json.decode(canonical(value)) == value

    @given(JSON, JSON)
    def test_other_values_have_other_digests(self, one: Any, two: Any) -> None:
        assume(repr(turned(turned(one))) != repr(two) and one != two)
        assert digest(one) != digest(two)

    def test_a_known_one(self) -> None:
        text = '{"a":[1,true,null],"b":"한글/\\""}'
        assert canonical({"b": '한글/"', "a": [1, True, None]}) == text.encode()
        assert digest({"b": '한글/"', "a": [1, True, None]}) == (
            "sha256:" + hashlib.sha256(text.encode()).hexdigest()
        )

    def test_the_same_in_another_process_with_another_hash_seed(self) -> None:
        program = (
            "import sys; sys.path[:0] = sys.argv[1:]\n"
            "from kiki.model.records import digest\n"
            "print(digest({'z': {'b', 'a', 'c'}, 'a': {'y': 1, 'x': 2}}))"
        )
        found = {
            subprocess.run(
                [sys.executable, "-c", program, *sys.path],
                env={"PYTHONHASHSEED": seed},
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            for seed in ("1", "2", "3")
        }
        assert len(found) == 1

    def test_unicode_is_not_normalised_behind_our_back(self) -> None:
        assert digest("é") != digest(unicodedata.normalize("NFD", "é"))


class TestRecord:
    def test_immutable(self) -> None:
        with pytest.raises(AttributeError):
            Request(message="x").message = "y"  # type: ignore[misc]

    def test_unknown_fields_are_refused(self) -> None:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({"message": "x", "massage": "y"}, Request)

    def test_every_record_refuses_unknown_fields(self) -> None:
        def every(parent: type[Record]) -> list[type[Record]]:
            return [found for kid in parent.__subclasses__() for found in (kid, *every(kid))]

        for kind in every(Record):
            assert kind.__struct_config__.forbid_unknown_fields, kind
            assert kind.__struct_config__.frozen, kind


FILES = (File(path="a.yml", text="one\n"), File(path="b.yml", text="two\n"))
ARTIFACT = Artifact(target="ansible", intent_digest="sha256:1", entry="a.yml", files=FILES)


class TestArtifact:
    def test_digest_covers_every_byte_and_path(self) -> None:
        others = [
            (File(path="a.yml", text="one"), FILES[1]),
            (File(path="a.yml", text="one\n "), FILES[1]),
            (File(path="c.yml", text="one\n"), FILES[1]),
            (File(path="a.yml", text="two\n"), File(path="b.yml", text="one\n")),
            FILES[:1],
            (*FILES, File(path="c.yml", text="")),
        ]
        digests = {msgspec.structs.replace(ARTIFACT, files=files).digest() for files in others}
        assert len(digests | {ARTIFACT.digest()}) == len(others) + 1

    def test_the_order_of_files_does_not_matter(self) -> None:
        assert msgspec.structs.replace(ARTIFACT, files=FILES[::-1]).digest() == ARTIFACT.digest()

    def test_text_of(self) -> None:
        assert ARTIFACT.text_of("b.yml") == "two\n"
        with pytest.raises(StopIteration):
            ARTIFACT.text_of("c.yml")

    def test_the_header_depends_on_the_intent_alone(self) -> None:
        assert header("sha256:1") == header("sha256:1")
        assert header("sha256:1") != header("sha256:2")


class TestIntent:
    OPERATION = Operation(kind="ansible.ping", fields={"a": 1, "b": [2]})
    INTENT = Intent(target="ansible", name="web", operations=(OPERATION,), reader="rules")

    def replaced(self, **fields: Any) -> str:
        return msgspec.structs.replace(self.INTENT, **fields).digest()

    def test_where_values_came_from_does_not_count(self) -> None:
        sourced = msgspec.structs.replace(self.OPERATION, sources={"a": Source(origin="flag")})
        assert self.replaced(operations=(sourced,), reader="flags") == self.INTENT.digest()

    def test_what_decides_the_bytes_counts(self) -> None:
        other = Operation(kind="ansible.ping", fields={"a": 1, "b": [3]})
        digests = {
            self.INTENT.digest(),
            self.replaced(name="web2"),
            self.replaced(target="k8s"),
            self.replaced(operations=(other,)),
            self.replaced(operations=(other, self.OPERATION)),
            self.replaced(operations=(self.OPERATION, other)),
        }
        assert len(digests) == 6

    def test_the_target_of_an_operation(self) -> None:
        assert self.OPERATION.target == "ansible"


class TestDecisive:
    DECISIVE = Decisive(
        files={"a": "1"},
        inventory="i",
        scope={"limit": ""},
        ansible_cfg="c",
        collections={"ansible.builtin": "2.19"},
        identity={"hosts": "a"},
        secrets={"db": "v1"},
        plan="p",
        later={"1 hosts": "d"},
    )

    @pytest.mark.parametrize("field", Decisive.__struct_fields__)
    def test_every_part_moves_the_digest(self, field: str) -> None:
        old = getattr(self.DECISIVE, field)
        new = {**old, "more": "x"} if isinstance(old, dict) else old + "x"
        moved = msgspec.structs.replace(self.DECISIVE, **{field: new})
        assert moved.digest() != self.DECISIVE.digest()


class TestPlan:
    ONE = Action(subject="web1", task="Install", verb="create", diff="+a")
    TWO = Action(subject="web2", task="Install", verb="none")
    PLAN = Plan(actions=(ONE, TWO), hosts=("web1", "web2"))

    def test_the_fingerprint_follows_what_would_happen(self) -> None:
        one = msgspec.structs.replace
        moved = [
            (self.TWO, self.ONE),
            (one(self.ONE, diff="+b"), self.TWO),
            (one(self.ONE, verb="update"), self.TWO),
            (one(self.ONE, task="Other"), self.TWO),
            (one(self.ONE, subject="web3"), self.TWO),
            (self.ONE,),
        ]
        prints = {one(self.PLAN, actions=actions).fingerprint() for actions in moved}
        prints |= {one(self.PLAN, unreachable=("web9",)).fingerprint(), self.PLAN.fingerprint()}
        assert len(prints) == len(moved) + 2

    def test_and_not_how_it_is_told(self) -> None:
        told = msgspec.structs.replace(self.ONE, message="other words", module="m", reason="r")
        plan = msgspec.structs.replace(self.PLAN, actions=(told, self.TWO), risk="high")
        assert plan.fingerprint() == self.PLAN.fingerprint()

    def test_what_changes(self) -> None:
        unknown = Action(subject="web1", task="Start", verb="unknown")
        plan = msgspec.structs.replace(self.PLAN, actions=(self.ONE, self.TWO, unknown))
        assert plan.changes == (self.ONE, unknown)

    @pytest.mark.parametrize(
        ("fields", "applyable"),
        [({}, True), ({"errored": True}, False), ({"risk": "forbidden"}, False),
         ({"complete": False, "risk": "high"}, True)],
    )  # fmt: skip
    def test_applyable(self, fields: dict[str, Any], applyable: bool) -> None:
        assert msgspec.structs.replace(self.PLAN, **fields).applyable is applyable


def test_an_inventorys_digest_is_of_what_runs_get() -> None:
    inventory = Inventory(text="{}", hosts=("a", "b"))
    same = Inventory(text="{}", hosts=("a", "b"), groups={"all": ("a",)})
    assert inventory.digest() == same.digest()
    assert inventory.digest() != Inventory(text="{}", hosts=("a",)).digest()
    assert inventory.digest() != Inventory(text="{ }", hosts=("a", "b")).digest()


class TestLedgerRecord:
    RECORD = LedgerRecord(
        sequence=1, at="t", actor="a", event="e", subject="s", data={"x": 1}, previous=GENESIS
    )

    @pytest.mark.parametrize("field", LedgerRecord.__struct_fields__)
    def test_every_field_is_in_its_hash(self, field: str) -> None:
        value: Any = {"sequence": 2, "data": {"x": 2}}.get(field, "other")
        moved = msgspec.structs.replace(self.RECORD, **{field: value})
        assert moved.hash() != self.RECORD.hash()

    def test_a_known_one(self) -> None:
        """Anybody can recompute it: sha256 over JSON with sorted keys and no spaces."""
        text = (
            '{"actor":"a","at":"t","data":{"x":1},"event":"e","previous":"sha256:'
            + "0" * 64
            + '","sequence":1,"subject":"s"}'
        )
        assert self.RECORD.hash() == digest_bytes(text.encode())
