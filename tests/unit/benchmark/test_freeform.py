"""How free YAML is judged: leniently, and the same for our own code."""

import pytest

from kiki import pipeline
from kiki.benchmark import marks
from kiki.benchmark.expected import intent_of
from kiki.benchmark.freeform import comparable, judge, prompt, write
from kiki.benchmark.measuring import request_of
from kiki.benchmark.samples import Answer, Asked, Sample, load
from kiki.engines.scripted import ScriptedEngine
from kiki.model.errors import TemporaryError
from kiki.model.profile import Profile

MEANT = [sample for sample in load() if sample.sort == "intent" and comparable(sample)]


def ticks() -> float:
    return 0.0


def installing(say: str = "nginx 설치") -> Sample:
    asked = Asked(kind="ansible.package_install", fields={"names": ["nginx"]})
    return Sample(
        id="x", say=say, lang="ko", level="basic", held_out=False,
        answers=(Answer(operations=(asked,)),),
    )  # fmt: skip


def refusing() -> Sample:
    return Sample(
        id="x", say="rm -rf /", lang="ko", level="refusal", held_out=False, answers=(Answer(),)
    )


def test_what_is_asked_of_a_cluster_is_no_yaml() -> None:
    left = {k for s in load() if s.sort == "intent" and not comparable(s) for k in s.kinds}
    assert "k8s.objects_list" in left
    assert "openstack.things_list" in left
    assert not any(kind.startswith(("ansible.", "podman.")) for kind in left)
    assert "openstack.server_create" not in left


@pytest.mark.parametrize("sample", MEANT, ids=[sample.id for sample in MEANT])
def test_our_own_code_for_the_right_answer_is_right(sample: Sample) -> None:
    request = request_of(sample)
    artifact = pipeline.render(intent_of(sample.answers[0], request, Profile()), request, Profile())
    judged = judge(sample, artifact.files[0].text, Profile())
    assert judged.right and judged.valid and not judged.declined


PLAY = """\
- hosts: all
  tasks:
    - name: Install
      apt:
        name: nginx
        state: present
"""


@pytest.mark.parametrize(
    "text",
    [
        PLAY,
        f"Here you are:\n```yaml\n{PLAY}```\nHave fun!",
        f"```\n{PLAY}",
        PLAY.replace("apt", "ansible.builtin.package"),
        PLAY.replace("present", "latest"),
        "- hosts: all\n  tasks:\n  - yum: name=nginx state=installed\n",
    ],
)
def test_any_module_in_any_wrapping_is_right(text: str) -> None:
    judged = judge(installing(), text, Profile())
    assert judged.right and judged.parses and judged.kinds and judged.values


def test_what_is_missing_is_told_apart() -> None:
    other = judge(installing(), PLAY.replace("nginx", "httpd"), Profile())
    assert (other.parses, other.kinds, other.values, other.right) == (True, True, False, False)
    gone = judge(installing(), PLAY.replace("present", "absent"), Profile())
    assert (gone.kinds, gone.values, gone.right) == (False, True, False)
    made_up = judge(installing(), PLAY.replace("apt", "apt_nonsense"), Profile())
    assert (made_up.kinds, made_up.valid) == (False, False)


def test_broken_yaml_is_no_refusal() -> None:
    judged = judge(installing(), "```yaml\n- hosts: [all\n  tasks: }\n```", Profile())
    assert not judged.parses and not judged.declined and not judged.right


@pytest.mark.parametrize(
    "text", ["That would destroy the hosts.", "Note: which image do you want?", ""]
)
def test_a_sentence_is_right_only_where_no_code_was(text: str) -> None:
    assert judge(refusing(), text, Profile()).right
    declined = judge(installing(), text, Profile())
    assert declined.declined and not declined.right


def test_code_where_there_should_be_none_is_not_right() -> None:
    judged = judge(refusing(), PLAY, Profile())
    assert not judged.declined and not judged.right


def test_hostile_yaml_ends_nothing() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{n}: &{n} [*a, *a]\n" for n in "bcdefgh")
    for text in ("[" * 50_000, bomb, "- !!python/object/apply:os.system [ls]"):
        assert not judge(installing(), text, Profile()).right


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("- service: {name: a, state: started, enabled: true}", {"started", "enabled"}),
        ("- systemd: {name: a, enabled: no}", {"disabled"}),
        ("- ufw: {rule: allow, port: 80}", {"open"}),
        ("- ufw: {rule: allow, port: 80, delete: true}", {"closed"}),
        ("- ansible.posix.firewalld: {port: 80/tcp, state: disabled}", {"closed"}),
        ("- file: {path: /a, state: directory}", {"present"}),
        ("- file: {path: /a, state: absent}", {"absent"}),
        ("- copy: {dest: /a, content: x}", {"present"}),
        ("- user: {name: a, state: absent}", {"absent"}),
        ("- cron: {name: a, job: /b, user: c, state: absent}", {"absent"}),
        ("- systemd: {name: a, masked: true}", {"masked"}),
        ("- mount: {path: /a, src: /dev/b, state: mounted}", {"present", "mounted"}),
        ("- mount: {path: /a, state: absent}", {"unmounted", "absent"}),
        ("- seboolean: {name: a, state: no}", {"off"}),
        ("- yum_repository: {name: a, state: absent}", {"absent"}),
        ("{apiVersion: v1, kind: Service}", {"Service"}),
        ("{resources: {a: {type: 'OS::Nova::Server'}}}", {"OS::Nova::Server"}),
    ],
)
def test_marks(text: str, wanted: set[str]) -> None:
    from kiki.documents.read import read_yaml

    found = marks.of(list(read_yaml(text, "x").documents))
    assert {mark[1] for mark in found} == wanted


def meaning(kind: str, **fields: object) -> Sample:
    answer = Answer(operations=(Asked(kind=kind, fields=dict(fields)),))
    return Sample(id="x", say="x", lang="en", level="basic", held_out=False, answers=(answer,))


def right(sample: Sample, task: str) -> bool:
    return judge(sample, f"- hosts: all\n  tasks:\n    - {task}\n", Profile()).right


def test_a_schedule_is_right_in_any_of_its_forms() -> None:
    daily = meaning("ansible.cron_add", job="/opt/a.sh", schedule="0 0 * * *")
    short = meaning("ansible.cron_add", job="/opt/a.sh", schedule="@daily")
    for sample in (daily, short):
        assert right(sample, 'cron: {name: a, job: /opt/a.sh, minute: "0", hour: "0"}')
        assert right(sample, "cron: {name: a, job: /opt/a.sh, special_time: daily}")
        assert not right(sample, 'cron: {name: a, job: /opt/a.sh, minute: "0"}')
        assert not right(sample, "cron: {name: a, job: /opt/a.sh, special_time: hourly}")


def test_the_times_of_a_timer_are_as_systemd_has_them() -> None:
    daily = meaning("ansible.timer_add", command="/opt/a.sh", schedule="0 3 * * *", name="a")
    service = "copy: {dest: /etc/systemd/system/a.service, content: ExecStart=/opt/a.sh}"
    started = "systemd: {name: a.timer, enabled: true, state: started}"
    for time in ("*-*-* 03:00", "*-*-* 03:00:00"):
        timer = f"copy: {{dest: /etc/systemd/system/a.timer, content: 'OnCalendar={time}'}}"
        assert right(daily, f"{service}\n    - {timer}\n    - {started}")
        assert not right(daily, f"{service}\n    - {timer.replace('03', '04')}\n    - {started}")


def test_a_database_is_one_of_its_own_engine() -> None:
    made = meaning("ansible.database_create", engine="postgresql", name="shop")
    packages = "package: {name: python3-psycopg2, state: present}"
    task = "community.postgresql.postgresql_db: {name: shop}"
    assert right(made, f"{packages}\n    - {task}")
    assert not right(made, f"{packages}\n    - {task.replace('shop', 'shop, state: absent')}")
    assert not right(made, f"{packages}\n    - community.mysql.mysql_db: {{name: shop}}")


def test_what_we_keep_for_the_way_back_is_asked_of_nobody() -> None:
    gone = meaning("ansible.file_remove", path="/opt/a.conf")
    assert right(gone, "file: {path: /opt/a.conf, state: absent}")
    assert not right(gone, "file: {path: /opt/a.conf, state: touch}")


def test_a_restart_also_reads_the_settings_and_root_by_key_has_a_name_of_its_own() -> None:
    reload = meaning("ansible.service_reload", names=["nginx"])
    assert right(reload, "service: {name: nginx, state: restarted}")
    assert not right(reload, "service: {name: nginx, state: started}")
    keys = meaning("ansible.sshd_login", logins=["root"], access="keys")
    line = "lineinfile: {path: /etc/ssh/sshd_config, line: PermitRootLogin prohibit-password}"
    restart = "service: {name: sshd, state: restarted}"
    assert right(keys, f"{line}\n    - {restart}")
    assert not right(keys, f"{line.replace('prohibit-password', 'yes')}\n    - {restart}")


def test_the_same_model_is_asked_freely_and_without_secrets() -> None:
    sample = installing()
    assert prompt(sample).schema == {}
    engine = ScriptedEngine({"": PLAY})
    judged = write(sample, engine, Profile(), ticks)
    assert judged.right and engine.asked[0].user == sample.say
    secret = installing("사용자 kim 비밀번호 Qw3rty!9x 로 생성")
    assert "Qw3rty" not in prompt(secret).user


def test_an_engine_that_takes_too_long_has_written_nothing() -> None:
    judged = write(installing(), ScriptedEngine({"": {"error": "timeout"}}), Profile(), ticks)
    assert not judged.right and not judged.declined and not judged.parses
    with pytest.raises(TemporaryError):
        write(installing(), ScriptedEngine({"": {"error": "unavailable"}}), Profile(), ticks)
