"""Which adapters are chosen, and that none is made before it is wanted."""

import getpass
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from kiki import wiring
from kiki.model.agent import Progress
from kiki.model.errors import RecordError
from kiki.model.request import Request
from kiki.settings import Settings, load

FLAGS = Request(flags={"kind": "directory-create", "path": "/srv/x"}, target="ansible")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({}, {"KIKI_STATE": str(tmp_path / "state"), "HOME": str(tmp_path)}, "/")


def test_generating_and_making_an_agent_open_nothing(settings: Settings) -> None:
    assert wiring.generator(settings).generate(FLAGS, strict=False).artifact is not None
    wiring.local_agent(settings)
    assert not Path(settings.state_dir).exists()


def test_a_generator_imports_no_store_and_no_executor(tmp_path: Path) -> None:
    code = (
        "import sys; from kiki import wiring; from kiki.settings import load;"
        "wiring.generator(load({}, {'HOME': sys.argv[1]}, '/'));"
        "heavy = ('sqlite3', 'yaml', 'subprocess', 'cryptography', 'kiki.store', 'kiki.policy');"
        "print([name for name in heavy if name in sys.modules])"
    )
    root = Path(wiring.__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True, text=True, check=True, env={"PYTHONPATH": str(root)},
    )  # fmt: skip
    assert done.stdout == "[]\n"


def test_a_change_is_kept_in_the_state_folder_by_whom_the_system_says(settings: Settings) -> None:
    change = wiring.local_agent(settings).submit(FLAGS)
    assert change.state == "checked"
    assert change.request.requester == getpass.getuser()
    assert re.fullmatch(r"[0-9a-hjkmnp-tv-z]{14}", change.id)
    again = wiring.local_agent(settings)
    assert again.get(change.id) == change
    assert again.audit() == ()
    assert again.describe()["state_dir"] == settings.state_dir


def test_the_clock_is_utc_with_milliseconds() -> None:
    now = wiring.clock()()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", now)
    assert wiring.clock()() >= now


def test_a_user_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert wiring.actor() == f"uid-{os.getuid()}"


def test_a_bundle_has_every_run_of_the_change_also_one_that_was_cut(
    settings: Settings, tmp_path: Path
) -> None:
    agent = wiring.local_agent(settings)
    mine, other = agent.submit(FLAGS), agent.submit(FLAGS)
    for change in (mine, other):
        folder = Path(settings.state_dir, "runs", f"run_{change.id}-apply-5-abcde")
        folder.mkdir(parents=True)
        (folder / "result.json").write_text('{"status": "successful"}', "utf-8")
    path = agent.bundle(mine.id, str(tmp_path / "bundle.zip"))
    with zipfile.ZipFile(path) as bundle:
        runs = [name for name in bundle.namelist() if name.startswith("runs/")]
    assert runs == [f"runs/run_{mine.id}-apply-5-abcde/result.json"]


@pytest.mark.parametrize(
    ("environ", "engine"),
    [
        ({}, "none"),
        ({"MODEL_URL": "http://127.0.0.1:9"}, "openai"),
        ({"MODEL_URL": "http://127.0.0.1:9", "KIKI_ENGINE": "none"}, "none"),
        ({"KIKI_ENGINE": "openai"}, "openai"),
        ({"KIKI_ENGINE": "scripted:x.json", "MODEL_URL": "http://x"}, "scripted:x.json"),
    ],
)
def test_an_address_is_enough_to_choose_the_engine(
    environ: dict[str, str], engine: str, tmp_path: Path
) -> None:
    (tmp_path / "x.json").write_text("[]", "utf-8")
    script = {"KIKI_ENGINE": f"scripted:{tmp_path}/x.json"} if ":" in engine else {}
    settings = load({}, {"HOME": str(tmp_path)} | environ | script, "/")
    described = wiring.local_agent(settings).describe()["engine"]
    assert described.replace(f"{tmp_path}/", "") == engine


def test_the_environments_proxies_reach_the_engine(tmp_path: Path) -> None:
    environ = {"HTTPS_PROXY": "http://a:1", "https_proxy": "", "no_proxy": "b", "NO_PROXY": "c"}
    settings = load({}, {"HOME": str(tmp_path), "MODEL_URL": "http://x"} | environ, "/")
    assert settings.proxies == {"https": "http://a:1", "no": "b"}
    assert wiring._engine(settings)._proxies == settings.proxies  # type: ignore[union-attr]


def test_ansible_is_looked_for_once_and_what_is_installed_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[Progress] = []
    calls: list[Any] = []

    def ensure(report: Any) -> str:
        calls.append(report)
        report("provision.package", {"name": "ansible-core"})
        return "home"

    monkeypatch.setattr("kiki.provision.ansible.ensure", ensure)
    home = wiring._ansible(heard.append)
    assert calls == []
    assert [home(), home()] == ["home", "home"]
    assert len(calls) == 1
    assert heard == [Progress(code="provision.package", params={"name": "ansible-core"})]


def test_old_run_folders_go_only_when_a_limit_is_set(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr("kiki.store.runs.retain", lambda *values: asked.append(values))
    wiring._retain(settings, lambda: "store")()  # type: ignore[arg-type, return-value]
    assert asked == []
    environ = {"KIKI_STATE": settings.state_dir, "HOME": str(tmp_path),
               "KIKI_RETENTION_DAYS": "30"}  # fmt: skip
    limited = load({}, environ, "/")
    wiring._retain(limited, lambda: "store")()  # type: ignore[arg-type, return-value]
    assert asked == [(settings.state_dir, "store", 30, limited.retention_runs)]


def test_the_master_key_comes_from_where_the_setting_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITE_KEY", "6b" * 32)
    environ = {"KIKI_STATE": str(tmp_path / "state"), "HOME": str(tmp_path)}
    agent = wiring.local_agent(load({}, environ | {"KIKI_MASTER_KEY": "env:SITE_KEY"}, "/"))
    made = agent.keep_secret("db-root", "x")
    assert made.master == "env:SITE_KEY"
    assert not (tmp_path / "state" / "keys" / "data.key").exists()
    with pytest.raises(RecordError) as caught:
        wiring.local_agent(load({}, environ, "/")).keep_secret("db-root", "y")
    assert caught.value.code == "store.master_key_wrong"


@pytest.mark.parametrize(
    ("variables", "allowed"),
    [
        ({"MODEL_URL": "http://127.0.0.1:1/v1"}, True),
        ({"KIKI_ENGINE": "scripted:x.json"}, True),
        ({"KIKI_ENGINE": "embedded"}, False),
        ({"KIKI_ENGINE": "openvino"}, False),
        ({"KIKI_ENGINE": "embedded", "KIKI_GENERIC": "on"}, True),
        ({"MODEL_URL": "http://127.0.0.1:1/v1", "KIKI_GENERIC": "off"}, False),
    ],
)
def test_who_may_fill_in_official_types(
    variables: dict[str, str], allowed: bool, tmp_path: Path
) -> None:
    environ = {"KIKI_STATE": str(tmp_path), **variables}
    assert wiring.generic(load({}, environ, str(tmp_path))) is allowed


@pytest.mark.parametrize(
    ("environ", "sorts"),
    [
        ({}, set()),
        ({"OS_CLOUD": "kiki"}, {"images"}),
        ({"KIKI_CLOUD": "kiki"}, {"images"}),
        ({"OS_AUTH_URL": "http://127.0.0.1:5000/v3", "OS_PASSWORD": "x"}, {"images"}),
        ({"OS_PASSWORD": "x"}, set()),
        ({"KUBECONFIG": "/k"}, {"namespaces"}),
        ({"KUBECONFIG": "/k", "OS_CLOUD": "kiki"}, {"images", "namespaces"}),
        ({"KUBECONFIG": "/k", "OS_CLOUD": "kiki", "KIKI_CATALOGUE_TIMEOUT_S": "0"}, set()),
    ],
)
def test_only_systems_that_are_named_are_asked(
    environ: dict[str, str], sorts: set[str], tmp_path: Path
) -> None:
    settings = load({}, {"HOME": str(tmp_path), **environ}, "/")
    made = wiring._catalogue(settings, lambda _: None)
    assert {sort for sort in ("images", "namespaces") if made.place(sort)} == sorts  # type: ignore[arg-type]
    assert repr(settings) == f"Settings(state_dir={settings.state_dir!r})"


def test_without_a_cloud_nothing_of_catalogues_is_loaded(tmp_path: Path) -> None:
    code = (
        "import sys; from kiki import wiring; from kiki.settings import load;"
        "from kiki.model.request import Request;"
        "agent = wiring.local_agent(load({}, {'HOME': sys.argv[1]}, '/'));"
        "change = agent.submit(Request(message='openstack 서버 web 1대 만들어줘'));"
        "print(change.state, [name for name in sys.modules if name.startswith('kiki.catalogues')])"
    )
    root = Path(wiring.__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True, text=True, check=True,
        env={"PYTHONPATH": str(root), "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert done.stdout == "asking []\n"
