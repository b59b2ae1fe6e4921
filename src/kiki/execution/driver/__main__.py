"""One ansible-runner run, in a process of its own: reads an order, prints events.

Started by ``execution.drivers`` as a script with Ansible's own Python, which has neither Kiki nor
msgspec: this file imports the standard library and ansible_runner (Apache-2.0) only. Ansible
itself (GPL) is a further process. It never shortens a text by itself unless that is enormous:
redaction comes later and must see whole values.

Standard input: one line of JSON, the order, with the keys argv, env, cwd, scratch, timeout
(seconds), kept (keys of results by short names of modules) and dispensable. End of file instead
means that Kiki died, and nothing is run.
Standard output: one JSON object per line, an event each, and at last ``{"event": "end", "rc":
...}``. When Kiki dies later its end of standard input closes: a dispensable run, which changes
nothing, then ends; another goes on to its end, unheard, until ``Executor.end`` finds it.
"""

import codecs
import json
import os
import signal
import threading
from errno import ENOENT
from typing import Any

from ansible_runner.config.command import CommandConfig  # type: ignore[import-not-found]
from ansible_runner.runner import Runner  # type: ignore[import-not-found]
from ansible_runner.utils import OutputEventFilter  # type: ignore[import-not-found]

KEPT = (
    "changed", "msg", "rc", "stdout", "stderr", "module_stderr", "module_stdout", "diff",
    "skip_reason", "false_condition", "skipped_reason", "censored", "failures",
    "_ansible_item_label",
)  # fmt: skip
UNSTARTED = "Error executing command."  # of which program, the module tells only beside it
DROPPED = frozenset({"runner_on_start", "runner_on_file_diff"})
STATS = ("ok", "changed", "failures", "dark", "skipped", "ignored", "rescued")
ENORMOUS = 1 << 20  # characters; Kiki keeps far less of any text
GRACE = 60  # seconds after Kiki's own time limit, for a run that Kiki can't end any more


class Sink:
    """Kiki's end of the pipe. Once nobody reads, events are dropped and the run goes on."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._lock = threading.Lock()
        self._open = True

    def send(self, message: dict[str, Any]) -> None:
        """Write one message, waiting while the reader is slow."""
        data = (json.dumps(message) + "\n").encode()
        with self._lock:
            try:
                while self._open and data:
                    data = data[os.write(self._fd, data) :]
            except OSError:
                self._open = False


def short(value: Any) -> Any:
    """*value* with enormous texts cut, at any depth."""
    if isinstance(value, str):
        return value if len(value) <= ENORMOUS else beginning(value)
    if isinstance(value, list):
        return [short(item) for item in value]
    if isinstance(value, dict):
        return {key: short(item) for key, item in value.items()}
    return value


def beginning(text: str) -> str:
    """Whole lines of an enormous text: a secret that is cut would not be known any more."""
    head = text[:ENORMOUS]
    return head[: head.rfind("\n") + 1] or head


def outcome(
    event: dict[str, Any], data: dict[str, Any], wished: dict[str, list[str]]
) -> dict[str, Any]:
    """The parts of a module's result that Kiki uses, and in ``kept`` those that *wished* names.

    ansible-runner leaves a skipped task's result out, and all of a ``no_log`` one's: of these the
    text that Ansible printed tells why it was skipped, and whether it changed something.
    """
    text = event.get("stdout", "")
    result = data.get("res")
    if not isinstance(result, dict):
        result = printed(text) if event.get("event") == "runner_on_skipped" else {}
    kept = {key: short(result[key]) for key in KEPT if key in result}
    module = str(data.get("task_action")).rpartition(".")[2]
    if module in wished and "censored" not in result:
        found = {key: inside(result, key) for key in wished[module]}
        kept["kept"] = {key: short(value) for key, value in found.items() if value is not None}
    if "censored" in result:
        kept["changed"] = text.startswith("changed: ")
    if result.get("msg") == UNSTARTED:
        kept["msg"] = unstarted(result)
    if "_ansible_item_label" not in kept and "item" in result:
        kept["_ansible_item_label"] = short(result["item"])
    return kept


def unstarted(result: dict[str, Any]) -> str:
    """What is said of a program that could not be started, with its name and nothing behind it."""
    command = result.get("cmd")
    words = command if isinstance(command, list) else str(command or "").split()
    no_such = (
        f" No such file or directory: '{words[0]}'" if words and result.get("rc") == ENOENT else ""
    )
    return UNSTARTED + no_such


def inside(result: dict[str, Any], key: str) -> Any:
    """What *result* has under *key*; of ``stat.mode`` what ``stat`` has under ``mode``."""
    found: Any = result
    for step in key.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def printed(text: str) -> dict[str, Any]:
    """The JSON that Ansible prints after a result's host with ``-v``."""
    start = text.find("=> {")
    try:
        found = json.loads(text[start + 3 :]) if start >= 0 else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def message(event: dict[str, Any], wished: dict[str, list[str]]) -> dict[str, Any]:
    """The line for one of ansible-runner's events; ``lost`` when its data did not arrive."""
    name = event.get("event", "lost")
    data = event.get("event_data") or {}
    line = {"event": name, "res": outcome(event, data, wished)}
    if not name.startswith("runner_"):
        line["text"] = short(event.get("stdout", ""))
    for key in ("host", "play", "task", "task_action", "task_uuid", "ignore_errors"):
        line[key] = data.get(key) or ""
    if name == "playbook_on_stats":
        line["stats"] = {key: data.get(key, {}) for key in STATS}
    return line


def wanted(event: dict[str, Any]) -> bool:
    """Whether Kiki wants to hear of it: not of blank lines and of what it gets twice."""
    if event.get("event") == "verbose":
        return bool(event.get("stdout", "").strip())
    return event.get("event") not in DROPPED


def prepared(order: dict[str, Any], stdin: Any, output: int) -> Any:
    """ansible-runner's configuration: our command, no fact cache and no output files on disk."""
    config = CommandConfig(
        private_data_dir=order["scratch"],
        artifact_dir=order["scratch"],
        ident="events",
        fact_cache_type="none",
        runner_mode="subprocess",
        timeout=order["timeout"] + GRACE,
        input_fd=stdin,
        output_fd=output,
        error_fd=output,
        quiet=True,
    )
    config.prepare_run_command(order["argv"][0], cmdline_args=order["argv"][1:])
    config.cwd = order["cwd"]
    config.suppress_output_file = True
    return config


def pump(source: int, found: Any) -> None:
    """Feed Ansible's output to ansible-runner's reader of events until it ends."""
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    with os.fdopen(source, "rb", buffering=0) as file:
        while chunk := file.read(1 << 16):
            found.write(decode(chunk))
    found.close()


def run(order: dict[str, Any], sink: Sink) -> int:
    """Run the order's command to its end; Ansible's exit status."""

    def handle(event: dict[str, Any]) -> bool:
        if wanted(event):
            sink.send(message(event, order["kept"]))
        return False  # nothing is kept in ansible-runner's folder

    source, output = os.pipe()
    with open(os.devnull, "rb") as stdin:  # noqa: PTH123 -- no pathlib: it costs start-up time
        runner = Runner(prepared(order, stdin, output), event_handler=handle)
        found = OutputEventFilter(None, runner.event_callback, True)
        reader = threading.Thread(target=pump, args=(source, found))
        reader.start()
        try:
            runner.run()
        finally:
            os.close(output)
            reader.join(GRACE)
    return int(runner.rc)


def first_line() -> bytes:
    """The order, read without a buffer: what follows on standard input is for ``watch``."""
    line = b""
    while not line.endswith(b"\n"):
        chunk = os.read(0, 1 << 16)
        if not chunk:
            return b""
        line += chunk
    return line


def watch() -> None:
    """End this process group once Kiki is gone."""
    while os.read(0, 1):
        pass
    os.killpg(0, signal.SIGTERM)


def main() -> None:
    """Wait for the order, run it, say how it ended."""
    sink = Sink(os.dup(1))
    os.dup2(2, 1)  # a stray print must not land among the events
    line = first_line()
    if not line:
        return
    order = json.loads(line)
    os.environ.clear()
    os.environ.update(order["env"])
    if order["dispensable"]:
        threading.Thread(target=watch, daemon=True).start()
    sink.send({"event": "end", "rc": run(order, sink)})
    os._exit(0)  # nothing is left to do, and Kiki waits


if __name__ == "__main__":
    main()
