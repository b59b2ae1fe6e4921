"""Settings: what wins, where it came from, and what is wrong with it."""

from pathlib import Path
from typing import Any

import pytest

from kiki.model.errors import UsageError
from kiki.settings import Settings, ambient, load, reading


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(reading, "SYSTEM_FILE", str(tmp_path / "etc.toml"))
    (tmp_path / ".config" / "kiki").mkdir(parents=True)
    return tmp_path


def loaded(home: Path, flags: dict[str, str] | None = None, **environ: str) -> Settings:
    return load(flags or {}, {"HOME": str(home)} | environ, str(home))


def write(home: Path, text: str) -> Path:
    path = home / ".config" / "kiki" / "config.toml"
    path.write_text(text, "utf-8")
    return path


def test_defaults(home: Path) -> None:
    found = loaded(home)
    assert found.state_dir == f"{home}/.local/state/kiki"
    assert (found.engine, found.forks, found.lang, found.locale) == ("auto", 20, "", "en")
    assert {origin.where for origin in found.origins.values()} == {"default"}


def test_precedence(home: Path) -> None:
    (home / "etc.toml").write_text('base_url = "http://etc:1"\nforks = 3\nmodel = "etc"\n')
    write(home, '# ours\nbase_url = "http://mine:1"\nforks = 4\n')
    found = loaded(
        home, {"base_url": "http://flag:1"}, KIKI_BASE_URL="http://env:1", KIKI_FORKS="9"
    )
    assert (found.base_url, found.forks, found.model) == ("http://flag:1", 9, "etc")
    assert (found.origins["base_url"].where, found.origins["base_url"].detail) == (
        "flag",
        "--base-url",
    )
    assert found.origins["forks"].detail == "KIKI_FORKS"
    assert found.origins["model"].detail == f"{home}/etc.toml:3"
    assert loaded(home).forks == 4
    assert loaded(home).origins["forks"].detail.endswith("config.toml:3")


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"WORK_DIR": "/work", "KIKI_STATE": "/state"}, "/state"),
        ({"WORK_DIR": "/work"}, "/work"),
        ({"XDG_STATE_HOME": "/xdg"}, "/xdg/kiki"),
    ],
)
def test_the_state_folder(home: Path, environ: dict[str, str], expected: str) -> None:
    assert loaded(home, **environ).state_dir == expected


def test_a_relative_state_folder_is_below_the_current_one(home: Path) -> None:
    assert loaded(home, KIKI_STATE="state").state_dir == f"{home}/state"


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("true", True), ("NO", False), ("0", False)]
)
def test_booleans(home: Path, text: str, value: bool) -> None:
    assert loaded(home, KIKI_ALLOW_LOCAL_CONNECTION=text).allow_local_connection is value


@pytest.mark.parametrize(
    ("environ", "code"),
    [
        ({"KIKI_ALLOW_LOCAL_CONNECTION": "perhaps"}, "settings.not_boolean"),
        ({"KIKI_FORKS": "many"}, "settings.not_number"),
        ({"KIKI_FORKS": "0"}, "settings.not_number"),
        ({"KIKI_FORKS": "-1"}, "settings.not_number"),
        ({"KIKI_LANG": "fr"}, "settings.not_choice"),
        ({"KIKI_FOUR_EYES": "some"}, "settings.not_choice"),
        ({"KIKI_FREEZE_WINDOWS": "daily 01:00-02:00,friday"}, "settings.not_window"),
        ({"KIKI_ENGINE": "magic"}, "settings.not_engine"),
        ({"KIKI_MASTER_KEY": "vault:x"}, "settings.not_master_key"),
        ({"KIKI_DATABASE": "mysql://h/d"}, "settings.not_database"),
        ({"KIKI_DATABASE": "postgresql://h"}, "settings.not_database"),
        ({"KIKI_SITE_PROFILE": "nothere.toml"}, "settings.profile_missing"),
    ],
)
def test_wrong_variables(home: Path, environ: dict[str, str], code: str) -> None:
    with pytest.raises(UsageError) as caught:
        loaded(home, **environ)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "code", "shown"),
    [
        ("engin = 'none'\n", "settings.unknown_key_near", "engine"),
        ("\nqqq = 1\n", "settings.unknown_key", "config.toml:2"),
        ("forks = '5'\n", "settings.not_number", "config.toml:1"),
        ("forks = true\n", "settings.not_number", "config.toml:1"),
        ("model = 5\n", "settings.not_text", "config.toml:1"),
        ("allow_local_connection = 'yes'\n", "settings.not_boolean", "config.toml:1"),
        ("\n\nforks 5\n", "settings.not_toml", "config.toml:3"),
    ],
)
def test_wrong_files(home: Path, text: str, code: str, shown: str) -> None:
    write(home, text)
    with pytest.raises(UsageError) as caught:
        loaded(home)
    assert caught.value.code == code
    assert shown in str(caught.value)


def test_lists(home: Path) -> None:
    assert loaded(home).model_dirs == ()
    assert loaded(home, KIKI_MODEL_DIRS=" /a, /b c,").model_dirs == ("/a", "/b c")
    write(home, 'model_dirs = ["/a,b", "/c"]\n')
    assert loaded(home).model_dirs == ("/a,b", "/c")


@pytest.mark.parametrize("value", ['"/a"', "[1]", "3", "[['/a']]"])
def test_what_is_no_list(home: Path, value: str) -> None:
    write(home, f"model_dirs = {value}\n")
    with pytest.raises(UsageError) as raised:
        loaded(home)
    assert raised.value.code == "settings.not_list"


@pytest.mark.parametrize("engine", ["none", "embedded", "openvino", "scripted:/x"])
def test_engines(home: Path, engine: str) -> None:
    assert loaded(home, KIKI_ENGINE=engine).engine == engine


def test_a_file_that_is_not_text(home: Path) -> None:
    write(home, "").write_bytes(b"\xff")
    with pytest.raises(UsageError, match=r"settings\.unreadable"):
        loaded(home)


def test_secrets_are_in_no_error_and_no_repr(home: Path) -> None:
    write(home, "token = 5\n")
    with pytest.raises(UsageError) as caught:
        loaded(home)
    assert caught.value.params["value"] == "***"
    write(home, "token = 's3cret'\n")
    assert "s3cret" not in repr(loaded(home))


def test_the_site_profile_of_the_folder(home: Path) -> None:
    (home / "kiki-site.toml").write_text(
        'allowed_images = ["registry.example/*"]\nregistry_mirror = "registry.example"\n'
        '[images]\nnginx = "registry.example/nginx:1.27"\n'
        '[defaults]\n"k8s.deployment_create.replicas" = 2\n'
    )
    found = loaded(home)
    assert found.profile.allowed_images == ("registry.example/*",)
    assert found.profile.defaults == {"k8s.deployment_create.replicas": 2}
    assert found.origins["profile"].detail == f"{home}/kiki-site.toml"


def test_a_named_site_profile(home: Path) -> None:
    (home / "other.toml").write_text("name_prefix = 'x-'\n")
    assert loaded(home, KIKI_SITE_PROFILE="other.toml").profile.name_prefix == "x-"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("registry_miror = 'x'\n", "settings.unknown_key_near"),
        ("allowed_images = 'x'\n", "settings.profile_invalid"),
        ("kube_version = '1.28'\n", "settings.kube_version"),
        ("[images]\nnginx = 1\n", "settings.profile_invalid"),
    ],
)
def test_wrong_profiles(home: Path, text: str, code: str) -> None:
    (home / "kiki-site.toml").write_text(text)
    with pytest.raises(UsageError) as caught:
        loaded(home)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("environ", "lang"),
    [
        ({}, "en"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LC_ALL": "C", "LANG": "ko_KR.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "ko_KR", "LANG": "en_US"}, "ko"),
        ({"KIKI_LANG": "en", "LANG": "ko_KR"}, "en"),
        ({"KIKI_LANG": "xx", "LANG": "ko_KR"}, "ko"),
    ],
)
def test_the_locale(environ: dict[str, str], lang: str) -> None:
    assert ambient.language(environ) == lang


@pytest.mark.parametrize(
    ("environ", "plain"),
    [
        ({"TERM": "xterm"}, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, True),
        ({"TERM": "dumb"}, True),
    ],
)
def test_colours(environ: dict[str, str], plain: bool) -> None:
    assert ambient.plain(environ) is plain


def test_a_home_that_is_not_set(tmp_path: Path, monkeypatch: Any) -> None:
    assert load({}, {}, str(tmp_path)).state_dir.endswith("/.local/state/kiki")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:geheim@h/d",
        "postgresql://u@h/d?sslmode=require&password=geheim",
        "postgresql://h/d?sslpassword=geheim",
    ],
)
def test_a_password_in_the_database_address_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        load({}, {"KIKI_DATABASE": url, "HOME": "/none"}, "/")
    assert caught.value.code == "settings.not_database"
    assert "geheim" not in str(caught.value.params)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://kiki@db.example:5432/kiki",
        "postgres://[::1]/kiki?sslmode=verify-full",
        "postgresql:///kiki?host=/run/postgresql",
    ],
)
def test_where_the_database_is(url: str) -> None:
    assert load({}, {"KIKI_DATABASE": url, "HOME": "/none"}, "/").database == url


@pytest.mark.parametrize("source", ["file:/x", "env:X", "keyring:x", "command:vault get 'a b'"])
def test_where_the_master_key_is(source: str) -> None:
    assert load({}, {"KIKI_MASTER_KEY": source, "HOME": "/none"}, "/").master_key == source


def test_a_key_itself_in_the_place_of_its_source_is_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        load({}, {"KIKI_MASTER_KEY": "c2VjcmV0IGtleQ==", "HOME": "/none"}, "/")
    assert caught.value.code == "settings.not_master_key"
    assert "c2VjcmV0" not in repr(caught.value.params)
