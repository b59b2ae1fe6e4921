"""``kiki worker`` as a process of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import kiki
from kiki.model.request import Request
from kiki.settings import load
from kiki.wiring import local_agent

PROGRAM = Path(kiki.__file__).parent / "server" / "__main__.py"
WEB = Request(message="demo 네임스페이스에 nginx 디플로이먼트 3개 만들어줘", target="k8s")


def test_a_worker_does_what_a_command_line_queued_and_stops_when_told(tmp_path: Path) -> None:
    environ = {"KIKI_STATE": str(tmp_path / "state"), "HOME": str(tmp_path), "KIKI_LANG": "en"}
    agent = local_agent(load({}, environ, str(tmp_path)))
    change = agent.submit(WEB)
    job = agent.enqueue(change.id, "plan")
    words = [sys.executable, str(PROGRAM), "worker", "--slots", "1"]
    with subprocess.Popen(
        words, env=os.environ | environ, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert "queued jobs" in process.stderr.readline()
        for _ in range(200):
            if agent._parts.store().queue.get(job.id).state == "done":
                break
            time.sleep(0.05)
        assert agent._parts.store().queue.get(job.id).state == "done"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert '"event":"stopped"' in process.stderr.read()
        left = {path.name for path in (tmp_path / "state/jobs").iterdir()}
        assert left == set()
