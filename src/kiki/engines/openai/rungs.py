"""The ladder: how servers are asked for JSON that satisfies a schema, the strictest way first.

Called by the other modules of this package. Each rung is one more field of the request:
``response_format`` of OpenAI; ``json_schema`` and ``grammar`` of llama.cpp; ``structured_outputs``
and, before it, ``guided_json`` of vLLM; plain JSON mode; nothing at all.
"""

import re
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from kiki.engines.gbnf import grammar
from kiki.engines.port import Prompt, prefix
from kiki.model.records import Record

SEED = 42
TEMPERATURE = 0
# What a request can do without, when a server does not know it.
OPTIONAL = ("temperature", "seed", "stream", "stream_options", "cache_prompt")
_LIMIT, _NEW_LIMIT = "max_tokens", "max_completion_tokens"

Schema = dict[str, Any]
Promise = Literal["schema", "object", "nothing"]


class Rung(NamedTuple):
    """One way to ask. *promise* is what a server that knows it holds the model to."""

    name: str
    promise: Promise
    fields: Callable[[Schema], dict[str, Any]]


def _response_format(schema: Schema) -> dict[str, Any]:
    named = {"name": "reading", "strict": True, "schema": schema}
    return {"response_format": {"type": "json_schema", "json_schema": named}}


RUNGS = (
    Rung("response_format", "schema", _response_format),
    Rung("json_schema", "schema", lambda schema: {"json_schema": schema}),
    Rung("grammar", "schema", lambda schema: {"grammar": grammar(schema)}),
    Rung("structured_outputs", "schema", lambda s: {"structured_outputs": {"json": s}}),
    Rung("guided_json", "schema", lambda schema: {"guided_json": schema}),
    Rung("json_object", "object", lambda _: {"response_format": {"type": "json_object"}}),
    Rung("none", "nothing", lambda _: {}),
)
_NAMES = tuple(rung.name for rung in RUNGS)


class Way(Record, frozen=True):
    """How a server is asked for a model's answer: the *rung*, whether it is *sure* to hold, and
    the optional fields that are left out."""

    rung: str = _NAMES[0]
    sure: bool = False
    dropped: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """ValueError for a rung that there is not."""
        if self.rung not in _NAMES:
            raise ValueError(self.rung)

    @property
    def step(self) -> Rung:
        """The rung itself."""
        return RUNGS[_NAMES.index(self.rung)]

    def lower(self) -> "Way":
        """The next rung down, of which nothing is known yet."""
        return Way(rung=_NAMES[_NAMES.index(self.rung) + 1], dropped=self.dropped)

    def lowest(self) -> "Way":
        """The rung that asks for nothing."""
        return Way(rung=_NAMES[-1], sure=True, dropped=self.dropped)

    def without(self, said: str, sent: dict[str, Any]) -> "Way | None":
        """Without the optional fields of the request *sent* that its refusal *said* names; None
        when it names none."""
        named = {name for name in OPTIONAL if name in sent and _names(said, name)}
        if _LIMIT in sent and _names(said, _NEW_LIMIT):
            named.add(_LIMIT)
        if not named:
            return None
        dropped = tuple(sorted({*self.dropped, *named}))
        return Way(rung=self.rung, sure=self.sure, dropped=dropped)

    def bare(self) -> "Way | None":
        """The first rung again, without anything optional; None when that was tried."""
        dropped = tuple(sorted({*self.dropped, *OPTIONAL}))
        return Way(dropped=dropped) if dropped != self.dropped else None


def body(prompt: Prompt, model: str, way: Way, *, llama: bool) -> dict[str, Any]:
    """The request for *prompt*. *llama* is whether the server is llama.cpp: only it is sent what
    only it knows. ValueError when the schema can't be said on this rung."""
    turns = [*prefix(prompt), {"role": "user", "content": prompt.user}]
    messages = [turn for turn in turns if turn["content"]]
    made: dict[str, Any] = {"messages": messages, _LIMIT: prompt.max_tokens}
    made |= {"temperature": TEMPERATURE, "seed": SEED, "stream": True}
    made |= {"stream_options": {"include_usage": True}} | ({"model": model} if model else {})
    made |= {"cache_prompt": True} if llama else {}
    made |= way.step.fields(prompt.schema)
    if _LIMIT in way.dropped:
        made[_NEW_LIMIT] = made[_LIMIT]
    if "stream" in way.dropped:
        del made["stream_options"]
    return {name: value for name, value in made.items() if name not in way.dropped}


def how(way: Way) -> dict[str, str]:
    """What is recorded of the way in which an answer was made."""
    said = {"seed": str(SEED), "temperature": str(TEMPERATURE)}
    kept = {name: value for name, value in said.items() if name not in way.dropped}
    return kept | {"rung": way.rung}


def _names(text: str, name: str) -> bool:
    return re.search(rf"\b{name}\b", text) is not None
