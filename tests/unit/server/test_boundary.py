"""Paths of clients are names in one folder."""

import os
from pathlib import Path

import pytest

from kiki.model.errors import UsageError
from kiki.model.request import CloudSource, ClusterSource, InventorySource, Request, Scope
from kiki.server import boundary
from tests.unit.server.running import Running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "inventories"
    (made / "prod").mkdir(parents=True)
    (made / "hosts.ini").write_text("[web]\nweb1\n")
    (made / "prod" / "hosts.yml").write_text("all: {}\n")
    (tmp_path / "secret").write_text("x")
    (made / "out").symlink_to(tmp_path)
    (made / "circle").symlink_to(made / "circle")
    return made


def asked(path: str) -> Request:
    return Request(scope=Scope(inventory=InventorySource(form="path", text=path)))


def test_a_path_is_found_and_shown_as_it_was_named(folder: Path) -> None:
    found = boundary.inside(asked("prod/hosts.yml"), str(folder)).scope.inventory
    assert found is not None
    assert found.text == str(folder / "prod" / "hosts.yml")
    assert found.origin == "prod/hosts.yml"
    assert boundary.names(str(folder)) == ("hosts.ini", "prod/hosts.yml")


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../secret", "out/secret", "prod/../../secret", ".", "", "a\0b", "x" * 5000,
     "circle", "/proc/self/environ", "~/.ssh/id_rsa"],
)  # fmt: skip
def test_a_path_leads_nowhere_else(folder: Path, path: str) -> None:
    with pytest.raises(UsageError, match=r"path_(outside|missing)"):
        boundary.inside(asked(path), str(folder))


def test_kubeconfigs_and_keys_are_held_to_the_same(folder: Path) -> None:
    for scope in (
        Scope(cluster=ClusterSource(kubeconfig="/root/.kube/config", named=True)),
        Scope(cluster=ClusterSource(kubeconfig="hosts.ini:/root/.kube/config", named=True)),
        Scope(ssh_key="/root/.ssh/id_ed25519"),
    ):
        with pytest.raises(UsageError, match=r"path_(outside|missing)"):
            boundary.inside(Request(scope=scope), str(folder))
    usual = Request(scope=Scope(cluster=ClusterSource(context="lab", named=True)))
    assert boundary.inside(usual, str(folder)) == usual


def test_clouds_too(folder: Path) -> None:
    named = CloudSource(name="lab", named=True)
    assert boundary.inside(Request(scope=Scope(cloud=named)), str(folder)).scope.cloud == named
    (folder / "clouds.yaml").write_text("clouds: {}")
    found = boundary.inside(Request(scope=Scope(cloud=named)), str(folder)).scope.cloud
    assert found is not None
    assert found.file == str(folder / "clouds.yaml")
    elsewhere = CloudSource(name="lab", file="/etc/openstack/clouds.yaml", named=True)
    with pytest.raises(UsageError, match=r"path_(outside|missing)"):
        boundary.inside(Request(scope=Scope(cloud=elsewhere)), str(folder))


def test_a_new_field_of_a_scope_is_looked_at_here_first() -> None:
    paths = {"inventory", "cluster", "cloud", "ssh_key"}
    no_paths = {"limit", "tags", "extra_vars", "user", "ask_become_pass", "verify", "rollout",
                "timeout_s", "take_over", "create_only"}  # fmt: skip
    assert set(Scope.__struct_fields__) == paths | no_paths


def test_over_http_nothing_of_the_disk_comes_back(running: Running) -> None:
    request = {"message": "Nginx 설치", "scope": {"inventory": {"form": "path",
               "text": "/etc/passwd"}, "verify": "syntax"}}  # fmt: skip
    reply = running.ask("POST", "/api/v1/changes", {"request": request})
    assert b"server.path_outside" in reply.body
    assert b"root:" not in reply.body
    assert running.agent().ledger(1)[0].event != "request", "nothing was stored"


def test_who_is_bound_to_a_project_does_not_ask_the_servers_own_cluster(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    asked = Request(message="노드 상태", project="web")
    found = boundary.inside(asked, str(tmp_path), bound=True).scope.cluster
    assert found is not None and (found.kubeconfig, found.named) == (os.devnull, False)
    (tmp_path / "web" / "kubeconfig").write_text("")
    found = boundary.inside(asked, str(tmp_path), bound=True).scope.cluster
    assert found is not None and found.kubeconfig == str(tmp_path / "web" / "kubeconfig")
    assert boundary.inside(asked, str(tmp_path)).scope.cluster is None


def test_whether_one_is_bound_is_not_for_the_client_to_say(tmp_path: Path) -> None:
    for said in (True, False):
        asked = Request(message="x", project="web", bound=said)
        assert boundary.inside(asked, str(tmp_path), bound=True).bound
        assert not boundary.inside(asked, str(tmp_path)).bound
