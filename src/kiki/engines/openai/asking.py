"""One prompt to one model: tried on the rung that is known, and on others when it does not hold.

Made by ``session`` for each prompt. Ends with an answer or a KikiError; every turn of it goes down
the ladder, leaves out a field or takes time from the limit, so it ends.
"""

from msgspec.structs import replace

from kiki.engines.connecting import Deadline
from kiki.engines.openai.ladder import Ladder, holds
from kiki.engines.openai.replies import Answer, Heard
from kiki.engines.openai.rungs import Way
from kiki.engines.openai.server import RejectedError, Server
from kiki.engines.port import Prompt
from kiki.engines.texts import has_object
from kiki.model.agent import Listener, Progress
from kiki.model.errors import PermanentError

MOST_TOKENS = 2048  # of an answer that is asked for again because it was cut
_EVERY = 4  # tokens between two words of progress


class Asking:
    """*prompt* on its way to *server*; *name* is what *listener* hears the model called."""

    def __init__(
        self,
        server: Server,
        ladder: Ladder,
        prompt: Prompt,
        deadline: Deadline,
        listener: Listener,
        name: str,
    ) -> None:
        self._server = server
        self._ladder = ladder
        self._prompt = prompt
        self._deadline = deadline
        self._listener = listener
        self._heard = _counting(name, listener)

    def answered(self) -> tuple[Answer, Way]:
        """An answer, and how it was got: one that holds, or the best that this server gives."""
        way = self._ladder.settled(self._deadline, self._listener)
        way = way if self._prompt.schema else way.lowest()
        while True:
            answer, way = self._accepted(way)
            if holds(answer, self._prompt, way):
                return answer, way
            again = self._ladder.broken(way, self._deadline, self._listener)
            if again == way:
                return answer, way
            way = again

    def _accepted(self, way: Way) -> tuple[Answer, Way]:
        """The answer to the first request that the server does not refuse."""
        while True:
            way = self._sayable(way)
            try:
                return self._whole(way), way
            except RejectedError as error:
                sent = self._ladder.body(self._prompt, way)
                way = self._ladder.refused(way, error, sent)

    def _sayable(self, way: Way) -> Way:
        """*way*, unless it has no words for this schema."""
        try:
            self._ladder.body(self._prompt, way)
        except ValueError:
            return way.lowest()
        return way

    def _whole(self, way: Way) -> Answer:
        """An answer that ended by itself; one that was cut is asked for once more, with room for
        twice as much. PermanentError ``engine.cut_short``."""
        first = self._prompt.max_tokens
        for tokens in (first, max(first, min(2 * first, MOST_TOKENS))):
            body = self._ladder.body(replace(self._prompt, max_tokens=tokens), way)
            answer = self._server.chat(body, tokens, self._deadline, self._heard)
            if not self._prompt.schema or not _cut(answer):
                return answer
        raise PermanentError("engine.cut_short", engine=self._server.url, tokens=str(tokens))


def _cut(answer: Answer) -> bool:
    """Whether the answer ended for want of room, and its JSON with it."""
    return answer.finish == "length" and not has_object(answer.text)


def _counting(name: str, listener: Listener) -> Heard:
    """Tells *listener* of every few tokens."""

    def heard(tokens: int) -> None:
        if tokens % _EVERY == 1:
            params = {"model": name, "tokens": str(tokens)}
            listener(Progress(code="progress.model", params=params))

    return heard
