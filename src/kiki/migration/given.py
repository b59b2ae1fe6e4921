"""One container as podman inspects it, beside its image.

Made by ``podman``; called by the modules that each read a part of it.
"""

from functools import cached_property
from itertools import pairwise
from typing import Any

from kiki.migration.ports import exposed
from kiki.migration.workload import Port


class Given:
    """*raw* is what ``podman container inspect`` says, *whole* what ``podman image inspect`` says
    of its image; empty where that is gone."""

    def __init__(self, raw: dict[str, Any], whole: dict[str, Any]) -> None:
        self.raw = raw
        self.name = str(raw["Name"])
        self.config: dict[str, Any] = raw.get("Config") or {}
        self.host: dict[str, Any] = raw.get("HostConfig") or {}
        self.image: dict[str, Any] = whole.get("Config") or {}

    @cached_property
    def flags(self) -> frozenset[str]:
        """The flags that it was made with, without their values, which may be secrets. What
        follows the image is the container's own command, and may look like flags of podman."""
        return frozenset(word.partition("=")[0] for word in self._made_with if word[:1] == "-")

    @cached_property
    def secrets(self) -> tuple[dict[str, str], ...]:
        """What ``--secret`` said, each with its ``name``; ``type`` and ``target`` where given."""
        words = [*self._made_with, ""]
        said = [word.partition("=")[2] or after for word, after in pairwise(words)
                if word.partition("=")[0] == "--secret"]  # fmt: skip
        split = [one.partition(",") for one in said]
        return tuple({"name": name, **_options(rest)} for name, _, rest in split)

    @property
    def hides_all(self) -> bool:
        """Whether any of its variables may be a secret of podman's: it has some, and nobody can
        tell what they became. Inspect shows a secret's value among the variables."""
        return bool(self.config.get("Secrets")) and not self.secrets

    @cached_property
    def _made_with(self) -> list[str]:
        words = [str(word) for word in self.config.get("CreateCommand") or []]
        image = str(self.config.get("Image") or self.raw.get("ImageName") or "")
        short = {image, image.rpartition("/")[2], image.removeprefix("docker.io/library/")}
        end = next((at for at, word in enumerate(words) if word in short), len(words))
        return words[:end]

    @property
    def words(self) -> tuple[list[str], list[str]]:
        """Its entry point and its command, as they run."""
        whole = [str(self.raw.get("Path") or ""), *map(str, self.raw.get("Args") or [])]
        whole = whole if whole[0] else whole[1:]
        marks = self.config.get("Annotations") or {}
        if marks.get("io.podman.annotations.init") == "TRUE" and "--" in whole[:3]:
            whole = whole[whole.index("--") + 1 :]
        command = [str(word) for word in self.config.get("Cmd") or []]
        cut = len(whole) - len(command)
        return (whole[:cut], command) if whole[cut:] == command else (whole, [])

    @property
    def of_image(self) -> tuple[list[str], list[str]]:
        """The entry point and the command of the image."""
        return _words(self.image.get("Entrypoint")), _words(self.image.get("Cmd"))

    @property
    def folder(self) -> str:
        """Where it runs; empty where the image says the same."""
        here = str(self.config.get("WorkingDir") or "")
        return "" if here in ("/", self.image.get("WorkingDir") or "/") else here

    @property
    def exposed(self) -> tuple[Port, ...]:
        """The ports that the image says it listens on, and those that the container adds."""
        said = {**(self.image.get("ExposedPorts") or {}), **(self.host.get("PortBindings") or {})}
        return exposed(said)


def _options(said: str) -> dict[str, str]:
    """Options written as ``type=env,target=NAME``."""
    pairs = (one.partition("=") for one in said.split(",") if one)
    return {key: value for key, _, value in pairs}


def _words(said: Any) -> list[str]:
    """A list of words, which some podmans print as one text."""
    return said.split() if isinstance(said, str) else [str(word) for word in said or []]
