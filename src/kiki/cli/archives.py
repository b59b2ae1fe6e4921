"""What ``kiki bundle make`` and ``kiki bundle verify`` do.

Called by ``commands.bundle``. Archives are always made of this machine's clone.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from kiki.cli.context import Context
from kiki.cli.models import Stock
from kiki.engines.embedded import making
from kiki.model.errors import UsageError
from kiki.model.exits import Exit
from kiki.provision.archive import components, packing, proving, wheels
from kiki.provision.archive.packing import Wanted
from kiki.provision.models import catalogue
from kiki.provision.models.catalogue import Model


def made(
    context: Context, path: str, parts: str, models: Iterable[str], images: Iterable[str]
) -> Exit:
    """Make one: with the environments *parts* (commas), else the usual ones, and llama.cpp's where
    a model is named. UsageError ``archive.part_unknown``; what ``packing.pack`` raises."""
    stock = Stock(context)
    found = [_model(context, stock, name) for name in models]
    usual = (*wheels.USUAL, *(("llama",) if found else ()))
    wanted = Wanted(
        environments=_named(parts) if parts else usual,
        models=tuple(found),
        images=tuple(images),
    )
    out = Path(path).absolute()
    about = packing.pack(out, wanted, stock.report)
    digest, size = components.sha256(out), out.stat().st_size
    told = {"path": str(out), "sha256": digest, "python": about.python, "machine": about.machine}
    context.show(context.look.say("archive.made", size=str(size // 1_000_000), **told))
    context.json({**told, "size": size, "environments": about.environments,
                  "models": about.models, "images": about.images})  # fmt: skip
    return Exit.DONE


def verified(context: Context, path: str) -> Exit:
    """Check one: exit 0 when every file in it is as it was made, else 1."""
    about, wrong = proving.prove(Path(path))
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    fits = proving.fits(about, python)
    for name in wrong:
        context.show(context.look.say("archive.wrong", name=name))
    if not wrong:
        context.show(context.look.say("archive.whole", path=path, version=about.version))
    if not fits:
        here = {"here": python, "wanted": about.python, "machine": about.machine}
        context.note("archive.other_python", **here)
    context.json({"path": path, "wrong": wrong, "fits": fits, "version": about.version,
                  "python": about.python, "machine": about.machine})  # fmt: skip
    return Exit.FAILED if wrong else Exit.DONE


def _named(parts: str) -> tuple[str, ...]:
    names = tuple(part.strip() for part in parts.split(",") if part.strip())
    for name in names:
        if name not in wheels.LOCKS:
            raise UsageError("archive.part_unknown", name=name, known=", ".join(wheels.LOCKS))
    return names


def _model(context: Context, stock: Stock, name: str) -> tuple[Model, str]:
    """The model and its proven file."""
    model = catalogue.named(name)
    return model, str(making.proven(context.settings, model, stock.report))
