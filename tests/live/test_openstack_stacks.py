"""Stacks on a real Heat: planned, applied, changed, taken back; and what is in the way."""

import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiki.model.exits import Exit
from tests.live.cloud_lab import Cloud, cloud, kiki
from tests.live.kiki_cli import Answer, Kiki

__all__ = ["cloud", "kiki"]  # fixtures

pytestmark = pytest.mark.clouds

HOT = {"heat_template_version": "2021-04-16"}


@pytest.fixture
def name(cloud: Cloud) -> Iterator[str]:
    """The name of a stack of one's own, gone afterwards."""
    made = f"kl-{uuid.uuid4().hex[:8]}"
    yield made
    cloud.drop(made)


def words(name: str, image: str = "rocky-9-generic", flavor: str = "m1.tiny") -> str:
    return f"{image} 이미지로 {flavor} 서버 {name} 1대 private 네트워크에 만들어줘"


def asked(kiki: Kiki, message: str, *more: str, cloud: str = "kiki") -> Answer:
    return kiki("--cloud", cloud, "--json", "--message", message, *more)


def run(kiki: Kiki, planned: Answer) -> Answer:
    assert planned.change["state"] == "awaiting_approval", planned.told
    identifier = planned.change["id"]
    assert kiki("approve", identifier, "--json").code == Exit.DONE
    return kiki("run", identifier, "--json")


def plan_of(answer: Answer) -> dict[str, Any]:
    return dict(answer.change["stages"][0]["plan"])


def verbs(answer: Answer) -> dict[str, str]:
    return {one["task"]: one["verb"] for one in plan_of(answer)["actions"]}


def codes(answer: Answer) -> list[str]:
    return [one["code"] for one in answer.change["stages"][0]["findings"]]


def nowhere(secret: str, kiki: Kiki, *answers: Answer) -> None:
    """The secret is in nothing that was said or kept."""
    for answer in answers:
        assert secret not in answer.told
    for path in kiki.state.rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes(), path


def test_a_stack_is_made_changed_and_taken_back(kiki: Kiki, cloud: Cloud, name: str) -> None:
    planned = asked(kiki, words(name))
    assert verbs(planned) == {f"Stack {name}": "create", "server OS::Nova::Server": "create"}
    place = plan_of(planned)["place"]
    assert (place["name"], place["identity"]["project"]) == ("kiki", "demo")
    assert cloud.stack(name) is None  # a plan makes nothing
    done = run(kiki, planned)
    assert done.change["state"] == "applied", done.told
    stack = cloud.stack(name)
    assert stack is not None
    assert (stack["stack_status"], stack["tags"]) == ("CREATE_COMPLETE", ["kiki"])
    outputs = done.change["stages"][0]["outcome"]["remarks"]
    assert [one["code"] for one in outputs] == ["openstack.output"] * 2

    again = asked(kiki, words(name))
    assert again.change["state"] == "applied", again.told
    assert set(verbs(again).values()) == {"none"}

    changed = asked(kiki, f"{words(name, flavor='m1.small')}", "--yes")
    assert changed.change["state"] == "applied", changed.told
    assert verbs(changed)["server OS::Nova::Server"] == "update"
    refused = kiki("undo", planned.change["id"], "--json")
    assert refused.change["reason"] == "undo.moved", refused.told

    back = run(kiki, kiki("undo", changed.change["id"], "--json"))
    assert back.change["state"] == "applied", back.told
    assert cloud.stack(name)["parameters"]["flavor"] == "m1.tiny"  # type: ignore[index]
    gone = run(kiki, kiki("undo", planned.change["id"], "--json"))
    assert gone.change["state"] == "applied", gone.told
    assert cloud.stack(name) is None


def test_what_can_not_be_changed_in_place_is_said_to_be_replaced(
    kiki: Kiki, cloud: Cloud, name: str
) -> None:
    assert asked(kiki, words(name), "--yes").change["state"] == "applied"
    keyed = f"rocky-9-generic 이미지로 m1.tiny 서버 {name} 1대 private 네트워크에 키 ops로 만들어줘"
    planned = asked(kiki, keyed)
    (server,) = [one for one in plan_of(planned)["actions"] if one["verb"] == "replace"]
    assert (server["message"], plan_of(planned)["risk"]) == ("key_name", "high")
    assert "openstack.live_replaces" in codes(planned)


def test_a_stack_that_moved_after_the_plan_is_not_touched(
    kiki: Kiki, cloud: Cloud, name: str
) -> None:
    planned = asked(kiki, words(name))
    cloud.make(name, {**HOT, "resources": {"r": {"type": "OS::Heat::RandomString"}}})
    done = run(kiki, planned)
    assert done.change["state"] == "failed", done.told
    assert done.change["stages"][0]["outcome"]["reason"] == "openstack.run_moved"
    assert "tags" not in cloud.stack(name) or cloud.stack(name)["tags"] != ["kiki"]  # type: ignore[index, operator]


def test_somebody_elses_stack_is_left_alone(kiki: Kiki, cloud: Cloud, name: str) -> None:
    cloud.make(name, {**HOT, "resources": {"w": {
        "type": "OS::Heat::TestResource", "properties": {"wait_secs": 8}}}})  # fmt: skip
    busy = asked(kiki, words(name))
    assert "openstack.live_in_progress" in codes(busy), busy.told
    cloud(
        "import time\nwhile 'PROGRESS' in heat.get(f'/stacks/{name}').json()['stack']"
        "['stack_status']: time.sleep(1)",
        name=name,
    )
    assert "openstack.live_taken" in codes(asked(kiki, words(name)))
    assert "openstack.live_exists" in codes(asked(kiki, words(name), "--create-only"))


def test_names_and_quotas_are_compared_before_anything_is_made(
    kiki: Kiki, cloud: Cloud, name: str
) -> None:
    slip = asked(kiki, words(name, image="rocky-9-generik", flavor="m1.smal"))
    told = slip.change["stages"][0]["findings"]
    assert [(one["code"], one["params"]["near"].split(", ")[0]) for one in told] == [
        ("openstack.live_name_near", "rocky-9-generic"), ("openstack.live_name_near", "m1.small"),
    ]  # fmt: skip
    many = asked(kiki, words(name).replace("1대", "40대"))
    assert "openstack.live_quota" in codes(many), many.told
    assert cloud.stack(name) is None


def test_two_images_of_one_name_are_told_with_their_ids(
    kiki: Kiki, cloud: Cloud, name: str
) -> None:
    make = (
        "for _ in range(2):\n cloud.image.create_image(image, data=b'x', disk_format='raw', "
        "container_format='bare', visibility='public', validate_checksum=False)"
    )
    cloud(make, "kiki-admin", image=f"{name}-image")
    try:
        told = asked(kiki, words(name, image=f"{name}-image"))
        (found,) = told.change["stages"][0]["findings"]
        assert (found["code"], len(found["params"]["ids"].split(", "))) == (
            "openstack.live_name_ambiguous", 2,
        )  # fmt: skip
    finally:
        drop = "for one in cloud.image.images(name=image): cloud.image.delete_image(one)"
        cloud(drop, "kiki-admin", image=f"{name}-image")


def test_a_stack_that_fails_says_what_and_why_and_can_be_taken_back(
    kiki: Kiki, cloud: Cloud, name: str
) -> None:
    cloud("cloud.compute.create_flavor(name=name, ram=512, vcpus=1, disk=10**8)", "kiki-admin",
          name=f"m9.{name}")  # fmt: skip
    try:
        failed = asked(kiki, words(name, flavor=f"m9.{name}"), "--yes")
        outcome = failed.change["stages"][0]["outcome"]
        assert outcome["reason"] == "openstack.run_resource", failed.told
        assert outcome["params"]["resource"] == "server"
        assert "No valid host" in outcome["params"]["reason"]
        again = asked(kiki, words(name, flavor=f"m9.{name}"))
        assert "openstack.live_failed_before" in codes(again)
        back = run(kiki, kiki("undo", failed.change["id"], "--json"))
        assert back.change["state"] == "applied", back.told
        assert cloud.stack(name) is None
    finally:
        cloud("cloud.compute.delete_flavor(cloud.compute.find_flavor(name))", "kiki-admin",
              name=f"m9.{name}")  # fmt: skip


# -- logins -----------------------------------------------------------------------------------


def written(folder: Path, auth_type: str, **auth: str) -> Path:
    path = folder / f"{auth_type}.yaml"
    told = {"auth_type": auth_type, "auth": {"auth_url": "http://127.0.0.1:5000/v3", **auth},
            "region_name": "RegionOne"}  # fmt: skip
    path.write_text(json.dumps({"clouds": {"kiki": told}}))
    return path


def test_an_application_credential_and_a_token_do(
    kiki: Kiki, cloud: Cloud, name: str, tmp_path: Path
) -> None:
    made = cloud(
        "one = cloud.identity.create_application_credential(cloud.current_user_id, name=name, "
        "unrestricted=True)\nfound = [one.id, one.secret, cloud.auth_token]",
        name=name,
    )
    credential = written(
        tmp_path, "v3applicationcredential", application_credential_id=made[0],
        application_credential_secret=made[1],
    )  # fmt: skip
    done = asked(kiki, words(name), "--yes", "--clouds-file", str(credential))
    assert done.change["state"] == "applied", done.told
    token = written(
        tmp_path, "v3token", token=made[2], project_name="demo", project_domain_name="Default"
    )
    with_token = asked(kiki, words(name, flavor="m1.small"), "--yes", "--clouds-file", str(token))
    assert with_token.change["state"] == "applied", with_token.told
    for secret in made[1:]:
        nowhere(secret, kiki, done, with_token)


@pytest.mark.parametrize(
    ("auth_type", "auth", "code"),
    [
        ("v3token", {"token": "gAAAAABGeheim", "project_name": "demo",
                     "project_domain_name": "Default"}, "cloud.token_expired"),
        ("v3applicationcredential", {"application_credential_id": "abc",
                                     "application_credential_secret": "GeheimX"},
         "cloud.credential_refused"),
        ("password", {"username": "demo", "password": "GeheimY", "project_name": "demo",
                      "user_domain_name": "Default", "project_domain_name": "Default"},
         "cloud.denied"),
        ("password", {"password": "GeheimZ"}, "cloud.settings_wrong"),
    ],
)  # fmt: skip
def test_a_login_that_is_not_taken_is_said_and_shown_nowhere(
    kiki: Kiki, tmp_path: Path, auth_type: str, auth: dict[str, str], code: str, name: str
) -> None:
    path = written(tmp_path, auth_type, **auth)
    answer = asked(kiki, words(name), "--clouds-file", str(path))
    assert code in answer.told
    for secret in re.findall(r"\w*Geheim\w?", json.dumps(auth)):
        nowhere(secret, kiki, answer)


def test_other_things_in_the_way_are_said(kiki: Kiki, clouds: Path, tmp_path: Path) -> None:
    down = tmp_path / "down.yaml"
    down.write_text(clouds.read_text().replace(":5000", ":5999"))
    for more, code in (
        (("--clouds-file", str(down)), "cloud.unreachable"),
        (("--clouds-file", str(tmp_path / "none.yaml")), "cloud.no_file"),
        (("--region", "RegionTwo"), "cloud.region_unknown"),
        (("--limit", "x"), "cloud.limit"),
        (("--tags", "x"), "openstack.live_tags"),
    ):
        assert code in asked(kiki, words("web"), *more).told
    assert "cloud.unknown" in asked(kiki, words("web"), cloud="kikki").told


def test_a_cloud_that_is_only_in_a_variable_is_not_planned_for(kiki: Kiki) -> None:
    answer = kiki("--json", "-t", "openstack", "--message", words("web"), OS_CLOUD="kiki")
    assert answer.change["state"] == "checked", answer.told
    assert answer.change["scope"]["cloud"] is None


def test_a_production_cloud_wants_its_name(kiki: Kiki, name: str) -> None:
    answer = kiki(
        "--cloud", "kiki", "--yes", "--json", "--message", words(name), KIKI_PRODUCTION_CLOUDS="k*"
    )
    assert answer.change["state"] == "awaiting_approval", answer.told
    assert (plan_of(answer)["risk"], plan_of(answer)["place"]["guarded"]) == ("high", True)
    unsaid = kiki("approve", answer.change["id"], "--json", KIKI_PRODUCTION_CLOUDS="k*")
    assert unsaid.code == Exit.AWAITING_APPROVAL
    said = kiki("approve", answer.change["id"], "--cloud", "kiki", KIKI_PRODUCTION_CLOUDS="k*")
    assert said.code == Exit.DONE, said.told
