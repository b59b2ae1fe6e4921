"""OpenVINO GenAI behind a small HTTP server, with the prompt's beginning kept in memory.

Called by ``lifecycle``. Needs openvino-genai (Apache-2.0). The first load turns the GGUF file into
OpenVINO's own form, which takes a minute and some 4 GB, and keeps it; the later ones read that.
What was computed for the prompt's beginning is kept between questions, but not between lives: it
has no way to write that down.
"""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openvino_genai as ov  # type: ignore[import-not-found]

if TYPE_CHECKING:
    from kiki.engines.embedded.driver.completions import Answered, CompletionServer, TooLong
else:
    from completions import Answered, CompletionServer, TooLong

CACHE_GB = 1
_DONE = "kiki.done"


class Backend:
    """See ``lifecycle.Backend``."""

    def load(self, order: dict[str, Any], key: str) -> str:
        """Load the model, converted first if need be; RuntimeError when OpenVINO can't."""
        self._context = int(order["context"])
        self._read: list[dict[str, str]] = []
        self._pipeline = pipeline(order)
        self._tokenizer = self._pipeline.get_tokenizer()
        at = (order.get("host", "127.0.0.1"), order.get("port", 0))
        self._server = CompletionServer(key, order["model"], self._answer, at)
        return self._server.url

    def prepare(self, prefix: list[dict[str, str]], tell: Callable[[str], None]) -> None:
        """Have *prefix* read once; after that the scheduler finds by itself what a prompt has in
        common with it."""
        if prefix != self._read:
            tell("prefix")
            text = self._tokenizer.apply_chat_template(prefix, add_generation_prompt=False)
            self._pipeline.generate([text], _config({}, 1))
            self._read = prefix

    def _answer(self, body: dict[str, Any], gone: Callable[[], bool]) -> Answered:
        text = self._tokenizer.apply_chat_template(body["messages"], add_generation_prompt=True)
        read = self._tokenizer.encode(text, add_special_tokens=False).input_ids.shape[1]
        most = int(body.get("max_tokens") or 512)
        if read + most > self._context:
            raise TooLong
        result = self._pipeline.generate([text], _config(body, most), _streamer(gone))
        return Answered(result.texts[0], read, result.perf_metrics.get_num_generated_tokens())


def _streamer(gone: Callable[[], bool]) -> Callable[[str], Any]:
    def heard(_: str) -> Any:
        return ov.StreamingStatus.CANCEL if gone() else ov.StreamingStatus.RUNNING

    return heard


def _config(body: dict[str, Any], most: int) -> Any:
    config = ov.GenerationConfig()
    config.max_new_tokens = most
    config.do_sample = False
    config.apply_chat_template = False
    schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
    if schema is not None:
        structured = ov.StructuredOutputConfig()
        structured.json_schema = json.dumps(schema)
        config.structured_output_config = structured
    return config


def pipeline(order: dict[str, Any]) -> Any:
    """The loaded model: from OpenVINO's own form when that is whole, else from the GGUF file."""
    folder = Path(order["states"]) / f"{order['sha256'][:24]}-openvino"
    options = {"scheduler_config": _scheduler(), "INFERENCE_NUM_THREADS": order["threads"]}
    if _whole(folder):
        return ov.LLMPipeline(str(folder), "CPU", **options)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    link = folder / "weights.gguf"  # what it makes it puts beside what it reads
    link.symlink_to(order["path"])
    made = ov.LLMPipeline(str(link), "CPU", enable_save_ov_model=True, **options)
    (folder / _DONE).write_text(json.dumps(_digests(folder)))
    return made


def _whole(folder: Path) -> bool:
    """Whether everything is there as it was made: a model that was changed is not loaded."""
    try:
        return bool(json.loads((folder / _DONE).read_text()) == _digests(folder))
    except (OSError, ValueError):
        return False


def _digests(folder: Path) -> dict[str, str]:
    found = {}
    for path in sorted(folder.glob("openvino_*")):
        with path.open("rb") as file:
            found[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def _scheduler() -> Any:
    config = ov.SchedulerConfig()
    config.enable_prefix_caching = True
    config.cache_size = CACHE_GB
    config.max_num_seqs = 1
    return config
