"""Asking a cloud: one question, one process of openstacksdk's environment.

Called by ``clouds.executor``. How a process is asked is ``execution.clients``; credentials stay in
``clouds.yaml``, which only the process reads.
"""

from pathlib import Path
from typing import Any

from kiki.execution.clients import SourceClient
from kiki.model.request import CloudSource

REQUEST_S = 60.0  # of one request: Heat looks many things up for a preview


class CloudClient(SourceClient[CloudSource]):
    """Asks clouds; ``identity`` is cloud, server, project, project_id, domain, user, user_id and
    region.

    UsageError ``cloud.no_file``, ``file_invalid``, ``unknown``, ``settings_wrong``,
    ``region_unknown``, ``no_project``, ``no_heat``, ``denied``, ``token_expired``,
    ``credential_refused``, ``forbidden``, ``project_closed``, ``project_bound``,
    ``project_unknown``; TemporaryError ``cloud.unreachable``, ``timeout``, ``certificate``,
    ``failing``, ``refused``, ``client_failed``.
    """

    area = "cloud"
    script = Path(__file__).with_name("driver")  # a folder: nothing else of ours on its path
    request_s = REQUEST_S
    wrong = (
        "cloud.no_file", "cloud.file_invalid", "cloud.unknown", "cloud.settings_wrong",
        "cloud.region_unknown", "cloud.no_project", "cloud.denied", "cloud.token_expired",
        "cloud.credential_refused", "cloud.forbidden", "cloud.no_heat", "cloud.project_closed",
        "cloud.project_bound", "cloud.project_unknown",
    )  # fmt: skip

    def _told(self, source: CloudSource) -> dict[str, Any]:
        return {"file": source.file, "cloud": source.name, "region": source.region}

    def _named(self, source: CloudSource) -> dict[str, str]:
        return {"cloud": source.name or "-", "path": source.file or "-"}
