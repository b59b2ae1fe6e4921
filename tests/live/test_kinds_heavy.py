"""An upgrade from a repository that the host itself serves."""

import base64
from collections.abc import Iterator

import pytest

from kiki.targets.ansible.target import TARGET
from tests.live.test_ansible_kinds import Kinds, fresh, intent, kinds, lab

__all__ = ["kinds", "lab"]  # fixtures

pytestmark = pytest.mark.hosts

PORT = 8098
URL = f"http://127.0.0.1:{PORT}"
BUILD = """
set -e
cd {folder}
for version in 1.0 2.0; do
  mkdir -p p$version/DEBIAN
  printf '%s\n' 'Package: {name}' "Version: $version" 'Architecture: all' \
    'Maintainer: k <k@invalid>' 'Description: k' >p$version/DEBIAN/control
  dpkg-deb --build p$version {name}-$version.deb >/dev/null
done
deb={name}-2.0.deb
{{ dpkg-deb -f $deb; echo "Filename: ./$deb"; echo "Size: $(stat -c %s $deb)"
  echo "SHA256: $(sha256sum $deb | cut -d' ' -f1)"; }} >Packages
dpkg -i {name}-1.0.deb >/dev/null
"""


@pytest.fixture
def served(kinds: Kinds) -> Iterator[str]:
    """A package's name, whose version 1.0 is installed and 2.0 is in a repository at ``URL``."""
    name = fresh()
    folder = f"/srv/{name}"
    script = base64.b64encode(BUILD.format(folder=folder, name=name).encode()).decode()
    kinds.look(f"mkdir -p {folder}")
    kinds.look(f"sh -c 'echo {script} | base64 -d | sh'")
    server = f"python3 -m http.server {PORT} --bind 127.0.0.1 --directory {folder}"
    kinds.look(f"systemd-run --quiet --unit {name} {server}")
    yield name
    kinds.look(f"systemctl stop {name}")
    left = f"/etc/apt/sources.list.d/{name}* /var/lib/apt/lists/127.0.0.1*"
    kinds.look(f"sh -c 'dpkg --purge {name}; rm -rf {folder} {left}'")


def test_a_package_is_upgraded_to_what_an_added_repository_has(kinds: Kinds, served: str) -> None:
    repository = {"name": served, "url": f"{URL}/", "format": "deb", "signed": False}
    added = intent(("repository_add", repository))
    ran = kinds.there(added)
    case = intent(("package_upgrade", {"names": [served]}))
    try:
        kinds.look("apt-get -qq update")  # a plan looks at the lists that are there
        kinds.there(case)
        assert "Version: 2.0\n" in kinds.look(f"dpkg -s {served}")
        assert not kinds.plan(case).changes, "nothing is left to upgrade"
        undo = TARGET.undo(case, kinds.plan(case)).undo
        assert (undo.kind, undo.reason) == ("exact", "undo.nothing")
    finally:
        kinds.back(added, ran)
    assert kinds.look(f"ls /etc/apt/sources.list.d/{served}.sources") == ""
