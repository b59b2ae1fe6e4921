"""Which kinds can hold what a message says, and how many operations it takes."""

import pytest

from kiki.targets import registry
from kiki.understand.grounding import Said
from kiki.understand.holding import holders, least
from kiki.understand.lexicon import lexicon
from kiki.understand.retrieval import possible, relevant
from kiki.understand.schema import likely, schema

VOCABULARY = registry.vocabulary()
PLACES = frozenset(noun for target in VOCABULARY.targets for noun in target.places)


def shown(message: str) -> tuple[Said, list[str], int]:
    said = Said(message, lexicon())
    kinds = possible(said, relevant(said, VOCABULARY.kinds, VOCABULARY), VOCABULARY)
    kinds = holders(said, kinds, PLACES, likely)
    return said, [kind.id for kind in kinds], least(said, kinds, likely)


def test_a_kind_without_a_place_for_a_value_is_not_offered() -> None:
    said = Said("spawn 3 zk servers on m1.small, rocky-9, lab-net", lexicon())
    before = possible(said, relevant(said, VOCABULARY.kinds, VOCABULARY), VOCABULARY)
    assert "ansible.host_reboot" in {kind.id for kind in before}
    assert shown(said.message)[1] == ["openstack.server_create"]


def test_where_no_kind_holds_all_every_kind_is_offered() -> None:
    said = Said("spawn nginx:1.27 with 2G swap on m1.small and ext-net", lexicon())
    kinds = VOCABULARY.kinds
    assert holders(said, kinds, PLACES, likely) == kinds


@pytest.mark.parametrize(
    ("message", "count"),
    [
        ("carve out a namespace blue", 1),
        ("carve out namespaces blue, green and red", 3),
        ("blue랑 green 네임스페이스 뾰로롱", 2),
        ("conjure up the users mina, joon and hana", 1),  # one operation has them all
        ("서버 web 2대, db 3대 rocky-9 이미지 m1.small 로 lab-net 에 뾰로롱", 2),
        ("create a mysql:8.4 deployment and give it a service on port 3306", 2),
        ("whizz a mysql:8.4 deployment on port 3306", 1),
    ],
)
def test_as_many_operations_as_it_takes(message: str, count: int) -> None:
    assert shown(message)[2] == count


def test_a_choice_that_a_word_says_is_not_left_out() -> None:
    said = Said("bring curl up to the latest version", lexicon())
    [kind] = (kind for kind in VOCABULARY.kinds if kind.id == "ansible.package_install")
    [branch] = schema(said, [kind])["properties"]["operations"]["items"]["anyOf"]
    assert "state" in branch["properties"]["fields"]["required"]


def test_each_of_several_things_has_a_value_of_its_own() -> None:
    said = Said("서버 web 2대, db 1대 rocky-9 이미지 m1.small 로 lab-net 에 뾰로롱", lexicon())
    [kind] = (kind for kind in VOCABULARY.kinds if kind.id == "openstack.server_create")
    operations = schema(said, [kind])["properties"]["operations"]
    assert operations["minItems"] == 2
    assert "count" in operations["items"]["anyOf"][0]["properties"]["fields"]["required"]
