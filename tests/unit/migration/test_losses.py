"""Single choices of a migration: names, secrets, ports, words, amounts."""

from typing import Any

import pytest

from kiki.migration import compose, environment, migrate
from kiki.migration.given import Given
from kiki.migration.losses import Losses
from kiki.migration.naming import dns_name, unique
from kiki.migration.ports import ports
from kiki.migration.secrecy import is_secret
from kiki.migration.volumes import quantity
from kiki.migration.workload import Options, Port
from kiki.model.artifact import File
from kiki.model.errors import UsageError
from kiki.model.inspected import Inspected


def codes(findings: Any) -> list[str]:
    return [one.code for one in findings]


def container(**config: Any) -> dict[str, Any]:
    """A container as podman tells of it, with as little as it tells."""
    host = config.pop("HostConfig", {})
    words = {"Path": config.pop("Path", ""), "Args": config.pop("Args", [])}
    base = {"Image": "docker.io/library/nginx:1.27"}
    return {"Id": "a1", "Name": "web", **words, "Config": base | config, "HostConfig": host}


def migrated(raw: dict[str, Any], options: Options | None = None) -> migrate.Migrated:
    found = Inspected(alone=("a1",), containers={"a1": raw})
    return migrate.podman_to_kubernetes(found, options or Options())


@pytest.mark.parametrize(
    ("name", "made"),
    [("web", "web"), ("My_Web.1", "my-web-1"), ("1up", "c-1up"), ("a" * 80, "a" * 63)],
)
def test_names(name: str, made: str) -> None:
    assert dns_name(name) == made


def test_a_name_that_is_taken_gets_a_number() -> None:
    taken: set[str] = set()
    assert [unique("web", taken) for _ in range(3)] == ["web", "web-2", "web-3"]


@pytest.mark.parametrize(
    "variable",
    ["DB_PASSWORD=x", "PGPASSWORD=admin", "API_KEY=abc", "GITHUB_TOKEN=ghp_" + "a" * 36,
     "DATABASE_URL=postgres://kim:Sup3rSecret@db/shop", "app.secret=1", "MYSQL_PWD=ok"],
)  # fmt: skip
def test_what_is_a_secret(variable: str) -> None:
    name, _, value = variable.partition("=")
    assert is_secret(name, value)


@pytest.mark.parametrize(
    "variable",
    ["MODE=prod", "DB_PASSWORD_FILE=/run/secrets/db", "TOKENIZERS_PARALLELISM=false", "PASSWORD=",
     "DATABASE_URL=postgres://db/shop"],
)  # fmt: skip
def test_what_is_none(variable: str) -> None:
    name, _, value = variable.partition("=")
    assert not is_secret(name, value)


def test_a_variable_that_repeats_a_secret_is_one() -> None:
    found = {"DB_PASSWORD": "Training123", "JDBC": "user=kim,Training123,db", "MODE": "prod"}
    assert sorted(environment.secrets_of(Given(container(), {}), found)) == ["DB_PASSWORD", "JDBC"]


def test_a_secret_of_podman_s_is_one_whatever_it_is_called() -> None:
    """Podman 4.3.1 shows its value among the variables, and it among the secrets."""
    words = [
        "podman",
        "run",
        "--secret",
        "s,type=env,target=GREETING",
        "--secret=cert",
        "nginx:1.27",
    ]
    given = {"Env": ["GREETING=val1234", "MODE=prod"], "Secrets": [{"Name": "s"}, {"Name": "cert"}]}
    made = migrated(container(CreateCommand=words, **given))
    text = made.artifact.files[0].text
    assert "val1234" not in text and "key: GREETING" in text and "MODE: prod" in text
    assert "mountPath: /run/secrets/cert" in text and "/run/secrets/s\n" not in text


def test_where_nobody_can_tell_every_variable_is_one() -> None:
    made = migrated(container(Env=["GREETING=val1234"], Secrets=[{"Name": "s"}]))
    assert "val1234" not in made.artifact.files[0].text


def test_a_health_check_with_a_secret_is_left_out() -> None:
    check = {"Test": ["CMD-SHELL", "ping -a Training123"], "Interval": 1}
    made = migrated(container(Env=["DB_PASSWORD=Training123"], Healthcheck=check))
    assert "migrate.probe_secret" in codes(made.findings)
    assert "Training123" not in made.artifact.files[0].text


def test_flags_of_the_container_s_own_command_are_not_podman_s() -> None:
    words = ["podman", "run", "--rm", "nginx:1.27", "--ulimit=1", "--gpus", "all"]
    given = Given(container(CreateCommand=words), {})
    assert given.flags == {"--rm"}


def test_only_what_differs_from_the_image_is_written() -> None:
    image = {"Config": {"Entrypoint": ["/start"], "Cmd": ["serve"]}}
    same = Given(container(Path="/start", Args=["serve"], Cmd=["serve"]), image)
    other = Given(
        container(Path="/start", Args=["once", "$(MODE)"], Cmd=["once", "$(MODE)"]), image
    )
    losses = Losses()
    assert environment.command(same, {}, losses) == ((), (), ())
    assert environment.command(other, {"MODE": "x"}, losses) == ((), ("once", "$$(MODE)"), ())


def test_a_port_on_two_addresses_is_one_and_everybody_s() -> None:
    places = [{"HostIp": "127.0.0.1", "HostPort": "80"}, {"HostIp": "", "HostPort": "80"}]
    assert ports({"8080/tcp": places}) == (Port(container=8080, host=80),)


@pytest.mark.parametrize(
    ("amount", "said"), [(1 << 30, "1Gi"), (64 << 20, "64Mi"), (1500, "1500"), (3 << 10, "3Ki")]
)
def test_amounts_are_exact(amount: int, said: str) -> None:
    assert quantity(amount) == said


def test_a_container_of_a_pod_is_refused_alone() -> None:
    with pytest.raises(UsageError, match=r"migrate\.in_pod"):
        migrated(container() | {"Pod": "b2"})


def test_a_bare_pod_keeps_its_restart_policy() -> None:
    raw = container(HostConfig={"RestartPolicy": {"Name": "on-failure"}})
    pod = migrated(raw, Options(form="pod"))
    assert "kind: Pod\n" in pod.artifact.files[0].text
    assert "restartPolicy: OnFailure" in pod.artifact.files[0].text
    assert "migrate.restart" not in codes(pod.findings)
    assert "migrate.restart" in codes(migrated(raw).findings)


@pytest.mark.parametrize("text", ["a: [", "services: 1", "services: {}", "- a", ""])
def test_what_is_no_compose_file(text: str) -> None:
    with pytest.raises(UsageError, match=r"migrate\.(unreadable|no_services)"):
        compose.inspected(File(path="compose.yaml", text=text), Losses())


@pytest.mark.parametrize(
    ("said", "made"),
    [
        ("8080:80", [("8080", "80", "tcp", "")]),
        ("80", [("80", "80", "tcp", "")]),
        ("127.0.0.1:53:5353/udp", [("53", "5353", "udp", "127.0.0.1")]),
        ("9000-9001:80-81", [("9000", "80", "tcp", ""), ("9001", "81", "tcp", "")]),
        ({"target": 80, "published": "8080"}, [("8080", "80", "tcp", "")]),
    ],
)
def test_ports_of_compose(said: Any, made: Any) -> None:
    assert compose._port(said, "web") == made


def test_a_port_that_can_t_be_read_is_refused() -> None:
    with pytest.raises(UsageError, match=r"migrate\.compose_port_invalid"):
        compose._port("9000-9003:80-81", "web")


@pytest.mark.parametrize("text", ["kind: [", "kind: ConfigMap\nmetadata: {name: a}\n", ""])
def test_manifests_that_run_nothing(text: str) -> None:
    with pytest.raises(UsageError, match=r"migrate\.(unreadable|nothing_runs)"):
        migrate.kubernetes_to_podman(File(path="a.yaml", text=text))


@pytest.mark.parametrize(
    "service",
    ["[]", "{image: a, ports: 5}", "{image: a, deploy: x}", "{image: a, environment: 3}",
     "{image: a, restart: 'no:x'}", "{image: a, cpus: much}", "{image: a, healthcheck: [1]}",
     "{image: a, volumes: {a: b}}", "{image: a, command: 'a \"b'}", "{}"],
)  # fmt: skip
def test_odd_services_end_in_a_message(service: str) -> None:
    file = File(path="compose.yaml", text=f"services:\n  web: {service}\n")
    with pytest.raises(UsageError, match=r"migrate\.(odd|no_image)"):
        migrate.compose_to_kubernetes(file, Options())


@pytest.mark.parametrize("spec", ["[]", "{containers: 1}", "{volumes: [1]}", "{template: 3}", "x"])
def test_odd_manifests_end_in_a_message(spec: str) -> None:
    text = f"kind: Deployment\nmetadata: {{name: a}}\nspec: {spec}\n"
    if spec == "[]":  # an empty list is as empty as an empty mapping
        assert migrate.kubernetes_to_podman(File(path="a.yaml", text=text)).findings
        return
    if spec in ("{containers: 1}", "{volumes: [1]}"):  # a deployment's own, which nobody reads
        text = text.replace("Deployment", "Pod")
    with pytest.raises(UsageError, match=r"migrate\.odd"):
        migrate.kubernetes_to_podman(File(path="a.yaml", text=text))
