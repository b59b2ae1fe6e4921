"""llama.cpp's own HTTP server, inside this process, with the prompt's beginning kept on disk.

Called by ``lifecycle``. Needs xllamacpp (MIT). Before every question the model is put into the
state that it had after the prompt's unchanging beginning: that state is computed once, half a
minute or more, and kept in a file, which is read back in milliseconds. So no question sees anything
of an earlier one, and the same question has the same answer.
"""

import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xllamacpp  # type: ignore[import-not-found]

KEPT = 8  # states; each has some 10 to 40 MB
_MARK = "\ue000kiki\ue000"  # stands for the question when the template is filled
_QUICK_S = 30.0
_SLOW_S = 1800.0  # the first reading of the prompt's beginning, on a slow and busy machine
_SUFFIX = ".state"


class Backend:
    """See ``lifecycle.Backend``."""

    def load(self, order: dict[str, Any], key: str) -> str:
        """Load the file; RuntimeError and the like when llama.cpp can't."""
        self._key = key
        self._states = Path(order["states"])
        # All that a state depends on beside the prompt.
        version = getattr(xllamacpp, "__version__", "")
        self._about = f"{order['context']} {version}"
        self._start = order["sha256"][:24]
        self._states.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._server = xllamacpp.Server(parameters(order, key))
        self._url = str(self._server.listening_address)
        return self._url

    def prepare(self, prefix: list[dict[str, str]], tell: Callable[[str], None]) -> None:
        """Put the model behind *prefix*: from the disk, or by reading it once."""
        told = hashlib.sha256((self._about + json.dumps(prefix)).encode()).hexdigest()
        name = f"{self._start}-{told[:24]}"
        if not self._restore(name):
            tell("prefix")
            text = self._filled(prefix)
            # Nothing is to be said; the state is what is wanted.
            self._post("/completion", {"prompt": text, "n_predict": 0}, _SLOW_S)
            self._save(name)

    def _filled(self, prefix: list[dict[str, str]]) -> str:
        """The prompt up to the place where the question begins."""
        messages = [*prefix, {"role": "user", "content": _MARK}]
        found = self._post("/apply-template", {"messages": messages}, _QUICK_S)
        before, mark, _ = str(found["prompt"]).partition(_MARK)
        if not mark:
            raise ValueError("the template drops the question")
        return before

    def _restore(self, name: str) -> bool:
        """Whether the state was kept and is in place now. One that was damaged is not used: a
        state's name ends with the hash of its contents."""
        for path in self._kept(name):
            if _digest(path) == path.stem.rpartition("-")[2] and self._slot("restore", path.name):
                path.touch()
                return True
            path.unlink()
        return False

    def _save(self, name: str) -> None:
        """Keep the state; on a full disk there is none, and it is computed again next time."""
        new = self._states / f"{name}.new"
        try:
            if self._slot("save", new.name):
                new.replace(self._states / f"{name}-{_digest(new)}{_SUFFIX}")
            for path in sorted(self._kept(self._start), key=_age)[:-KEPT]:
                path.unlink()
        except OSError:
            return

    def _kept(self, name: str) -> list[Path]:
        return list(self._states.glob(f"{name}*{_SUFFIX}"))

    def _slot(self, action: str, file: str) -> bool:
        """Whether the state was saved to or restored from *file*."""
        try:
            done = self._post(f"/slots/0?action={action}", {"filename": file}, _QUICK_S)
        except urllib.error.HTTPError as error:
            error.close()
            return False
        return bool(done.get("n_restored") or done.get("n_saved"))

    def _post(self, path: str, body: dict[str, Any], timeout_s: float) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        data = json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data, headers)  # noqa: S310 -- our own server
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=timeout_s) as response:
            found: dict[str, Any] = json.load(response)
        return found


def parameters(order: dict[str, Any], key: str) -> Any:
    """llama.cpp's settings: one question at a time, no other cache, and not a word of prompts in
    the log (level 1 is errors; at level 3 it writes what it is asked)."""
    params = xllamacpp.CommonParams()
    params.model.path = order["path"]
    params.model_alias = {order["model"]}
    params.n_ctx = order["context"]
    params.n_parallel = 1
    params.n_gpu_layers = 0
    params.cpuparams.n_threads = order["threads"]
    params.cpuparams_batch.n_threads = order["threads"]
    params.hostnames = [order.get("host", "127.0.0.1")]
    params.port = order.get("port", 0)
    params.api_keys = [key] if key else []
    params.slot_save_path = order["states"] + "/"
    params.cache_ram_mib = 0
    params.warmup = False
    params.fit_params = False
    params.ui = False
    params.verbosity = 1
    return params


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:24]


def _age(path: Path) -> float:
    return path.stat().st_mtime
