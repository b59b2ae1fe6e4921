"""An engine at work: everything that is known of its server in this process, and one answer.

Made by ``engine`` when it is first asked. Imports http.client and ssl.
"""

from kiki.engines.address import address
from kiki.engines.connecting import Deadline
from kiki.engines.http import Client
from kiki.engines.openai.asking import Asking
from kiki.engines.openai.catalogue import Catalogue
from kiki.engines.openai.ladder import Ladder
from kiki.engines.openai.memory import Memory
from kiki.engines.openai.rungs import Way, how
from kiki.engines.openai.server import Server
from kiki.engines.port import Completion, Prompt
from kiki.engines.texts import first_object, shown
from kiki.model.agent import Listener, Progress
from kiki.model.errors import PermanentError, UsageError

_LLAMA = "llamacpp"


class Session:
    """Asks one server. *url* as people write it; *proxies* as in ``http.Client``; *folder* is where
    the memory is; *way* as in ``engine``."""

    def __init__(
        self, url: str, key: str, proxies: dict[str, str], folder: str, way: Way | None = None
    ) -> None:
        if not url.strip():
            raise UsageError("engine.url_missing")
        self.server = Server(Client(address(url), key, proxies))
        self.catalogue = Catalogue(self.server)
        self._memory = Memory(folder, way)
        self._ladders: dict[str, Ladder] = {}

    def complete(self, prompt: Prompt, deadline: Deadline, listener: Listener) -> Completion:
        """The answer to *prompt*, of ``prompt.model`` or of the only model that there is."""
        model = self.catalogue.chosen(prompt.model, deadline)
        said = model or self.server.url
        listener(Progress(code="progress.model", params={"model": said, "tokens": "0"}))
        ladder = self.ladder(model, deadline)
        answer, way = Asking(self.server, ladder, prompt, deadline, listener, said).answered()
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
