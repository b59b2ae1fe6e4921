"""Passwords and other secrets: in no record, no ledger entry, no run folder and no bundle."""

import zipfile
from pathlib import Path

import pytest

from kiki.model.errors import NotFoundError, StaleError, UsageError
from kiki.model.intent import Question, Reading
from kiki.model.profile import Profile
from kiki.model.request import InventorySource, Request, Scope
from tests.unit.service.world import EVERY, PASSWORD, World, all_hosts, failing, recording

TOKEN = "Tq7vX2mZk9"
USER = "Create user kim"


def everything_on_disk(folder: Path) -> list[tuple[str, bytes]]:
    return [(str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file()]


def nowhere(value: str, world: World, tmp_path: Path, change_id: str) -> None:
    """*value* must not be in the state folder, a bundle, the records or the change itself."""
    path = world.agent.bundle(change_id, str(tmp_path / "bundle.zip"))
    with zipfile.ZipFile(path) as bundle:
        assert any(name.endswith("result.json") for name in bundle.namelist())
        parts = [(name, bundle.read(name)) for name in bundle.namelist()]
    import msgspec

    parts += everything_on_disk(world.folder)
    parts += [("ledger", msgspec.json.encode(world.real.ledger.records()))]
    parts += [("change", msgspec.json.encode(world.real.changes.get(change_id)))]
    assert len(parts) > 10
    for name, data in parts:
        assert value.encode() not in data, name


def test_the_become_password_is_handed_on_and_kept_nowhere(durable: World, tmp_path: Path) -> None:
    world = durable
    change = world.agent.submit(world.request(), become_password=PASSWORD)
    world.agent.approve(change.id, change.stage.decisive.digest())  # type: ignore[union-attr]
    world.clock.move(301)
    world.agent.run(change.id, become_password=PASSWORD)
    assert world.executor.passwords == [PASSWORD] * 4, "check, check again, apply, again"
    nowhere(PASSWORD, world, tmp_path, change.id)


@pytest.mark.parametrize("method", ["replan", "redo", "undo", "answer"])
def test_every_way_to_a_plan_hands_the_password_on(
    world: World, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if method == "answer":
        understood = world.agent.generate(world.request(), strict=False).reading
        asked = Reading(reader="rules", question=Question(code="question.field", field="0.path"))
        readings = iter([asked, understood])
        monkeypatch.setattr("kiki.pipeline.read", lambda *_, **__: next(readings))
        change = world.agent.submit(Request(message="make it", scope=world.scope()))
        world.agent.answer(change.id, "/srv/x", become_password=PASSWORD)
    else:
        change = world.submit() if method == "replan" else world.applied()
        getattr(world.agent, method)(change.id, become_password=PASSWORD)
    assert world.executor.orders[-1].mode == "check"
    assert world.executor.passwords[-1] == PASSWORD


def reading_with(names: str) -> Reading:
    """A user whose password is the secret of this name."""
    from kiki.model.intent import Intent, Operation

    fields = {"names": ["kim"], "groups": [], "shell": "", "home": "", "system": False,
              "password": names}  # fmt: skip
    operation = Operation(kind="ansible.user_create", fields=fields)
    return Reading(
        reader="rules",
        intent=Intent(target="ansible", name="kim", operations=(operation,), reader="rules"),
    )


def test_a_secret_in_a_message_leaves_only_its_name(
    durable: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = durable
    read: list[str] = []

    def reader(request: Request, profile: Profile, *_: object, **__: object) -> Reading:
        read.append(request.message)
        return reading_with("password-1")

    monkeypatch.setattr("kiki.pipeline.read", reader)
    for mode, verdict in (("check", "changed"), ("apply", "changed"), ("again", "ok")):
        world.recordings[mode] = recording(all_hosts(verdict), USER)  # type: ignore[literal-required]
    request = Request(message=f"create user kim with password {TOKEN}", scope=world.scope())
    change = world.agent.submit(request)
    assert read == ["create user kim with password {{secret:password-1}}"]
    assert change.state == "awaiting_approval", (change.reason, change.params)
    version = change.request.secrets["password-1"]
    assert world.real.secrets.value("password-1", version) == TOKEN
    assert change.stage.decisive is not None
    assert change.stage.decisive.secrets == {"password-1": version}
    assert world.executor.orders[-1].secrets == {"password-1": version}
    world.agent.approve(change.id, change.stage.decisive.digest())
    world.agent.run(change.id)
    nowhere(TOKEN, world, tmp_path, change.id)


def test_a_secret_in_an_answer_leaves_only_its_name_and_takes_nobody_elses(
    durable: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = durable
    asked = Reading(reader="rules", question=Question(code="question.field", field="0.content"))
    monkeypatch.setattr("kiki.pipeline.read", lambda *_, **__: asked)
    first = "Aa1-" + TOKEN
    change = world.agent.submit(Request(message=f"password: {first}"))
    answered = world.agent.answer(change.id, f"password={TOKEN}")
    assert answered.request.answers == {"0.content": "password={{secret:password-2}}"}
    values = {
        name: world.real.secrets.value(name, version)
        for name, version in answered.request.secrets.items()
    }
    assert values == {"password-1": first, "password-2": TOKEN}
    for value in (first, TOKEN):
        for name, data in everything_on_disk(world.folder):
            assert value.encode() not in data, name


def test_a_plain_answer_stays_as_it_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Reading(reader="rules", question=Question(code="question.field", field="0.path"))
    monkeypatch.setattr("kiki.pipeline.read", lambda *_, **__: asked)
    change = world.agent.submit(Request(message="password: " + TOKEN))
    answered = world.agent.answer(change.id, "/srv/x")
    assert answered.request.answers == {"0.path": "/srv/x"}
    assert list(answered.request.secrets) == ["password-1"]


def test_a_name_that_somebody_types_has_no_value(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names are counted for each message, so a typed one would mean somebody else's secret."""
    monkeypatch.setattr("kiki.pipeline.read", lambda *_, **__: reading_with("password-1"))
    mine = world.agent.submit(Request(message="create user kim with password " + TOKEN))
    assert mine.state == "checked"
    theirs = Request(
        message="create user kim with password {{secret:password-1}}",
        secrets=mine.request.secrets,
        scope=world.scope(),
    )
    with failing(NotFoundError, "secret.unknown") as caught:
        world.other.submit(theirs)
    assert world.stored(world.agent.get(caught.value.change_id)).state == "failed"
    assert world.executor.orders == []


def test_another_version_of_a_secret_makes_a_grant_stale(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from msgspec.structs import replace

    monkeypatch.setattr("kiki.pipeline.read", lambda *_, **__: reading_with("password-1"))
    world.recordings["check"] = recording(all_hosts("changed"), USER)
    change = world.agent.submit(Request(message="password: " + TOKEN, scope=world.scope()))
    granted = world.agent.approve(change.id, change.stage.decisive.digest())  # type: ignore[union-attr]
    other = world.real.secrets.put("password-1", "something else")
    request = replace(granted.request, secrets={"password-1": other})
    world.real.changes.save(replace(granted, request=request), "mallory", "edit", {})
    with failing(StaleError, "approval.moved") as caught:
        world.agent.run(change.id)
    assert caught.value.params["what"] == "secrets"


def test_generating_stores_no_secret(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def reader(request: Request, profile: Profile, *_: object, **__: object) -> Reading:
        read.append(request.message)
        return reading_with("password-1")

    monkeypatch.setattr("kiki.pipeline.read", reader)
    made = world.agent.generate(Request(message="password: " + TOKEN), strict=True)
    assert read == ["password: {{secret:password-1}}"]
    assert made.artifact is not None
    assert world.real.secrets.names() == ()
    assert world.real.ledger.records() == ()


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        (Scope(extra_vars={"ansible_become_password": TOKEN}), "inventory.password_var"),
        (
            Scope(
                inventory=InventorySource(form="inline", text=f"n1 ansible_become_password={TOKEN}")
            ),
            "inventory.password",
        ),
    ],
)
def test_a_request_with_a_password_in_its_scope_is_not_kept(
    durable: World, scope: Scope, code: str
) -> None:
    with failing(UsageError, code):
        durable.agent.submit(Request(message="password: other-" + TOKEN, scope=scope))
    assert durable.real.changes.find(EVERY) == ()
    assert durable.real.secrets.names() == ()
    assert durable.real.ledger.records() == ()
    for name, data in everything_on_disk(durable.folder):
        assert TOKEN.encode() not in data, name


def test_an_answer_for_a_password_is_one_as_a_whole(
    durable: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = durable
    asked = Reading(reader="rules", question=Question(code="question.field", field="0.password"))
    monkeypatch.setattr("kiki.pipeline.read", lambda *_, **__: asked)
    change = world.agent.submit(Request(message="password: " + TOKEN))
    answered = world.agent.answer(change.id, "plainword")
    assert answered.request.answers == {"0.password": "{{secret:password-2}}"}
    version = answered.request.secrets["password-2"]
    assert world.real.secrets.value("password-2", version) == "plainword"
    world.agent.keep_secret("db-root", "x")
    named = world.agent.answer(change.id, "{{secret:db-root}}")
    assert named.request.answers == {"0.password": "{{secret:db-root}}"}
    assert "db-root" in named.request.secrets


def test_what_a_person_says_of_a_change_is_kept_without_secrets(durable: World) -> None:
    world = durable
    change = world.submit()
    assert change.stage.decisive is not None
    granted = world.agent.approve(change.id, change.stage.decisive.digest(), f"pw: {TOKEN}, ok")
    assert granted.approval is not None
    assert granted.approval.note == "pw: ********, ok"
    gone = world.agent.reject(change.id, f"비밀번호는 {TOKEN}이라서 안 됩니다")
    assert TOKEN not in repr(gone)
    for name, data in everything_on_disk(world.folder):
        assert TOKEN.encode() not in data, name
