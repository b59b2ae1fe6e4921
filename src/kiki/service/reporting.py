"""What hosts reported, as files in the run's folder: one for each host, one for all, one to read.

Called by ``applying``. Secrets that a host's text announces are taken out before anything is
written. A report that can't be written is said, and fails nothing: the hosts were not changed.
"""

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from kiki.execution.folders import open_private
from kiki.model.change import Change, Outcome
from kiki.model.errors import PermanentError
from kiki.model.finding import Finding
from kiki.targets import registry
from kiki.understand.secrets import masked

FOLDER = "reports"
_KEPT = "plan.reports_kept"
_LOST = "plan.reports_lost"


def keep(change: Change, folder: str, reports: dict[str, Any]) -> tuple[Finding, ...]:
    """Write the files of *reports* (by host) in *folder*, and say where they are."""
    if change.reading is None or change.reading.intent is None:
        raise PermanentError("change.no_intent", id=change.id)
    target = registry.target(change.stage.target)
    files = target.report(change.reading.intent, reports, change.request.lang, masked)
    if not files:
        return ()
    place = Path(folder) / FOLDER
    params = {"count": str(len(reports)), "folder": str(place), "files": ", ".join(sorted(files))}
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        for name, text in files.items():
            with open_private(place / name) as file:
                file.write(text)
    except OSError as error:
        params["why"] = error.strerror or type(error).__name__
        return (Finding(code=_LOST, severity="warning", params=params),)
    return (Finding(code=_KEPT, severity="info", params=params),)


def without(part: Outcome) -> Outcome:
    """*part* without what was said of its reports, which a later wave's have in them."""
    kept = tuple(remark for remark in part.remarks if remark.code not in (_KEPT, _LOST))
    return replace(part, remarks=kept)
