#!/usr/bin/env python3
"""Starts Kiki from a clone. The first run makes ``.venv``; later ones go straight through.

This file must parse on Python 3.6, so that an old ``python3`` can say what is needed or hand over
to a newer one. It uses the standard library only. What makes the environment is
``src/kiki/provision/bootstrap.py``; the texts are ``src/kiki/messages/<language>/provision.json``.
``KIKI_VENV`` puts the environment elsewhere, for a clone that can't be written.
"""

import os
import sys

ROOT = os.path.dirname(os.path.realpath(__file__))
SOURCE = os.path.join(ROOT, "src")
MAIN = os.path.join(SOURCE, "kiki", "__main__.py")
LOCK = os.path.join(ROOT, "requirements", "base.txt")
VENV = os.path.abspath(os.environ.get("KIKI_VENV") or os.path.join(ROOT, ".venv"))
PYTHON = os.path.join(VENV, "bin", "python")

# The same numbers as kiki.model.exits, which an old Python can't import; a test compares them.
FAILED, CANCELLED = 1, 11

# 3.14 after the others: ansible-core 2.19, which Kiki runs, was made for 3.11 to 3.13.
NAMES = ("python3.13", "python3.12", "python3.11", "python3.14", "python3")
OLD, NO_VENV = 20, 21
PROBE = """
import sys
if sys.version_info < (3, 11): sys.exit(%d)
try: import ensurepip, venv
except ImportError: sys.exit(%d)
""" % (OLD, NO_VENV)


def main():
    """Make the environment if it is missing or outdated, then become Kiki."""
    if not ready():
        try:
            prepare()
        except KeyboardInterrupt:
            stop(CANCELLED, "cancelled")
    # As a script and isolated: nothing in the current folder or in PYTHONPATH can take Kiki's
    # place, and it starts 3 ms sooner than with -m.
    os.execv(PYTHON, [PYTHON, "-I", MAIN] + sys.argv[1:])


def ready():
    """Whether the environment is whole and was made from this lock by the Python it points to.

    Its stamp, written last, holds both. Comparing the text costs less than a digest would.
    """
    try:
        with open(os.path.join(VENV, "kiki.stamp"), "rb") as stamp, open(LOCK, "rb") as lock:
            python = os.path.realpath(PYTHON)
            wanted = os.fsencode(python) + b"\n" + lock.read()
            return stamp.read() == wanted and os.access(python, os.X_OK)
    except OSError:
        return False


def prepare():
    """Make the environment, or say why that can't be done and exit."""
    python = interpreter()
    if python != sys.executable:
        os.execv(python, [python, os.path.join(ROOT, "kiki.py")] + sys.argv[1:])
    sys.path.insert(0, SOURCE)
    from kiki.model.errors import KikiError
    from kiki.provision import bootstrap

    try:
        bootstrap.prepare(VENV, show)
    except KikiError as error:
        stop(int(error.exit), error.code.split(".")[1], error.params)


def interpreter():
    """A Python that can make the environment: the one that runs this, or one on PATH."""
    verdicts = {}
    for python in [sys.executable] + [path for name in NAMES for path in programs(name)]:
        verdict = probe(python)
        if verdict == 0 or (verdict == NO_VENV and programs("uv")):
            return python
        verdicts.setdefault(verdict, python)
    if NO_VENV in verdicts:
        stop(FAILED, "venv_missing", {"python": verdicts[NO_VENV]})
    return stop(FAILED, "python_old", {"found": "%d.%d.%d" % sys.version_info[:3]})


def probe(python):
    """0 when *python* can make environments, OLD, NO_VENV, or another number when it is broken."""
    import subprocess

    try:
        null = subprocess.DEVNULL
        return subprocess.call([python, "-I", "-c", PROBE], stdin=null, stdout=null, stderr=null)
    except OSError:
        return FAILED


def programs(name):
    """Every program of this name on PATH; the first may be a shim that does not work."""
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    paths = [os.path.join(folder, name) for folder in folders if folder]
    return [path for path in paths if os.path.isfile(path) and os.access(path, os.X_OK)]


def show(code, params):
    """Print a step of progress on stderr. Single packages are for terminals, each over the last."""
    terminal = sys.stderr.isatty()
    if code != "provision.package":
        write(texts(code.split(".")[1], params)["text"] + "\n")
    elif terminal:
        write(texts("package", params)["text"])


def stop(exit_code, key, params=()):
    """Say what is wrong and what to do next, and exit."""
    found = texts(key, params)
    write("\n  ".join(part for part in (found["text"], found.get("help")) if part) + "\n")
    sys.exit(exit_code)


def write(text):
    """One message on stderr, over whatever progress stands in the line."""
    line = ("\r\033[K" if sys.stderr.isatty() else "") + "kiki: " + text
    encoding = sys.stderr.encoding or "ascii"
    if encoding.lower() in ("ascii", "ansi_x3.4-1968", "us-ascii"):
        encoding = "utf-8"  # an unset locale, on a terminal that is UTF-8 like nearly all
    sys.stderr.flush()
    sys.stderr.buffer.write(line.encode(encoding, "backslashreplace"))
    sys.stderr.flush()


def texts(key, params):
    """The message's text and help, filled in; the bare key when the files are not there."""
    import json

    path = os.path.join(SOURCE, "kiki", "messages", language(), "provision.json")
    try:
        with open(path, encoding="utf-8") as file:
            entry = json.load(file)[key]
    except (OSError, ValueError, KeyError):
        return {"text": "%s %s" % (key, dict(params))}
    return {part: text.format(**dict(params)) for part, text in entry.items()}


def language():
    """``ko`` or ``en``: --lang, KIKI_LANG, a Korean message, then the locale."""
    named = dict(zip(sys.argv, sys.argv[1:])).get("--lang") or os.environ.get("KIKI_LANG")
    if named in ("ko", "en"):
        return named
    if any("가" <= char <= "힣" for argument in sys.argv[1:] for char in argument):
        return "ko"
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return "ko" if locale.startswith("ko") else "en"


if __name__ == "__main__":
    main()
elif __name__ == "kiki":
    # A Python started in the clone finds this file before the package: hand over the package.
    # The import system returns what sys.modules then holds.
    import importlib

    del sys.modules["kiki"]
    sys.path.insert(0, SOURCE)
    importlib.import_module("kiki")
