"""Where a model can be had: what the user names, the site's mirrors, then the catalogue's own.

Called by ``pulls`` and ``kiki model``. A mirror is a folder, a URL template with ``{file}``,
``{id}`` or ``{sha256}``, or ``parts:FILE`` with recipes.
"""

from collections.abc import Iterable
from pathlib import Path

from kiki.model.errors import UsageError
from kiki.provision.models import copies, downloads, parts, recipes
from kiki.provision.models.catalogue import Model, Source
from kiki.provision.models.proofs import readable

_PARTS = "parts:"
_FIELDS = ("{file}", "{id}", "{sha256}")


def sources(model: Model, mirrors: Iterable[str], given: str = "") -> tuple[Source, ...]:
    """The places to try, in order; only *given* (a file, a folder or a URL) when there is one.

    UsageError ``model.mirror_unknown``, ``model.source_missing``, ``model.unreadable`` or
    ``model.recipe_unreadable``.
    """
    if given:
        return (_given(model, given),)
    found = [source for mirror in mirrors for source in _mirror(model, mirror)]
    return (*found, *model.sources)


def reachable(source: Source) -> bool:
    """Whether the source answers now; a look of a few seconds at most, nothing is fetched."""
    if source.kind == "file":
        return Path(source.path).is_file()
    return downloads.answers(source.url) if source.kind == "url" else parts.answers(source.parts)


def _given(model: Model, given: str) -> Source:
    if _is_url(given):
        return Source(kind="url", url=given)
    path, there = _found(Path(given).expanduser(), model)
    if not there:
        raise UsageError("model.source_missing", path=str(path), id=model.id)
    return Source(kind="file", path=str(path.absolute()))


def _mirror(model: Model, mirror: str) -> Iterable[Source]:
    if mirror.startswith(_PARTS):
        made = recipes.read(mirror.removeprefix(_PARTS))
        return [Source(kind="parts", parts=one.parts) for one in made if one.id == model.id]
    if _is_url(mirror):
        return [Source(kind="url", url=_filled(mirror, model))]
    if Path(mirror).expanduser().is_dir():
        path, there = _found(Path(mirror).expanduser(), model)
        return [Source(kind="file", path=str(path))] if there else []
    raise UsageError("model.mirror_unknown", mirror=mirror)


def _found(path: Path, model: Model) -> tuple[Path, bool]:
    """The model's file there, and whether it is. UsageError ``model.unreadable``."""
    with readable(path):
        path = copies.inside(path, model.file)
        return path, path.is_file()


def _filled(template: str, model: Model) -> str:
    """The template's URL; one without a field is a folder."""
    if not any(field in template for field in _FIELDS):
        template = template.rstrip("/") + "/{file}"
    for field, value in zip(_FIELDS, (model.file, model.id, model.sha256), strict=True):
        template = template.replace(field, value)
    return template


def _is_url(text: str) -> bool:
    return text.startswith(("https://", "http://"))
