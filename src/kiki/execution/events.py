"""From the driver's lines to ``RunEvent``s: one per thing that happened, in order, redacted.

Called by ``runner``. Nothing is dropped silently: an event whose data did not arrive is counted in
``lost``, and ``statuses`` makes such a run failed.
"""

import base64
import json
import re
from typing import Any

from kiki.execution import diffs, reasons
from kiki.execution.redaction import Redactor
from kiki.model.run import EventKind, HostStats, RunEvent, RunMode

MESSAGE = 500  # characters of a one-line message
_CAUSES = 5  # packages that a failure names
TEXT = 4_000  # characters of msg and stdout in a result
REPORT = 4_000_000  # characters of what a host reports

_HOST_KINDS: dict[str, EventKind] = {
    "runner_on_ok": "ok",
    "runner_on_async_ok": "ok",
    "runner_on_failed": "failed",
    "runner_on_async_failed": "failed",
    "runner_on_unreachable": "unreachable",
    "runner_on_skipped": "skipped",
}
_ITEM_KINDS = {
    "runner_item_on_ok": "ok",
    "runner_item_on_failed": "failed",
    "runner_item_on_skipped": "skipped",
}
_LOOP_DONE = "All items completed"  # says nothing; its items said it
# Of a command, and of podman's modules: the last line of its stderr says why.
_NO_REASON = re.compile(
    r"non-zero return code|Failed to (?:pull|push) image \S+|"
    r"Container \S+ exited with code \d+ when \w+"
)
_CHANGED = "changed"
_PAINT = re.compile(r"(?:\x1b|\\x1b)\[[0-9;]*m")  # also as Ansible quotes what a command said
_PREFIX = re.compile(r"^(?:Task failed: |Module failed: |Action failed: )+")
_CALLBACK_FAILED = re.compile(r"Callback dispatch .* failed|Failure using method")
_PROBLEM = re.compile(r"\[(WARNING|ERROR)\]: (.*)|(ERROR)! (.*)", re.DOTALL)


class Reader:
    """Reads the driver's lines of one run.

    *stats* has Ansible's recap once it came; *lost* counts events that did not arrive whole;
    *reports* are what tasks collected, by host; *unmatched* is true when a play found none of its
    hosts. *root* is taken off paths in messages.
    """

    def __init__(self, mode: RunMode, redactor: Redactor, root: str = "") -> None:
        self.stats: dict[str, HostStats] = {}
        self.recap = False
        self.lost = 0
        self.unmatched = False
        self.reports: dict[str, Any] = {}
        self._mode = mode
        self._redactor = redactor
        self._root = root
        self._counter = 0
        # Items of loops come before their task: status and diff by host and task.
        self._loops: dict[tuple[str, str], list[tuple[str, str]]] = {}

    def read(self, line: dict[str, Any]) -> RunEvent | None:
        """The event of one line, or None for one that says nothing to a person."""
        name = line["event"]
        if name in _HOST_KINDS:
            return self._host_event(line, _HOST_KINDS[name])
        if name in _ITEM_KINDS:
            return self._item_event(line, _ITEM_KINDS[name])
        if name == "playbook_on_stats":
            self.recap = True
            self.stats = _stats(line.get("stats", {}))
            return None
        return self._other(line, name)

    def note(self, code: str, message: str = "", kind: EventKind = "other") -> RunEvent:
        """An event of Kiki's own about the run as a whole."""
        return self._event(kind, {}, message=self._text(message), result={"reason": code})

    def _host_event(self, line: dict[str, Any], kind: EventKind) -> RunEvent:
        result = line["res"]
        items = self._loops.pop((line["host"], line["task_uuid"]), [])
        if kind == "ok" and (
            result.get("changed") or any(status == _CHANGED for status, _ in items)
        ):
            kind = "changed"
        found = self._result(line, kind)
        return self._event(
            kind,
            line,
            message=_first_line(found.get("msg", "")),
            diff="".join(text for _, text in items) or self._diff(result),
            ignored=bool(line.get("ignore_errors")),
            result=found,
        )

    def _item_event(self, line: dict[str, Any], status: str) -> RunEvent:
        result = line["res"]
        if status == "ok" and result.get("changed"):
            status = _CHANGED
        label = result.get("_ansible_item_label", "")
        found = self._result(line, status) | {"status": status, "item": self._text(str(label))}
        diff = self._diff(result)
        self._loops.setdefault((line["host"], line["task_uuid"]), []).append((status, diff))
        return self._event(
            "item", line, message=_first_line(found.get("msg", "")), diff=diff, result=found
        )

    def _diff(self, result: dict[str, Any]) -> str:
        return self._redactor.text(diffs.text_of(result.get("diff")))

    def _result(self, line: dict[str, Any], kind: str) -> dict[str, Any]:
        """What a result keeps: ``msg``, ``rc``, ``stdout`` (shortened), ``reason``, and why a
        task was skipped."""
        result = line["res"]
        whole = _message(result, kind)
        found: dict[str, Any] = {}
        if whole:
            found["msg"] = self._text(whole)
        if isinstance(result.get("rc"), int):
            found["rc"] = result["rc"]
        if result.get("stdout"):
            found["stdout"] = self._text(str(result["stdout"]))
        reason = self._reason(result, kind, whole)
        if reason:
            found["reason"] = reason
        if kind in (_CHANGED, "ok") and "kept" in result:
            kept = result["kept"]
            name = _report_in(kept)
            if name:
                found["reported"] = self._hand_on(line["host"], kept["ansible_facts"][name])
                kept = {}
            found |= self._all_kept(decoded(kept))
        if result.get("skip_reason"):
            found["skip_reason"] = self._text(str(result["skip_reason"]))
        return found

    def _hand_on(self, host: str, collected: Any) -> bool:
        """Keep a host's report, which goes a way of its own, whole and with what it reported
        before; False for one that is too long."""
        report = self._redactor.value(collected)
        earlier = self.reports.get(host)
        if isinstance(report, dict) and isinstance(earlier, dict):
            report = earlier | report
        short = len(json.dumps(report, ensure_ascii=False)) <= REPORT
        if short:
            self.reports[host] = report
        return short

    def _all_kept(self, kept: dict[str, Any]) -> dict[str, Any]:
        """The values that the target asked for in ``kept``; in ``altered`` the keys of those that
        are not as they were, because they held a secret or were too long."""
        clean = {key: self._kept(value) for key, value in kept.items()}
        altered = [key for key, value in kept.items() if clean[key] != value]
        return {"kept": clean} | ({"altered": altered} if altered else {})

    def _kept(self, value: Any) -> Any:
        """A value that the target asked for: texts redacted, at any depth."""
        if isinstance(value, dict):
            return {self._text(str(key)): self._kept(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._kept(item) for item in value]
        if isinstance(value, str):
            return self._text(value)
        return value if isinstance(value, bool | int | float) else None

    def _reason(self, result: dict[str, Any], kind: str, message: str) -> str:
        if kind in ("failed", "unreachable"):
            return reasons.reason(message, unreachable=kind == "unreachable")
        if kind == "skipped" and self._mode == "check":
            conditional = {"skip_reason", "false_condition", "skipped_reason"} & result.keys()
            return "" if conditional else "execution.check_mode"
        return ""

    def _other(self, line: dict[str, Any], name: str) -> RunEvent | None:
        # Redacted as it was printed: Ansible wraps its lines, and a value may be over two of them.
        text = self._redactor.text(line.get("text", "")).strip()
        if name == "playbook_on_play_start":
            return self._event("play", line, message=self._text(line["play"]))
        if name in ("playbook_on_task_start", "playbook_on_handler_task_start"):
            return self._event("task", line)
        if name == "lost":
            self.lost += 1
        if name == "playbook_on_no_hosts_matched":
            self.unmatched = True
            return self.note("execution.no_hosts_matched", line["play"])
        if name == "runner_retry":
            return self._event("other", line, message=self._text(_message(line["res"], name)))
        return self._problem(text)

    def _problem(self, text: str) -> RunEvent | None:
        """A warning or an error that Ansible printed outside of any task."""
        if text.startswith("Origin: "):  # where the error before this is
            return self._event("other", {}, message=self._text(_one_line(text)))
        match = _PROBLEM.match(text)
        if match is None:
            return None
        self.lost += bool(_CALLBACK_FAILED.search(text))
        if match[1] == "WARNING":
            return self._event("other", {}, message=self._text(_one_line(match[2])))
        message = self._text(_one_line(match[2] or match[4]))
        return self._event(
            "failed", {}, message=message, result={"reason": "execution.playbook_error"}
        )

    def _event(
        self,
        kind: EventKind,
        line: dict[str, Any],
        *,
        message: str = "",
        diff: str = "",
        ignored: bool = False,
        result: dict[str, Any] | None = None,
    ) -> RunEvent:
        self._counter += 1
        return RunEvent(
            counter=self._counter,
            kind=kind,
            host=line.get("host", ""),
            task=self._redactor.text(line.get("task", "")),
            module=line.get("task_action", ""),
            message=message[:MESSAGE],
            diff=diffs.cut(diff),
            ignored=ignored,
            result=result or {},
        )

    def _text(self, text: str) -> str:
        """Redacted first, shortened after: a cut value would not be found."""
        clean = _PAINT.sub("", self._redactor.text(text))
        clean = clean.replace(self._root, "") if self._root else clean
        return clean if len(clean) <= TEXT else clean[:TEXT] + "…"


def decoded(kept: dict[str, Any]) -> dict[str, Any]:
    """*kept* with a file's content as text, where its bytes are text: what is to be redacted has to
    be seen. None for other bytes."""
    if kept.get("encoding") != "base64":
        return kept
    try:
        text = base64.b64decode(str(kept.get("content", ""))).decode()
    except ValueError:
        return {**kept, "content": None}
    return {**kept, "content": text}


def _message(result: dict[str, Any], kind: str) -> str:
    """What a result says about itself, without Ansible's own prefixes."""
    said = result.get("msg", "")
    text = said if isinstance(said, str) else str(said)
    text = "" if text == _LOOP_DONE else _PREFIX.sub("", text)
    if kind in ("failed", "unreachable"):
        text = text.removeprefix("Failed to connect to the host via ssh: ")
        text = ": ".join((text, *_causes(result)))
        detail = str(result.get("stderr") or result.get("module_stderr") or "").strip()
        if detail and _NO_REASON.fullmatch(text):
            text = f"{detail.splitlines()[-1].strip()}\n{text}"
        if detail and detail not in text:
            text = f"{text}\n{detail}"
    return text.strip()


def _report_in(kept: dict[str, Any]) -> str:
    """The variable in *kept* that holds a report: ``kiki_report``, or one of a role's own name."""
    facts = kept.get("ansible_facts")
    names = facts if isinstance(facts, dict) else ()
    return next((name for name in names if str(name).endswith("_report")), "")


def _causes(result: dict[str, Any]) -> list[str]:
    """What dnf lists beside a message that names no package."""
    listed = result.get("failures")
    return (
        [one for one in listed if isinstance(one, str)][:_CAUSES]
        if isinstance(listed, list)
        else []
    )


def _first_line(text: str) -> str:
    """The line that says most: ssh's banner about a changed key has none at its start."""
    lines = [line.strip() for line in text.splitlines() if line.strip(" @")]
    return lines[0].strip("@ ") if lines else ""


def _one_line(text: str) -> str:
    return " ".join(text.split("\n\n", 1)[0].split())


def _stats(raw: dict[str, dict[str, int]]) -> dict[str, HostStats]:
    hosts = sorted({host for counts in raw.values() for host in counts})
    return {
        host: HostStats(
            ok=raw.get("ok", {}).get(host, 0),
            changed=raw.get("changed", {}).get(host, 0),
            failed=raw.get("failures", {}).get(host, 0),
            unreachable=raw.get("dark", {}).get(host, 0),
            skipped=raw.get("skipped", {}).get(host, 0),
            ignored=raw.get("ignored", {}).get(host, 0),
        )
        for host in hosts
    }
