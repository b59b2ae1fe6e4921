"""What an archive is made of: each package with its version, its licence and its hash.

Called by ``packing``. The list is written as CycloneDX 1.5 (JSON), which scanners read, and as a
text for people. Facts come from each wheel's METADATA (core metadata 2.x: License-Expression, else
License, else the licence classifiers).
"""

import email.parser
import email.policy
import hashlib
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kiki import __version__
from kiki.model.records import Record
from kiki.provision.models.catalogue import Model

UNKNOWN = "not declared"
_SAYS_NOTHING = ("", "UNKNOWN")
_LONGEST = 80  # characters of a licence: some packages put its whole text there
_CLASSIFIER = "License :: "


class Component(Record, frozen=True):
    """One package. *kind* is CycloneDX's: ``library`` or ``machine-learning-model``."""

    name: str
    version: str
    licence: str
    sha256: str
    file: str
    kind: str = "library"


def of_wheel(path: Path) -> Component:
    """What the wheel at *path* says of itself."""
    with zipfile.ZipFile(path) as wheel:
        [name] = [name for name in wheel.namelist() if _is_metadata(name)]
        text = wheel.read(name).decode("utf-8", "replace")
    told = email.parser.Parser(policy=email.policy.compat32).parsestr(text, headersonly=True)
    return Component(
        name=str(told["Name"]),
        version=str(told["Version"]),
        licence=_licence(told),
        sha256=sha256(path),
        file=f"wheels/{path.name}",
    )


def of_model(model: Model) -> Component:
    """A model of the catalogue."""
    return Component(
        name=model.id,
        version=model.sha256[:12],
        licence=model.licence,
        sha256=model.sha256,
        file=f"models/{model.file}",
        kind="machine-learning-model",
    )


def bill(components: Iterable[Component]) -> str:
    """The software bill of materials. It has no date and no serial number: the same parts make the
    same text."""
    document: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "name": "kiki", "version": __version__},
        },
        "components": [_entry(one) for one in components],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def listed(components: Iterable[Component]) -> str:
    """The licences, one package a line."""
    rows = [f"{one.name} {one.version}: {one.licence}" for one in components]
    note = (
        "Ansible (GPL-3.0-or-later) and its collections are separate programs: Kiki starts them as"
        " processes\nand links to none of their code."
    )
    return "\n".join(["Kiki: see LICENSE. What it brings with it:", "", *rows, "", note, ""])


def sha256(path: Path) -> str:
    """The file's hash, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_metadata(name: str) -> bool:
    folder, _, file = name.partition("/")
    return folder.endswith(".dist-info") and file == "METADATA"


def _licence(told: email.message.Message) -> str:
    expression = told.get("License-Expression") or ""
    plain = (told.get("License") or "").strip().splitlines()
    classified = [
        one.rpartition(" :: ")[2]
        for one in told.get_all("Classifier", [])
        if one.startswith(_CLASSIFIER) and one.count(" :: ") > 1
    ]
    short = plain[0] if plain and len(plain[0]) <= _LONGEST else ""
    named = [one for one in (expression, short, ", ".join(classified)) if one not in _SAYS_NOTHING]
    return str(named[0]) if named else UNKNOWN


def _entry(one: Component) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "type": one.kind,
        "name": one.name,
        "version": one.version,
        "hashes": [{"alg": "SHA-256", "content": one.sha256}],
        "licenses": [{"license": {"name": one.licence}}],
    }
    if one.kind == "library":
        entry["purl"] = f"pkg:pypi/{one.name.lower().replace('_', '-')}@{one.version}"
    return entry
