"""What a model of Kiki's own takes and gets right here: starts, warm answers, sentences.

``python tools/bench_models.py MODEL [ENGINE]`` asks the whole command line, one process a
sentence, with sentences that the rules refuse. Every figure stands beside the machine's load,
without which it says nothing. The model has to be here (``kiki model pull``); nothing is written to
the user's record.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from kiki.provision import private  # noqa: E402

Right = list[tuple[str, dict[str, Any]]]

SENTENCES: tuple[tuple[str, Right], ...] = (
    ("mariadb 패키지를 머신들에 심어줘", [("ansible.package_install", {"names": ["mariadb"]})]),
    ("8443 포트 숨통 좀 틔워줘", [("ansible.firewall_open", {"ports": ["8443/tcp"]})]),
    ("/opt/backup 디렉터리 하나 장만해줘", [("ansible.directory_create", {"path": "/opt/backup"})]),
    ("chronyd 서비스를 기절시켜", [("ansible.service_stop", {"names": ["chronyd"]})]),
    (
        "postgres:16 이미지로 db 디플로이먼트 두 개를 돌려놔",
        [("k8s.deployment_create", {"name": "db", "image": "postgres:16", "replicas": 2})],
    ),
    ("lee 계정을 영입해줘", [("ansible.user_create", {"names": ["lee"]})]),
    (
        "priv-net에 debian-12 이미지, m1.small 플레이버로 app01 서버를 낳아줘",
        [
            (
                "openstack.server_create",
                {
                    "name": "app01",
                    "image": "debian-12",
                    "flavor": "m1.small",
                    "network": "priv-net",
                },
            )
        ],
    ),
    ("httpd 서비스가 부팅 때 깨어나게 해줘", [("ansible.service_enable", {"names": ["httpd"]})]),
    ("hand the machines vim", [("ansible.package_install", {"names": ["vim"]})]),
    ("jolt the sshd service", [("ansible.service_restart", {"names": ["sshd"]})]),
    (
        "say goodbye to user dave",
        [("ansible.user_remove", {"names": ["dave"]})],
    ),
    ("plug port 21", [("ansible.firewall_close", {"ports": ["21/tcp"]})]),
    ("conjure a namespace called lab", [("k8s.namespace_create", {"name": "lab"})]),
    ("rustle up a folder /srv/media", [("ansible.directory_create", {"path": "/srv/media"})]),
    (
        "spawn two m1.small boxes from debian-12 on net1",
        [
            (
                "openstack.server_create",
                {"count": 2, "image": "debian-12", "flavor": "m1.small", "network": "net1"},
            )
        ],
    ),
)


def main(model: str, engine: str = "embedded") -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as state:
        environ = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "KIKI_STATE": state,
            "KIKI_MODEL_DIRS": os.environ.get("KIKI_MODEL_DIRS") or str(ROOT / "models"),
            "KIKI_ENGINE": engine,
            "KIKI_MODEL": model,
        }
        try:
            return measured(model, environ)
        finally:
            run(environ, "model", "stop")
            shutil.rmtree(private.found("model", state), ignore_errors=True)


def measured(model: str, environ: dict[str, str]) -> int:
    """Starts, then sentences."""
    print(f"{model}, {os.cpu_count()} cores")
    for name in ("first start, nothing kept", "start, the prompt's state kept"):
        seconds, _ = asked(environ, SENTENCES[-3][0])
        print(f"{name}: {seconds:.1f} s to the first answer, {load()}, {memory(environ)} MB")
        run(environ, "model", "stop")
    asked(environ, SENTENCES[-3][0])
    times, right = [], 0
    for sentence, wanted in SENTENCES:
        seconds, found = asked(environ, sentence)
        times.append(seconds)
        right += fits(found, wanted)
        mark = "right" if fits(found, wanted) else "WRONG"
        print(f"{seconds:5.1f} s  {mark}  {sentence}\n         {shown(found)}  ({load()})")
    print(f"{right} of {len(SENTENCES)} right, p50 {statistics.median(times):.1f} s")
    return 0


def asked(environ: dict[str, str], sentence: str) -> tuple[float, dict[str, Any]]:
    """The whole command's seconds, and what it says."""
    started = time.monotonic()
    done = run(environ, "explain", sentence, "--json")
    return time.monotonic() - started, json.loads(done.stdout)


def run(environ: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    """One command of Kiki's."""
    command = [sys.executable, "-m", "kiki", *words]
    return subprocess.run(command, env=environ, cwd=ROOT / "tools", capture_output=True, text=True)


def memory(environ: dict[str, str]) -> int:
    """What the server takes now."""
    running = json.loads(run(environ, "model", "list", "--json").stdout)["running"]
    for line in Path(f"/proc/{running['pid']}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 // 1_000_000
    return 0


def fits(found: dict[str, Any], wanted: Right) -> bool:
    """Whether exactly these operations were read, and exactly these values by the model."""
    made = (found.get("reading") or {}).get("operations") or []
    return [(one["kind"], said(one)) for one in made] == wanted


def said(operation: dict[str, Any]) -> dict[str, Any]:
    """The values that the model gave; the others were derived or are defaults."""
    sources = operation["sources"]
    return {
        name: value
        for name, value in operation["fields"].items()
        if sources[name]["origin"] == "model"
    }


def shown(found: dict[str, Any]) -> str:
    """The reading in a line: operations with what was not a default, else why there are none."""
    reading = found.get("reading") or {}
    if reading.get("operations"):
        return "; ".join(
            f"{one['kind']} "
            + ", ".join(f"{k}={v}" for k, v in one["fields"].items() if v not in ("", [], None))
            for one in reading["operations"]
        )
    for key in ("question", "refusal"):
        if reading.get(key):
            return f"{key}: {reading[key]['code']}"
    return json.dumps(found.get("error"), ensure_ascii=False)


def load() -> str:
    """How busy the machine is."""
    return f"load {os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
