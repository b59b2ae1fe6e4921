"""A definition of a virtual data centre as a request: read once, compiled, planned as one change.

Called by ``submission``. The file is the user's own (``execution.own``), as manifests are: nothing
looks at the disk again, and what was read is kept with the change.
"""

from msgspec import UNSET

from kiki.model.artifact import File
from kiki.model.errors import UsageError
from kiki.model.finding import has_errors
from kiki.model.intent import Reading
from kiki.model.request import CloudSource, Request
from kiki.targets.port import OpenFiles
from kiki.vdc.reading import read
from kiki.vdc.staging import FLAG, TENANT, later, parted, staged


def is_definition(request: Request) -> bool:
    """Whether *request* is the path of a definition."""
    return FLAG in request.flags


def reading(request: Request, files: OpenFiles) -> Reading:
    """What the definition asks for. UsageError ``vdc.not_sound`` for one with mistakes, which the
    command line shows before it asks, ``files.<what>`` and ``vdc.group_too_large``."""
    path = request.flags[FLAG]
    found = read(File(path=path, text=files().read(path)))
    if found.definition is None or has_errors(found.findings):
        raise UsageError("vdc.not_sound", file=path)
    parts = later(found.definition, path, request.scope)
    if tenant := _tenants(request):
        intent, theirs = parted(found.definition, path, tenant)
        parts = (theirs, *parts)
    else:
        intent = staged(found.definition, path)
    return Reading(reader="flags", intent=intent, later=parts or UNSET)


def _tenants(request: Request) -> CloudSource | None:
    """The tenant's own cloud: another name in the same file."""
    name, ours = request.flags.get(TENANT, ""), request.scope.cloud
    if not name or ours is None:
        return None
    return CloudSource(file=ours.file, name=name, region=ours.region, named=True)
