"""What every command is given: settings, language, screen, and the agent to talk to.

Made by the dispatcher, one a process. The agent is made when it is first asked for: ``gen`` and
``config show`` never open a database.
"""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from kiki.cli.look import Look
from kiki.cli.screen import Screen
from kiki.model.languages import Lang, language_of
from kiki.settings import Settings

if TYPE_CHECKING:
    from kiki.cli.progress import Teller
    from kiki.model.agent import Agent, Listener, Progress
    from kiki.model.change import Change
    from kiki.service.generating import LocalGenerator

MakeAgent = Callable[[Settings, "Listener"], "Agent"]


class Context:
    """One command's surroundings. *as_json* asks for JSON instead of text on stdout. *watched* is
    the id of the change that Ctrl-C would leave behind; *submitting* is when one was handed in
    whose id is not known yet (RFC 3339 UTC)."""

    def __init__(
        self,
        settings: Settings,
        lang: Lang,
        screen: Screen,
        *,
        as_json: bool = False,
        make_agent: MakeAgent | None = None,
    ) -> None:
        self.settings = settings
        self.lang = lang
        self.screen = screen
        self.as_json = as_json
        self.watched = ""
        self.submitting = ""
        self._make_agent = make_agent or agent_for

    @cached_property
    def agent(self) -> "Agent":
        """The agent: in this process, or over HTTP when there is a base URL."""
        return self._make_agent(self.settings, self.teller)

    @cached_property
    def generator(self) -> "LocalGenerator":
        """What makes code and keeps nothing, always in this process."""
        from kiki.wiring import generator  # noqa: PLC0415 -- lazy: not every command generates

        return generator(self.settings, self._tell)

    @property
    def maker(self) -> "Agent | LocalGenerator":
        """What makes and checks code: the agent where it is elsewhere or was handed in, else the
        generator, for which no store is opened."""
        here = self._make_agent is agent_for and not self.remote
        return self.generator if here else self.agent

    def _tell(self, progress: "Progress") -> None:
        """Tell of work under way; the teller is made when there is some."""
        self.teller(progress)

    @cached_property
    def teller(self) -> "Teller":
        """Who tells of work under way, on stderr."""
        from kiki.cli.progress import Teller  # noqa: PLC0415 -- lazy: gen has no progress

        return Teller(self.screen, self.look_err)

    def change(self, change_id: str) -> "Change":
        """The change that the command is about, by its id or the beginning of that. Unless somebody
        chose a language, it is spoken of in the one in which it was asked for."""
        change = self.agent.get(change_id)
        if not self.settings.lang:
            self._speak(change.request.lang)
        return change

    def hear(self, message: str) -> None:
        """Speak the language of *message*, which was not on the line, unless ``--lang`` says
        another."""
        if self.settings.origins["lang"].where != "flag":
            self._speak(language_of(message) or self.lang)

    def _speak(self, lang: Lang) -> None:
        self.lang = lang
        if "teller" in vars(self):  # it may already have told of an installation
            self.teller.look = self.look_err

    @property
    def look(self) -> Look:
        """How to show things on stdout."""
        return Look(self.lang, self.screen.colour_out, self.screen.width)

    @property
    def look_err(self) -> Look:
        """How to show things on stderr."""
        return Look(self.lang, self.screen.colour_err, self.screen.width)

    @property
    def interactive(self) -> bool:
        """Whether a person can be asked."""
        return self.screen.interactive and not self.as_json

    @property
    def remote(self) -> bool:
        """Whether the agent is another process, perhaps on another machine."""
        return bool(self.settings.base_url)

    def show(self, text: str) -> None:
        """Show *text* on stdout, unless JSON is wanted there."""
        if text and not self.as_json:
            self.screen.out(text)

    def note(self, code: str, /, **params: object) -> None:
        """Say the text of *code*, and its help, on stderr."""
        found = self.look_err.message(code, **params)
        self.screen.err(f"{found.text}\n  {found.help}" if found.help else found.text)

    def json(self, builtins: Any) -> None:
        """Write the one JSON document of this command, when JSON is wanted."""
        if self.as_json:
            self.screen.out(encoded(builtins))


def encoded(builtins: Any) -> str:
    """*builtins* as indented JSON."""
    import msgspec  # noqa: PLC0415 -- lazy: the order of imports is main's

    return msgspec.json.format(msgspec.json.encode(builtins), indent=2).decode()


def agent_for(settings: Settings, listener: "Listener") -> "Agent":
    """The agent that *settings* name; *listener* hears of installations on demand."""
    if settings.base_url:
        from kiki.cli import logins  # noqa: PLC0415 -- lazy: only with a server

        return logins.server(settings)
    from kiki.wiring import local_agent  # noqa: PLC0415 -- lazy: not every command needs one

    return local_agent(settings, listener, own_files=True)
