"""What a generated project asks for, of collections."""

import pytest

from kiki.model.intent import Intent, Operation
from kiki.model.profile import Profile
from kiki.provision.ansible import COLLECTIONS as INSTALLED
from kiki.targets.ansible.render import render
from kiki.targets.ansible.versions import COLLECTIONS


def asked_for(module: str, args: dict[str, object]) -> str:
    """The text of requirements.yml."""
    operation = Operation(kind="ansible.module", fields={"module": module, "args": args})
    intent = Intent(target="ansible", name="x", operations=(operation,), reader="flags")
    files = render(intent, "project", Profile()).files
    return {file.path: file.text for file in files}["requirements.yml"]


@pytest.mark.parametrize(
    ("module", "args"),
    [
        ("community.general.ini_file", {"path": "/etc/a.ini", "section": "a", "option": "b"}),
        ("containers.podman.podman_network", {"name": "front"}),
        ("kubernetes.core.helm_repository", {"name": "a", "repo_url": "https://charts.lab/a"}),
    ],
)
def test_what_a_play_uses_is_asked_for_and_nothing_else(
    module: str, args: dict[str, object]
) -> None:
    name = module.rpartition(".")[0]
    text = asked_for(module, args)
    assert f"name: {name}\n" in text
    assert f'version: ">={COLLECTIONS[name]}"' in text
    assert text.count("name:") == 1


def test_every_installed_collection_can_be_asked_for() -> None:
    assert set(COLLECTIONS) == set(INSTALLED)
