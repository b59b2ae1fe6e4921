"""Logging in with a name and password of a real cloud (Keystone): roles in projects, groups."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from kiki.model.errors import KikiError
from kiki.server.sources.definitions import Keystone
from kiki.server.sources.keystone import KeystoneSource
from tests.live.cloud_lab import Cloud

pytestmark = pytest.mark.clouds
PASSWORD = "Keystone-Pass-1"
_MADE = """
domain = cloud.identity.find_domain('Default').id
project = cloud.identity.create_project(name=name, domain_id=domain)
other = cloud.identity.create_project(name=name + '-b', domain_id=domain)
group = cloud.identity.create_group(name=name, domain_id=domain)
apart = cloud.identity.create_domain(name=name)
aside = cloud.identity.create_group(name='admins-' + name, domain_id=apart.id)
user = cloud.identity.create_user(name=name, domain_id=domain, password=password,
                                  default_project_id=project.id)
role = cloud.identity.find_role('member')
cloud.identity.assign_project_role_to_user(project, user, role)
for one in (group, aside):
    cloud.identity.add_user_to_group(user, one)
"""
_GONE = """
for project in (name, name + '-b'):
    cloud.identity.delete_project(cloud.identity.find_project(project))
cloud.identity.delete_user(cloud.identity.find_user(name))
domain = cloud.identity.find_domain(name)
cloud.identity.update_domain(domain, is_enabled=False)
cloud.identity.delete_domain(domain)
cloud.identity.delete_group(cloud.identity.find_group(name))
"""


@pytest.fixture(scope="module")
def person(clouds: Path) -> Iterator[str]:
    """A user who is member of one project of two, in a group here and in one of another domain."""
    cloud, name = Cloud(clouds), f"kl-{uuid.uuid4().hex[:8]}"
    cloud(_MADE, "kiki-admin", name=name, password=PASSWORD)
    yield name
    cloud(_GONE, "kiki-admin", name=name)


def source(clouds: Path, name: str, **fields: Any) -> KeystoneSource:
    url = yaml.safe_load(clouds.read_text())["clouds"]["kiki"]["auth"]["auth_url"]
    table = {f"{name}/member": ("operator@web",), f"{name}/admin": ("admin",),
             f"{name}-b/member": ("admin",), name: ("viewer",),
             f"admins-{name}": ("admin",)}  # fmt: skip
    usual: dict[str, Any] = {"url": url, "roles": table}
    return KeystoneSource("cloud", Keystone(**(usual | fields)))


def test_roles_in_projects_and_groups(clouds: Path, person: str) -> None:
    found = source(clouds, person).person(person, PASSWORD)
    assert found.subject == person
    assert set(found.groups) >= {f"{person}/member", person}
    assert f"{person}/admin" not in found.groups
    assert not any(group.startswith(f"{person}-b/") for group in found.groups)
    assert f"admins-{person}" not in found.groups  # of another domain


def test_the_subject_is_keystones_spelling(clouds: Path, person: str) -> None:
    """The lab's database compares names without case."""
    assert source(clouds, person).person(person.upper(), PASSWORD).subject == person


@pytest.mark.parametrize(
    ("name", "password"),
    [("", PASSWORD), (None, ""), (None, "wrong"), ("nobody", PASSWORD), ("a\0b", PASSWORD)],
)
def test_who_is_refused(clouds: Path, person: str, name: str | None, password: str) -> None:
    with pytest.raises(KikiError) as caught:
        source(clouds, person).person(person if name is None else name, password)
    assert caught.value.code == "login.refused"


def test_of_another_domain_is_another_person(clouds: Path, person: str) -> None:
    with pytest.raises(KikiError, match=r"login\.refused"):
        source(clouds, person, domain="heat").person(person, PASSWORD)


def test_a_cloud_that_is_away_or_is_none(clouds: Path, person: str) -> None:
    url = yaml.safe_load(clouds.read_text())["clouds"]["kiki"]["auth"]["auth_url"]
    for wrong in ("http://127.0.0.1:1", f"{url}/nothing"):
        with pytest.raises(KikiError, match=r"login\.down"):
            source(clouds, person, url=wrong).person(person, PASSWORD)
