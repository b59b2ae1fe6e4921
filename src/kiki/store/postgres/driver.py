"""psycopg, wherever it is.

Called by the other modules here. It is in the agent server's environment; the command line, which
needs it only where the record is in PostgreSQL, borrows it from there: both are made with the same
Python.
"""

import sys
from importlib import import_module
from types import ModuleType

from kiki.model.errors import UsageError
from kiki.provision import runtimes


def found() -> ModuleType:
    """The module. UsageError ``store.no_driver``."""
    try:
        return import_module("psycopg")
    except ModuleNotFoundError:
        _borrow()
    try:
        return import_module("psycopg")
    except ImportError:
        raise UsageError("store.no_driver") from None


def _borrow() -> None:
    """Look also where the server's packages are, after everything of our own."""
    python = runtimes.find("server")
    if python is None:
        return
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    folder = python.parent.parent / "lib" / version / "site-packages"
    if folder.is_dir() and str(folder) not in sys.path:
        sys.path.append(str(folder))
