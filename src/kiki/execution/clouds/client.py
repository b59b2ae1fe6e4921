"""Asking a cloud: one question, one process of openstacksdk's environment.

Called by ``clouds.executor``. How a process is asked is ``execution.clients``; credentials stay in
``clouds.yaml``, which only the process reads.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kiki.execution.clients import Client, Said, Told, silent
from kiki.model.errors import KikiError, TemporaryError, UsageError
from kiki.model.request import CloudSource

SCRIPT = Path(__file__).with_name("driver")  # a folder: nothing else of ours on its path
REQUEST_S = 60.0  # of one request: Heat looks many things up for a preview
_USAGE = (
    "cloud.no_file", "cloud.file_invalid", "cloud.unknown", "cloud.settings_wrong",
    "cloud.region_unknown", "cloud.no_project", "cloud.denied", "cloud.token_expired",
    "cloud.credential_refused", "cloud.forbidden", "cloud.no_heat", "cloud.project_closed",
    "cloud.project_bound", "cloud.project_unknown",
)  # fmt: skip
"""What stays as it is until somebody corrects it."""


class CloudClient:
    """Asks clouds. *python* gives the Python that has openstacksdk (it may install it first);
    *environment* is what its process gets besides: proxies."""

    def __init__(self, python: Callable[[], Path], environment: Mapping[str, str]) -> None:
        self._client = Client(SCRIPT, python, environment, "cloud")

    def python(self) -> Path:
        """The Python that has openstacksdk."""
        return self._client.python()

    def identity(self, source: CloudSource) -> dict[str, str]:
        """What ``driver.identity`` says: cloud, server, project, project_id, domain, user, user_id
        and region."""
        found = self.ask(source, "identity", {}, timeout_s=REQUEST_S)
        return {key: str(value) for key, value in found.items()}

    def ask(
        self,
        source: CloudSource,
        what: str,
        order: Mapping[str, Any],
        say: Said = silent,
        *,
        timeout_s: float,
        begun: Callable[[int], None] = silent,
    ) -> dict[str, Any]:
        """The answer of the driver's module *what* to *order*, within *timeout_s*; *say* gets what
        comes on the way, *begun* the process's id before it is told what to do. Ctrl-C ends it.

        UsageError ``cloud.no_file``, ``file_invalid``, ``unknown``, ``settings_wrong``,
        ``region_unknown``, ``no_project``, ``no_heat``, ``denied``, ``token_expired``,
        ``credential_refused``, ``forbidden``, ``project_closed``,
        ``project_bound``, ``project_unknown``; TemporaryError ``cloud.unreachable``, ``timeout``,
        ``certificate``, ``failing``, ``refused``, ``client_failed``.
        """
        told = {"ask": what, "file": source.file, "cloud": source.name, "region": source.region}
        whole = {"timeout_s": min(timeout_s, REQUEST_S), **order, **told}
        try:
            return self._client.answer(whole, say, timeout_s, begun)
        except Told as error:
            raise _error(source, error) from error


def _error(source: CloudSource, told: Told) -> KikiError:
    """The error that the driver's code and parameters mean."""
    params = {"cloud": source.name or "-", "path": source.file or "-", **told.params}
    if told.code in _USAGE:
        return UsageError(told.code, **params)
    return TemporaryError(told.code, **params)
