"""Making the environment that runs Kiki in a clone.

Called by the launcher (``kiki.py``), with nothing but the standard library there yet: nothing that
is imported here may need a package; a test holds that. ``python -m kiki.provision.bootstrap dev``
makes the one with the tests' tools for the Makefile.
"""

import os
import sys
import time
from pathlib import Path

from kiki.model.errors import KikiError
from kiki.provision import environments, installers, places
from kiki.provision.installers import Report, Tool


def prepare(folder: str, report: Report, lock: str = "base") -> None:
    """Make the environment in *folder* from *lock*, with the clone's ``src`` on its path.

    Raises KikiError ``provision.<what>``.
    """
    started = time.monotonic()
    place, locked = Path(folder), places.lock(lock)

    def fill_with(tool: Tool, aside: Path) -> None:
        installers.create(tool, aside)
        installers.install(tool, aside, locked, report)
        _add_source(aside, place)

    def fill(aside: Path) -> None:
        known = (place / environments.STAMP).exists()
        report("provision.renewing" if known else "provision.first_run", {"path": folder})
        installers.attempt(lambda tool: fill_with(tool, aside), report)
        report("provision.done", {"seconds": f"{time.monotonic() - started:.0f}"})

    environments.make(place, locked.read_text(), fill, report)


def _add_source(aside: Path, place: Path) -> None:
    """One line in a .pth file: cheaper at every start than an editable install's import hook.

    Relative inside the clone, so that the clone can be moved.
    """
    source = places.PACKAGE.parent
    site = next(aside.glob("lib/python3*/site-packages"))
    inside = place.parent == source.parent
    line = os.path.relpath(source, place / site.relative_to(aside)) if inside else str(source)
    (site / "kiki.pth").write_text(line + "\n")


def _main(lock: str) -> int:
    folder = places.clone() or Path.cwd()
    try:
        prepare(str(folder / f".venv-{lock}"), _show, lock)
    except KikiError as error:
        sys.stderr.write(f"{error}\n")
        return int(error.exit)
    return 0


def _show(code: str, params: dict[str, str]) -> None:
    if code != "provision.package":
        sys.stderr.write(f"{code} {' '.join(params.values())}\n")


if __name__ == "__main__":
    raise SystemExit(_main(*sys.argv[1:]))
