"""What every catalogue promises: names in order, None where there is nothing to ask, Kiki's errors.

Runs over the shipped fake, over several joined, and over the catalogues of live systems with a
driver that has no client: it is a real process that answers as ``systems.json`` says. tests/live
runs the same promises over a real cloud and a real cluster.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from kiki.catalogues import asking
from kiki.catalogues.joined import JoinedCatalogue
from kiki.catalogues.kubernetes import KubernetesCatalogue
from kiki.catalogues.listed import ListedCatalogue
from kiki.catalogues.openstack import OpenStackCatalogue
from kiki.model.catalogue import UNKNOWN, Catalogue, Sort
from kiki.model.errors import KikiError, TemporaryError

SORTS: tuple[Sort, ...] = get_args(Sort)
CLOUD = {
    "images": ["rocky-9", "rocky-8"],
    "flavors": ["m1.small"],
    "networks": [],
    "keypairs": ["b", "a", "b"],
    "security_groups": ["default"],
}
CLUSTER = {"namespaces": ["kube-system", "default"]}
DRIVER = """
import json, pathlib, sys
order = json.loads(sys.stdin.readline())
told = json.loads(pathlib.Path(__file__).with_name("systems.json").read_text())
print(json.dumps(told[order["system"]]))
"""


def keeps_its_promises(catalogue: Catalogue) -> None:
    """The contract; also run over real systems."""
    for sort in SORTS:
        place = catalogue.place(sort)
        try:
            names = catalogue.names(sort)
        except KikiError as error:
            assert place, f"{sort}: fails with {error} though there is nothing to ask"
            assert error.code.startswith("catalogue."), error
            continue
        assert (names is None) == (not place), sort
        assert names is None or list(names) == sorted(set(names)), sort
        assert catalogue.names(sort) == names


def listed(_: Path) -> Catalogue:
    names: dict[Any, Any] = {**CLOUD, **CLUSTER}
    failing = {"servers": TemporaryError("catalogue.timeout", where="listed")}
    return ListedCatalogue(names, failing=failing)  # type: ignore[arg-type]


def cloud(_: Path) -> OpenStackCatalogue:
    def python() -> Path:
        return Path(sys.executable)

    return OpenStackCatalogue("kiki", {}, python, timeout_s=2, environment={})


def cluster(_: Path) -> KubernetesCatalogue:
    def python() -> Path:
        return Path(sys.executable)

    return KubernetesCatalogue("/kubeconfig", "", python, timeout_s=2, environment={})


def joined(folder: Path) -> Catalogue:
    return JoinedCatalogue(cloud(folder), cluster(folder))


def unknown(_: Path) -> Catalogue:
    return UNKNOWN


CATALOGUES = [listed, cloud, cluster, joined, unknown]


@pytest.fixture(autouse=True)
def systems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the systems answer."""
    script = tmp_path / "driver.py"
    script.write_text(DRIVER)
    monkeypatch.setattr(asking, "SCRIPT", script)
    told = {"clouds": {"names": CLOUD, "errors": {"servers": "ForbiddenException 403"}},
            "clusters": {"names": CLUSTER}}  # fmt: skip
    (tmp_path / "systems.json").write_text(json.dumps(told))
    return tmp_path / "systems.json"


@pytest.mark.parametrize("make", CATALOGUES, ids=lambda make: make.__name__)
def test_promises(make: Callable[[Path], Catalogue], tmp_path: Path) -> None:
    keeps_its_promises(make(tmp_path))


@pytest.mark.parametrize("make", [listed, cloud, joined], ids=lambda make: make.__name__)
def test_names_are_those_of_the_system(make: Callable[[Path], Catalogue], tmp_path: Path) -> None:
    found = make(tmp_path)
    assert found.names("images") == ("rocky-8", "rocky-9")
    assert found.names("keypairs") == ("a", "b")
    assert found.names("networks") == ()
    with pytest.raises(TemporaryError):
        found.names("servers")


@pytest.mark.parametrize("make", [cluster, joined, listed], ids=lambda make: make.__name__)
def test_each_sort_is_asked_of_the_system_that_has_it(
    make: Callable[[Path], Catalogue], tmp_path: Path
) -> None:
    assert make(tmp_path).names("namespaces") == ("default", "kube-system")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("timeout", "catalogue.timeout"),
        ("too_many", "catalogue.too_many"),
        ("Unauthorized 401", "catalogue.denied"),
        ("ApiException 403", "catalogue.denied"),
        ("ConfigException", "catalogue.not_configured"),
        ("ConnectFailure", "catalogue.unreachable"),
        ("ServiceUnavailable 503", "catalogue.unreachable"),
    ],
)
@pytest.mark.parametrize("make", [cloud, cluster], ids=lambda make: make.__name__)
def test_a_system_that_does_not_answer_is_a_temporary_error(
    make: Callable[[Path], Catalogue], error: str, code: str, systems: Path, tmp_path: Path
) -> None:
    systems.write_text(json.dumps({"clouds": {"error": error}, "clusters": {"error": error}}))
    found = make(tmp_path)
    keeps_its_promises(found)
    with pytest.raises(TemporaryError) as raised:
        found.names("images" if make is cloud else "namespaces")
    assert raised.value.code == code
