"""What goes wrong between here and a cloud, as codes: by the classes of openstacksdk and of
keystoneauth, which this environment has not."""

from types import SimpleNamespace
from typing import Any

import pytest

from kiki.execution.clouds.driver import connection, faults
from kiki.execution.clouds.driver.connection import Cloud
from kiki.execution.clouds.driver.faults import Fault


def raised(name: str, text: str = "", **more: Any) -> BaseException:
    """An error of a class of that name."""
    error: BaseException = type(name, (Exception,), {})(text)
    for key, value in more.items():
        setattr(error, key, value)
    return error


DOWN = "Unable to establish connection to http://u:p@10.0.0.1:8004/v1: Connection refused"


@pytest.mark.parametrize(
    ("error", "code", "params"),
    [
        (raised("ConnectFailure", DOWN), "unreachable",
         {"where": "10.0.0.1:8004", "reason": "Connection refused"}),
        (raised("ConnectTimeout", DOWN), "timeout", {}),
        (raised("SSLFailure", "certificate has expired"), "certificate",
         {"reason": "certificate has expired"}),
        (raised("EndpointNotFound"), "no_heat", {}),
        (raised("Forbidden", http_status=403, message="no\nmore"), "forbidden",
         {"message": "no"}),
        (raised("ServiceUnavailable", "https://h/x", http_status=503, message="m"), "failing",
         {"where": "h", "status": "503", "message": "m"}),
        (raised("GatewayTimeout", http_status=504, message="m"), "failing",
         {"where": "-", "status": "504", "message": "m"}),
        (raised("ValueError", "password=Geheim"), "client_failed", {"reason": "ValueError"}),
    ],
)  # fmt: skip
def test_each_has_a_code_of_its_own(error: BaseException, code: str, params: Any) -> None:
    assert faults.told(error) == {"code": f"cloud.{code}", "params": params}


def cloud(auth_type: str, error: BaseException | None = None, project: str = "p") -> Cloud:
    def get_access(session: Any) -> Any:
        if error is not None:
            raise error
        return SimpleNamespace(project_id=project)

    config = SimpleNamespace(
        region_name="R", config={"auth_type": auth_type},
        get_auth_args=lambda: {"auth_url": "http://k"},
    )  # fmt: skip
    session = SimpleNamespace(auth=SimpleNamespace(get_access=get_access))
    return Cloud(config, SimpleNamespace(session=session), {"cloud": "lab"})


@pytest.mark.parametrize(
    ("auth_type", "status", "code"),
    [
        ("password", 401, "cloud.denied"),
        ("v3token", 404, "cloud.token_expired"),
        ("v3applicationcredential", 401, "cloud.credential_refused"),
        ("password", 400, "cloud.settings_wrong"),
    ],
)
def test_a_login_that_is_not_taken_says_which_it_is(auth_type: str, status: int, code: str) -> None:
    error = raised("Http", http_status=status, message="Expecting a user (HTTP 400)")
    with pytest.raises(Fault) as found:
        cloud(auth_type, error).access  # noqa: B018 -- it asks
    assert found.value.code == code


def test_a_login_without_a_project_is_said() -> None:
    with pytest.raises(Fault, match=r"cloud\.no_project"):
        cloud("password", project="").access  # noqa: B018 -- as above


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": {"type": "StackExists", "message": "is there"}}, ("StackExists", "is there")),
        ({"NeutronError": {"type": "N", "message": "m"}}, ("N", "m")),
        ({"forbidden": {"message": "no"}}, ("", "no")),
        (["x"], ("", "['x']")),
    ],
)
def test_each_service_says_an_error_in_a_form_of_its_own(body: Any, said: Any) -> None:
    response = SimpleNamespace(json=lambda: body, reason="r")
    assert connection._said(response) == said


def test_a_clouds_file_that_is_not_there_is_said() -> None:
    order = {"file": "/nowhere/clouds.yaml", "cloud": "a", "region": "", "timeout_s": 1}
    with pytest.raises(Fault, match=r"cloud\.no_file"):
        connection.connected(order)
    with pytest.raises(Fault, match=r"cloud\.no_file"):
        connection.connected(order | {"file": ""})
