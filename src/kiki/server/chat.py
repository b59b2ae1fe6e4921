"""The engine behind OpenAI's API: ``/v1/chat/completions`` and ``/v1/models``.

Called by ``routing`` through the table. Any engine that is configured answers, through the same
port that readings use: its address comes from the settings only, and secrets leave the text before
it does. Who asked which model, and how much, is in the ledger; what was said is not."""

import time
from typing import Any

from kiki.engines.port import Completion, Engine, Looked, Prompt
from kiki.model.errors import UsageError
from kiki.server.bodies import ChatBody, ChatTurn, Names
from kiki.server.passwords import new_id
from kiki.server.surroundings import Call
from kiki.understand.secrets import masked

MOST_TURNS = 64
_LOOK_S = 5.0


def complete(call: Call) -> dict[str, Any]:
    """OpenAI's answer to a chat request; UsageError ``server.no_engine``, ``server.chat_turns``."""
    body: ChatBody = call.body
    found = _engine(call).complete(_prompt(body, call.server.model_timeout_s))
    data = {"turns": len(body.messages), "prompt_tokens": found.prompt_tokens,
            "completion_tokens": found.completion_tokens}  # fmt: skip
    call.server.ledger.append(call.who.name, "chat", found.model or "-", data)
    return _answer(found)


def models(call: Call) -> Names:
    """The models that can be asked."""
    return Names(names=_names(_engine(call)))


def listed(call: Call) -> dict[str, Any]:
    """The same as OpenAI lists them."""
    engine = call.server.engine
    names = _names(engine) if engine else ()
    data = [{"id": name, "object": "model", "created": 0, "owned_by": "kiki"} for name in names]
    return {"object": "list", "data": data}


def chunk(answer: dict[str, Any]) -> dict[str, Any]:
    """The whole answer as the one chunk of a stream."""
    choice = answer["choices"][0]
    only = {"index": 0, "delta": choice["message"], "finish_reason": "stop"}
    return {**answer, "object": "chat.completion.chunk", "choices": [only]}


def _engine(call: Call) -> Engine:
    if call.server.engine is None:
        raise UsageError("server.no_engine")
    return call.server.engine


def _names(engine: Engine) -> tuple[str, ...]:
    if isinstance(engine, Looked):
        return (engine.look(_LOOK_S).model,)
    return (engine.name,)


def _prompt(body: ChatBody, timeout_s: float) -> Prompt:
    """The chat as the port takes it: what the system says, pairs of turns, the last question."""
    system = [one for one in body.messages if one.role in ("system", "developer")]
    turns = [one for one in body.messages if one.role in ("user", "assistant")]
    asked = [one.role for one in turns]
    wanted = ["user", "assistant"] * (len(turns) // 2) + ["user"]
    if asked != wanted or len(turns) > MOST_TURNS:
        raise UsageError("server.chat_turns", most=MOST_TURNS)
    texts = [masked(one.content) for one in turns]
    return Prompt(
        system="\n\n".join(masked(one.content) for one in system),
        user=texts[-1],
        schema={},
        examples=tuple(zip(texts[:-1:2], texts[1::2], strict=True)),
        max_tokens=body.max_tokens,
        timeout_s=timeout_s,
        model=body.model,
    )


def _answer(found: Completion) -> dict[str, Any]:
    turn = ChatTurn(role="assistant", content=found.text)
    return {
        "id": f"chatcmpl-{new_id()}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": found.model,
        "choices": [
            {
                "index": 0,
                "message": {"role": turn.role, "content": turn.content},
                "finish_reason": "stop",
            }
        ],
        "usage": {
            "prompt_tokens": found.prompt_tokens,
            "completion_tokens": found.completion_tokens,
            "total_tokens": found.prompt_tokens + found.completion_tokens,
        },
    }
