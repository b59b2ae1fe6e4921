"""An engine at work: everything that is known of its server in this process, and one answer.

Made by ``engine`` when it is first asked. Imports http.client and ssl.
"""

from msgspec.structs import replace

from kiki.engines.address import address
from kiki.engines.connecting import Deadline
from kiki.engines.http import Client
from kiki.engines.openai.catalogue import Catalogue
from kiki.engines.openai.ladder import Ladder, holds
from kiki.engines.openai.memory import Memory
from kiki.engines.openai.replies import Answer, Heard
from kiki.engines.openai.rungs import Way, how
from kiki.engines.openai.server import RejectedError, Server
from kiki.engines.port import Completion, Prompt
from kiki.engines.texts import first_object, has_object, shown
from kiki.model.agent import Listener, Progress
from kiki.model.errors import PermanentError, UsageError

MOST_TOKENS = 2048  # of an answer that is asked for again because it was cut
_LLAMA = "llamacpp"
_EVERY = 4  # tokens between two words of progress


class Session:
    """Asks one server. *url* as people write it; *proxies* as in ``http.Client``; *folder* is where
    the memory is."""

    def __init__(self, url: str, key: str, proxies: dict[str, str], folder: str) -> None:
        if not url.strip():
            raise UsageError("engine.url_missing")
        self.server = Server(Client(address(url), key, proxies))
        self.catalogue = Catalogue(self.server)
        self._memory = Memory(folder)
        self._ladders: dict[str, Ladder] = {}

    def complete(self, prompt: Prompt, deadline: Deadline, listener: Listener) -> Completion:
        """The answer to *prompt*, of ``prompt.model`` or of the only model that there is."""
        model = self.catalogue.chosen(prompt.model, deadline)
        said = model or self.server.url
        listener(Progress(code="progress.model", params={"model": said, "tokens": "0"}))
        answer, way = self._answered(prompt, model, deadline, listener)
        if not answer.text.strip():
            raise PermanentError("engine.no_text", engine=self.server.url, name=said)
        return Completion(
            text=first_object(answer.text) if prompt.schema else answer.text,
            model=model or shown(answer.model, self.server.client.key) or self.server.url,
            prompt_tokens=answer.prompt_tokens,
            completion_tokens=answer.completion_tokens,
            how=how(way),
        )

    def ladder(self, model: str, deadline: Deadline) -> Ladder:
        """The ladder for *model*."""
        if model not in self._ladders:
            version = self.catalogue.version(deadline)
            llama = self.catalogue.owner(deadline) == _LLAMA
            made = Ladder(self.server, model, version, self._memory, llama=llama)
            self._ladders[model] = made
        return self._ladders[model]

    def _answered(
        self, prompt: Prompt, model: str, deadline: Deadline, listener: Listener
    ) -> tuple[Answer, Way]:
        """An answer, and how it was got."""
        ladder, asked = self.ladder(model, deadline), prompt
        way = ladder.settled(deadline, listener)
        way = way if prompt.schema else way.lowest()
        heard = _counting(model or self.server.url, listener)
        while True:
            try:
                sent = ladder.body(prompt, way)
                answer = self.server.chat(sent, prompt.max_tokens, deadline, heard)
            except RejectedError as error:
                way = ladder.refused(way, error, sent)
                continue
            except ValueError:  # no grammar can say this schema
                way = way.lowest()
                continue
            if prompt.schema and _cut(answer):
                prompt = self._longer(prompt, asked)
                continue
            if holds(answer, prompt, way):
                return answer, way
            again = ladder.broken(way, deadline, listener)
            if again == way:
                return answer, way
            way = again

    def _longer(self, prompt: Prompt, asked: Prompt) -> Prompt:
        """*prompt* with room for twice as long an answer, once; *asked* is how it was first."""
        longer = min(asked.max_tokens * 2, MOST_TOKENS)
        if longer <= prompt.max_tokens:
            tokens = str(prompt.max_tokens)
            raise PermanentError("engine.cut_short", engine=self.server.url, tokens=tokens)
        return replace(prompt, max_tokens=longer)


def _cut(answer: Answer) -> bool:
    """Whether the answer ended for want of room, and its JSON with it."""
    return answer.finish == "length" and not has_object(answer.text)


def _counting(model: str, listener: Listener) -> Heard:
    """Tells *listener* of every few tokens."""

    def heard(tokens: int) -> None:
        if tokens % _EVERY == 1:
            params = {"model": model, "tokens": str(tokens)}
            listener(Progress(code="progress.model", params=params))

    return heard
