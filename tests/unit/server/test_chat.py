"""The engine behind OpenAI's API."""

import pytest

from kiki.engines.openai.engine import OpenAIEngine
from kiki.engines.port import Prompt
from tests.unit.server.running import Running

HELLO = {"model": "local-llama", "messages": [{"role": "user", "content": "say ok"}]}


def test_a_chat(running: Running) -> None:
    reply = running.ask("POST", "/v1/chat/completions", HELLO, role="requester")
    assert reply.status == 200
    assert reply.json["choices"][0]["message"] == {
        "role": "assistant", "content": "you said say ok",
    }  # fmt: skip
    record = running.agent().ledger(1)[0]
    assert (record.actor, record.event, record.subject) == ("requester", "chat", "echo")
    assert "say ok" not in str(record.data)


def test_secrets_leave_the_text_before_the_engine_sees_it(running: Running) -> None:
    said = {"role": "user", "content": "make user kim with password Hunter2-Geheim!"}
    running.ask("POST", "/v1/chat/completions", {"messages": [said]})
    assert "Hunter2" not in str(running.engine.asked)
    assert "Hunter2" not in str(running.logged)


def test_turns_and_a_stream(running: Running) -> None:
    turns = [("system", "be short"), ("user", "a"), ("assistant", "b"), ("user", "c")]
    messages = [{"role": role, "content": text} for role, text in turns]
    reply = running.ask("POST", "/v1/chat/completions", {"messages": messages, "stream": True})
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert reply.body.endswith(b"data: [DONE]\n\n")
    asked = running.engine.asked[-1]
    assert (asked.system, asked.examples, asked.user) == ("be short", (("a", "b"),), "c")


@pytest.mark.parametrize("roles", [(), ("assistant",), ("user", "user"), ("system",)])
def test_what_is_no_chat(shared: Running, roles: tuple[str, ...]) -> None:
    messages = [{"role": role, "content": "x"} for role in roles]
    reply = shared.ask("POST", "/v1/chat/completions", {"messages": messages})
    assert (reply.status, reply.json["code"]) == (400, "server.chat_turns")


def test_an_address_in_the_request_is_nobodys_business(shared: Running) -> None:
    body = HELLO | {"base_url": "http://169.254.169.254/", "api_base": "http://evil"}
    assert shared.ask("POST", "/v1/chat/completions", body).status == 200
    assert shared.ask("POST", "/api/v1/generate", {"request": {"model_url": "x"}}).status == 400


def test_another_kiki_can_use_it_as_its_engine(shared: Running) -> None:
    engine = OpenAIEngine(shared.url, shared.tokens["requester"], "echo")
    prompt = Prompt(system="s", user="hello", schema={})
    assert engine.complete(prompt).text == "you said hello"


def test_models(shared: Running) -> None:
    assert shared.ask("GET", "/v1/models").json["data"][0]["id"] == "echo"
    assert shared.ask("GET", "/api/v1/models").json == {"names": ["echo"]}
