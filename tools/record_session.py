"""Record docs/session.cast and docs/session{,.ko}.md from real commands on the hosts lab.

``python tools/record_session.py INVENTORY`` types each command of ``STEPS`` into a terminal of its
own, answers what it asks, and keeps what came back: as an asciinema recording (format 2), and as
plain text for the page. Run it by hand when the output has changed; nothing is edited afterwards.
"""

import json
import os
import pty
import re
import select
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
WIDTH, HEIGHT = 110, 40
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r(?!\n)[^\n]*(?=\r)")
PAGE = """# A recorded session

[한국어](session.ko.md)

A real one, on booted hosts ([labs](../labs/README.md)), made by `tools/record_session.py`.
The same with its timing: `asciinema play docs/session.cast`.

```
{text}
```
"""
PAGE_KO = """# 실행 기록

[English](session.md)

부팅한 호스트([labs](../labs/README.md))에서 실제로 실행한 기록입니다.
`tools/record_session.py`가 만들었습니다.
실제 속도로 보려면: `asciinema play docs/session.cast`.

```
{text}
```
"""


class Step(NamedTuple):
    """A command, and what is typed when it waits for an answer."""

    command: str
    answer: str = ""


STEPS = (
    Step(
        './kiki.py --message "demo 네임스페이스에 nginx 디플로이먼트 3개와 80 포트 서비스 만들어줘"'
    ),
    Step('./kiki.py --message "Nginx 설치하고 시작해줘" --inventory hosts.ini --limit n1', "{id}"),
    Step('./kiki.py --message "Nginx 설치하고 시작해줘" --inventory hosts.ini --limit n1'),
    Step(
        './kiki.py --message "create user webadmin and directory /srv/app" --inventory hosts.ini',
        "y",
    ),
    Step("./kiki.py changes"),
    Step("./kiki.py audit verify"),
)


class Recorder:
    """One terminal; *events* are ``[seconds, "o", text]``."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._started = time.monotonic()
        self.events: list[tuple[float, str, str]] = []

    def put(self, text: str) -> None:
        """Keep *text* as if the terminal had shown it now."""
        self.events.append((round(time.monotonic() - self._started, 3), "o", text))

    def run(self, step: Step) -> None:
        """Type the command, answer it, and keep everything that it showed."""
        self.put(f"$ {step.command}\r\n")
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(ROOT)
            os.execvpe("bash", ["bash", "-c", step.command], self._environment)
        self._follow(terminal, step.answer)
        os.waitpid(pid, 0)
        self.put("\r\n")

    def _follow(self, terminal: int, answer: str) -> None:
        shown = ""
        while True:
            ready, _, _ = select.select([terminal], [], [], 1.5)
            if not ready:
                if answer and asks(shown):
                    os.write(terminal, (fill(answer, shown) + "\n").encode())
                    answer = ""
                continue
            try:
                data = os.read(terminal, 65536)
            except OSError:
                return
            if not data:
                return
            shown += data.decode(errors="replace")
            self.put(data.decode(errors="replace"))


def asks(shown: str) -> bool:
    """Whether the last line waits for an answer: it has no end yet."""
    return bool(shown) and not shown.endswith("\n")


def fill(answer: str, shown: str) -> str:
    """The answer; ``{id}`` is the change's id as the screen shows it."""
    found = re.findall(r"\b[0-9a-hjkmnp-tv-z]{14}\b", ESCAPES.sub("", shown))
    return answer.replace("{id}", found[-1] if found else "yes")


def plain(events: list[tuple[float, str, str]]) -> str:
    """The text without colours, cursor movements and lines that were written over."""
    text = "".join(data for _, _, data in events).replace("\r\n", "\n")
    lines = [ESCAPES.sub("", line).rsplit("\r", 1)[-1].rstrip() for line in text.split("\n")]
    return "\n".join(lines).strip()


def main(inventory: str) -> None:
    """Record, and write the recording and both pages."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "KIKI_STATE": f"{folder}/state", "TERM": "xterm-256color", "LANG": "C.UTF-8",
            "COLUMNS": str(WIDTH), "LINES": str(HEIGHT),
        }  # fmt: skip
        recorder = Recorder(environment)
        for step in STEPS:
            recorder.run(step._replace(command=step.command.replace("hosts.ini", inventory)))
    events = [
        (at, kind, text.replace(inventory, "hosts.ini")) for at, kind, text in recorder.events
    ]
    head = {"version": 2, "width": WIDTH, "height": HEIGHT, "env": {"TERM": "xterm-256color"}}
    lines = [json.dumps(line, ensure_ascii=False) for line in (head, *events)]
    (ROOT / "docs/session.cast").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name, page in (("session.md", PAGE), ("session.ko.md", PAGE_KO)):
        (ROOT / "docs" / name).write_text(page.format(text=plain(events)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
