"""Users of a real Keystone are shut out, let in, and lose a role: seen by who gets a token."""

import json
import uuid
from collections.abc import Iterator

import pytest

from kiki.model.exits import Exit
from tests.live.cloud_lab import Cloud, cloud, kiki
from tests.live.kiki_cli import Kiki
from tests.live.test_openstack_acts import back, problems
from tests.live.test_openstack_stacks import asked, plan_of, run, verbs

__all__ = ["cloud", "kiki"]  # fixtures

pytestmark = pytest.mark.clouds

ADMIN = "kiki-admin"
MADE = """
project = cloud.identity.create_project(name=name, domain_id="default")
user = cloud.identity.create_user(name=name, password=name, domain_id="default")
for called in (name, name + "-more"):
    role = cloud.identity.create_role(name=called)
    cloud.identity.assign_project_role_to_user(project, user, role)
"""
GONE = """
for one in (cloud.identity.find_user(name), cloud.identity.find_project(name)):
    if one:
        one.delete(cloud.identity)
for one in cloud.identity.roles():
    if one.name.startswith(name):
        cloud.identity.delete_role(one)
"""
ROLES = """
from keystoneauth1.exceptions import Unauthorized
domain = {"user_domain_id": "default", "project_domain_id": "default"}
told = {"username": name, "password": name, "project_name": name, **domain}
address = cloud.config.get_auth_args()["auth_url"]
own = openstack.connect(auth={"auth_url": address, **told}, load_yaml_config=False)
try:
    found = sorted(own.session.auth.get_access(own.session).role_names)
except Unauthorized:
    found = []
"""


@pytest.fixture
def user(cloud: Cloud) -> Iterator[str]:
    """The name of a user, of a project and of a role that the user has in it; gone afterwards. The
    user has another role there, too."""
    made = f"kp-{uuid.uuid4().hex[:8]}"
    try:
        cloud(MADE, ADMIN, name=made)
        yield made
    finally:
        cloud(GONE, ADMIN, name=made)


def roles(cloud: Cloud, user: str) -> list[str]:
    """Those that the user's own login is given; none when there is no login."""
    return list(cloud(ROLES, ADMIN, name=user))


def test_a_user_is_shut_out_and_let_in_again_by_the_undo(
    kiki: Kiki, cloud: Cloud, user: str
) -> None:
    planned = asked(kiki, f"키스톤 사용자 {user} 비활성화해줘", cloud=ADMIN)
    assert set(verbs(planned).values()) == {"update"}, planned.told
    assert plan_of(planned)["risk"] == "medium"
    assert roles(cloud, user) == [user, f"{user}-more"]  # a plan does nothing
    done = run(kiki, planned)
    assert done.change["state"] == "applied", done.told
    assert done.change["stages"][0]["outcome"]["verified"] == "passed", done.told
    assert roles(cloud, user) == []
    again = asked(kiki, f"disable the keystone user {user}", cloud=ADMIN)
    assert set(verbs(again).values()) == {"none"}, again.told
    back(kiki, done)
    assert roles(cloud, user) == [user, f"{user}-more"]


def test_nobody_shuts_himself_out(kiki: Kiki) -> None:
    wrong = asked(kiki, "disable the keystone user admin", cloud=ADMIN)
    assert "openstack.act_yourself" in problems(wrong), wrong.told


def test_roles_are_taken_away_and_the_last_one_says_so(kiki: Kiki, cloud: Cloud, user: str) -> None:
    words = f"revoke role {user}-more from user {user} in project {user}"
    first = run(kiki, asked(kiki, words, cloud=ADMIN))
    assert first.change["state"] == "applied", first.told
    assert roles(cloud, user) == [user]
    refused = kiki("undo", first.change["id"], "--json")
    assert "openstack.undo_act" in refused.told
    asks = f"{user} 사용자의 {user} 프로젝트 {user} 역할 회수해줘"
    planned = asked(kiki, asks, cloud=ADMIN)
    assert problems(planned)["openstack.act_last_role"]["project"] == user, planned.told
    last = run(kiki, planned)
    assert last.change["state"] == "applied", last.told
    assert roles(cloud, user) == []
    again = asked(kiki, asks, cloud=ADMIN)
    assert set(verbs(again).values()) == {"none"}, again.told


def test_a_member_may_do_neither(kiki: Kiki, user: str) -> None:
    wrong = asked(kiki, f"disable the keystone user {user}")
    assert wrong.code == Exit.USAGE, wrong.told
    assert json.loads(wrong.out)["error"]["code"] == "cloud.forbidden"
