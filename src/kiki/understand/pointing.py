"""A doubt that points at one word of the message.

Called by ``doubts``, ``host_doubts`` and ``crossed_doubts``.
"""

from kiki.model.intent import Operation, Question, Token


def token_of(operation: Operation, field: str, tokens: tuple[Token, ...]) -> Token | None:
    """The first token of what was said for *field*; None where it was in quotes or not said."""
    source = operation.sources.get(field)
    start = source.start if source is not None and source.origin == "span" else -1
    return next((token for token in tokens if token.start == start), None)


def doubted_at(token: Token, name: str) -> Question:
    """The refusal ``doubt.<name>`` for *token*."""
    said = {"word": token.text}
    return Question(code=f"doubt.{name}", field="", params=said, start=token.start, end=token.end)
