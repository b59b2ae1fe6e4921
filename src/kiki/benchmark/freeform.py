"""The baseline: the same model writes YAML freely, and how that is judged.

Called by ``bench`` with ``--baseline yaml``. It is judged leniently, so that the comparison is
fair: what counts is that the YAML parses, that the right sort of thing is in it, and that each
value that was said stands somewhere in it. docs/bench.md says the same in full.
"""

import re
import shlex
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from msgspec.structs import replace

from kiki import pipeline
from kiki.benchmark import expected, marks
from kiki.benchmark.measuring import Clock, request_of
from kiki.benchmark.meter import Meter
from kiki.benchmark.samples import Answer, Sample
from kiki.documents.read import read_yaml
from kiki.engines.port import Engine, Prompt
from kiki.model.artifact import Artifact, File
from kiki.model.errors import TemporaryError
from kiki.model.finding import has_errors
from kiki.model.profile import Profile
from kiki.model.records import Record
from kiki.targets import registry
from kiki.targets.ansible.kept import FOLDER
from kiki.targets.ansible.timers import calendar_of
from kiki.targets.openstack.sizes import gigabytes, megabytes

MOST_TOKENS = 1024
_SENTENCE = 3  # lines that a refusal or a question may have
# Said by what a task does, how many things there are or which ports are open, not by a value.
_NOT_VALUES = ("state", "count", "password", "value", "entry", "role")
# The same thing under other names: what stands for a value in code.
_ALSO = {
    ("access", "keys"): ("prohibit-password", "without-password"),
    ("engine", "mariadb"): ("mariadb", "mysql"),  # a module has the older name
    ("engine", "postgresql"): ("postgres",),
    ("rights", "read"): ("select",),
    ("rights", "all"): ("all",),
    ("type", "Headless"): ("none",),  # its clusterIP
    ("access", "read"): ("get",),  # the verbs of a role
    ("access", "edit"): ("patch", "update"),
    ("spread", "nodes"): ("kubernetes.io/hostname",),  # the label by which they are spread
    ("spread", "one-per-node"): ("kubernetes.io/hostname",),
    ("spread", "zones"): ("topology.kubernetes.io/zone",),
}
_REFERS = re.compile(r"\b(?:secret|configmap)/")
_WRITTEN = (
    "ports",
    "env",
    "data",
    "env_from",
    "env_keys",
    "near",
    "apart",
    "labels",
    "from_pods",
    "to_pods",
    "node_selector",
    "mounts",
    "command",
    "args",
)
_SOURCES = ("env_keys", "env_from")
_CRON = {"minute": "*", "hour": "*", "day": "*", "month": "*", "weekday": "*"}
_SPECIAL = {
    "hourly": "0 * * * *", "daily": "0 0 * * *", "weekly": "0 0 * * 0", "monthly": "0 0 1 * *",
    "yearly": "0 0 1 1 *", "annually": "0 0 1 1 *",
}  # fmt: skip
_SYSTEM = """\
You are an infrastructure engineer. Write Infrastructure as Code for the request, in YAML: an
Ansible playbook for what is done on hosts, Kubernetes manifests, or an OpenStack Heat template.
Answer with the YAML and nothing else: no prose.
If something that is needed was not said, or if it should not be done, answer with one sentence and
no YAML."""
_FENCE = re.compile(r"```[A-Za-z]*\n(.*?)(?:```|\Z)", re.DOTALL)


class Judged(Record, frozen=True):
    """One answer in free YAML. *declined*: there is no YAML in it. *kinds*: everything that was
    meant has its task, manifest or resource. *values*: everything that was said stands in it.
    *valid*: it passes the strict check. *right*: parses, kinds and values, or rightly declined."""

    sample: Sample
    declined: bool
    parses: bool = False
    kinds: bool = False
    values: bool = False
    valid: bool = False
    right: bool = False
    all_s: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0


_DOES = ("ACT", "act")


def comparable(sample: Sample) -> bool:
    """Whether the right answer can be YAML: what a cluster or a cloud is asked for by its API
    cannot, nor what is done there with a part of an object, or with its name alone."""
    kinds = [registry.kind(name) for name in sample.kinds]
    there = [k for k in kinds if registry.target(k.target).place != "hosts"]
    return not any(k.reads or _acts(k.id) for k in there)


def _acts(kind: str) -> bool:
    """Whether it does something to what is there, or takes files of the user's in."""
    module = import_module(registry.fields_type(kind).__module__)
    return any(hasattr(module, name) for name in _DOES)


def prompt(sample: Sample) -> Prompt:
    """What the model is asked. The empty schema leaves it free."""
    message = request_of(sample).message
    return Prompt(system=_SYSTEM, user=message, schema={}, max_tokens=MOST_TOKENS)


def write(sample: Sample, engine: Engine, profile: Profile, clock: Clock) -> Judged:
    """Have *engine* write, and judge it. One that takes too long has written nothing of use."""
    meter = Meter(engine)
    started = clock()
    try:
        text = meter.complete(prompt(sample)).text
    except TemporaryError as error:
        if error.code != "engine.timeout":
            raise
        return Judged(sample=sample, declined=False, all_s=clock() - started)
    return replace(
        judge(sample, text, profile),
        all_s=clock() - started,
        prompt_tokens=meter.prompt_tokens,
        completion_tokens=meter.completion_tokens,
    )


def judge(sample: Sample, text: str, profile: Profile) -> Judged:
    """Judge *text*; times and tokens are left at 0."""
    fenced = _FENCE.findall(text)
    code = "\n---\n".join(fenced) or text
    documents = _documents(code)
    if not documents and not fenced and _is_short(text):
        return Judged(sample=sample, declined=True, right=sample.sort != "intent")
    if not documents or sample.sort != "intent":
        return Judged(sample=sample, declined=False, parses=bool(documents))
    both = [_compare(answer, sample, documents, profile) for answer in sample.answers]
    kinds, values = max(both, key=lambda pair: (all(pair), sum(pair)))
    return Judged(
        sample=sample,
        declined=False,
        parses=True,
        kinds=kinds,
        values=values,
        valid=_valid(sample, code),
        right=kinds and values,
    )


def _is_short(text: str) -> bool:
    """Whether this may be a sentence, and not code that went wrong."""
    return sum(bool(line.strip()) for line in text.splitlines()) <= _SENTENCE


def _documents(code: str) -> list[Any]:
    """The documents of *code* that can be read and are no prose: "Note: this" is a mapping, too."""
    return [one for one in read_yaml(code, "written.yaml").documents if _is_code(one)]


def _is_code(document: Any) -> bool:
    if isinstance(document, dict):
        return len(document) > 1 or any(isinstance(one, dict | list) for one in document.values())
    return isinstance(document, list) and any(isinstance(one, dict) for one in document)


def _compare(
    answer: Answer, sample: Sample, documents: list[Any], profile: Profile
) -> tuple[bool, bool]:
    if answer.sort != "intent":
        return False, False
    request = request_of(sample)
    ours = pipeline.render(expected.intent_of(answer, request, profile), request, profile)
    wanted = {mark for file in ours.files for mark in marks.of(_forth(_documents(file.text)))}
    found = marks.of(documents)
    scalars = [text for one in documents for text in _scalars(one)]
    kinds = all(marks.met(mark, found) for mark in wanted)
    return kinds, all(any(_stands(value, scalars) for value in same) for same in _values(answer))


def _forth(node: Any) -> Any:
    """Our code without the tasks that keep what was there: nobody who writes freely has to."""
    if isinstance(node, list):
        return [_forth(one) for one in node if not _keeps(one)]
    if isinstance(node, dict):
        return {key: _forth(one) for key, one in node.items()}
    return node


def _keeps(task: Any) -> bool:
    parts = task.values() if isinstance(task, dict) else ()
    return any(
        str(args.get("dest") or args.get("path")).startswith(FOLDER)
        for args in parts
        if isinstance(args, dict)
    )


def _values(answer: Answer) -> Iterator[tuple[str, ...]]:
    """Of every said value the texts one of which has to stand there."""
    for asked in answer.operations:
        for name, value in asked.fields.items():
            if name in _NOT_VALUES or isinstance(value, bool):
                continue
            for one in value if isinstance(value, list) else [value]:
                for part in _parts(asked.kind, name, str(one)):
                    yield _ALSO.get((name, part)) or _texts(asked.kind, name, part)


def _parts(kind: str, name: str, value: str) -> list[str]:
    """What *value* is apart in code: the words of a command that a container runs, without their
    quotes; in a manifest also the two sides of ``KEY=value``, the numbers of ``http=80:8080``."""
    if name in ("command", "args") and kind.startswith(("k8s.", "podman.")):
        return shlex.split(value)
    if not kind.startswith("k8s.") or name not in _WRITTEN:
        return [value]
    if kind == "k8s.network_policy_create":
        value = value.partition("/")[0]  # a port, without its protocol
    if name in _SOURCES:
        value = _REFERS.sub("", value)  # its kind is in the key: secretKeyRef
    return [part for part in re.split("[=:]", value) if part]


def _texts(kind: str, name: str, value: str) -> tuple[str, ...]:
    """*value* as code has it: of a port only the number, of a job that is called by its
    command the program, of ``@daily`` also its five fields, of a timer systemd's, and a cloud's
    sizes as numbers."""
    if name == "ports" and not kind.startswith("k8s."):
        return (value.partition("/")[0],)
    if kind.startswith("openstack.") and name in ("ram", "size"):
        count = megabytes if name == "ram" else gigabytes
        return (str(count(value)),)
    if kind == "ansible.cron_remove" and value.startswith("/"):
        return (value.split()[0].rpartition("/")[2],)
    if kind == "ansible.timer_add" and name == "schedule":
        return tuple(time.removesuffix(":00") for time in calendar_of(value))
    if name == "schedule" and value.startswith("@"):
        return (value, _SPECIAL.get(value[1:], value))
    return (value,)


def _scalars(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key)
            yield from _scalars(value)
        yield from _schedule(node)
    elif isinstance(node, list):
        for value in node:
            yield from _scalars(value)
    elif isinstance(node, int) and not isinstance(node, bool):
        yield from (str(node), f"0{node:o}")  # 0640 without quotes is 416
    else:
        yield str(node)


def _schedule(args: dict[Any, Any]) -> Iterator[str]:
    """The five fields that a cron task's arguments, which say them one by one, come to."""
    if special := args.get("special_time"):
        yield _SPECIAL.get(str(special), f"@{special}")
    elif any(name in args for name in _CRON):
        yield " ".join(str(args.get(name, default)) for name, default in _CRON.items())


def _stands(value: str, scalars: list[str]) -> bool:
    """Whether *value* is one of *scalars* or a part of one, whatever the case."""
    return any(value.lower() in scalar.lower() for scalar in scalars)


def _valid(sample: Sample, code: str) -> bool:
    target = sample.kinds[0].partition(".")[0]
    file = File(path="written.yaml", text=code)
    artifact = Artifact(target=target, intent_digest="", entry=file.path, files=(file,))
    return not has_errors(registry.target(target).check(artifact))
