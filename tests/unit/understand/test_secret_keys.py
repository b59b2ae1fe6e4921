"""Every value of a Kubernetes Secret that is asked for is taken out of the message."""

import pytest

from kiki.understand.secrets import redact


@pytest.mark.parametrize(
    ("message", "values"),
    [
        ("create secret db with username=admin password=Hunter2xyz", {"admin", "Hunter2xyz"}),
        ("make a k8s secret db in namespace demo with user=kim, url='a b c'", {"kim", "a b c"}),
        ("add a secret called app in the shop namespace with a=one1 and b=two2", {"one1", "two2"}),
        ("demo 네임스페이스에 db라는 시크릿에 pass.word 값을 hunter로 만들어줘", {"hunter"}),
        ("db 시크릿을 demo 네임스페이스에 user=admin, key=abc로 만들어줘", {"admin", "abc"}),
        ("시크릿 db를 user=admin과 b=s3cr3t1로 생성해줘", {"admin", "s3cr3t1"}),
        ("app 시크릿을 user는 admin, level은 high1로 만들어줘", {"admin", "high1"}),
    ],
)  # fmt: skip
def test_values_are_taken_out(message: str, values: set[str]) -> None:
    found = redact(message)
    assert set(found.values.values()) == values
    assert redact(found.message) == type(found)(message=found.message)


@pytest.mark.parametrize(
    "message",
    [
        "create deployment web of nginx with env from secret/app and env A=b",
        "create deployment web with image nginx:1.27 and pull secret regcred and env A=b",
        "web 디플로이먼트에 풀 시크릿 regcred 환경변수 A=b로 추가",
        "시크릿 web-tls로 host=a.example.com 인그레스 만들어줘",
        "label secret db with team=a",
        "create secret db with password={{secret:db}} and user={{secret:u}}",
    ],
)
def test_what_is_no_value_of_a_secret_stays(message: str) -> None:
    assert redact(message).values == {}


@pytest.mark.parametrize(
    ("answer", "values"),
    [
        ("username=admin, level=high1", {"admin", "high1"}),
        ("data: user=kim and url='a b c'", {"kim", "a b c"}),
        ("데이터는 user=admin, level=high1", {"admin", "high1"}),
        ("user는 admin, level은 high1로", {"admin", "high1"}),
        ("password={{secret:db}}", set()),
        ("no pairs at all", set()),
    ],
)
def test_all_that_an_answer_gives_keys_is_secret(answer: str, values: set[str]) -> None:
    found = redact(answer, pairs=True)
    assert set(found.values.values()) == values
    assert redact(answer).values == {} or "level은" in answer, "only where it is such an answer"


def test_a_known_name_is_given_to_no_other_value() -> None:
    found = redact("user=kim1", pairs=True, known=("secret-1", "secret-3"))
    assert found.values == {"secret-2": "kim1"}
    assert found.message == "user={{secret:secret-2}}"


@pytest.mark.parametrize(
    "message",
    [
        "create pod web from nginx with env DB_PASSWORD from key password of secret db-secret",
        "create pod web from nginx, DB_PASSWORD comes from secret db-secret key password",
        "create pod web from nginx with DB_PASSWORD=secret/db-secret:password",
        "web 파드를 nginx로 만들고 DB_PASSWORD는 db-secret의 password 키에서 가져와줘",
        "환경변수 API_TOKEN을 시크릿 api의 token 값으로 하는 nginx 디플로이먼트 web 만들어줘",
    ],
)
def test_where_a_variable_has_its_value_from_is_no_secret(message: str) -> None:
    assert redact(message).values == {}


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("create pod web from nginx with DB_PASSWORD=hunter2xyz", "hunter2xyz"),
        ("web 파드의 DB_PASSWORD는 hunter2xyz", "hunter2xyz"),
        ("DB_PASSWORD from secret db key password, and the password is hunter2xyz", "hunter2xyz"),
    ],
)
def test_what_a_variable_is_itself_is_taken_out_still(message: str, value: str) -> None:
    assert value in redact(message).values.values()
