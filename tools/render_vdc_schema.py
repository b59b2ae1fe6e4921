"""Make ``src/kiki/vdc/schema.json``, the published form of a definition, from the types.

Run by ``make docs``; a test compares the two.
"""

import sys
from pathlib import Path
from typing import Any

import msgspec

from kiki.vdc.definition import Definition

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "src/kiki/vdc/schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def rendered() -> str:
    """The schema as its file has it."""
    found = msgspec.json.schema(Definition)
    found["$defs"] = {name: _tidy(one) for name, one in sorted(found["$defs"].items())}
    _allow_empty(found["$defs"])
    whole = {"$schema": DIALECT, "title": "Kiki VDC", **found}
    return msgspec.json.format(msgspec.json.encode(whole), indent=1).decode() + "\n"


def _allow_empty(known: dict[str, Any]) -> None:
    """A section, and a thing that needs nothing said (``web:``), may be left empty: YAML's null."""
    for name, one in known["Definition"]["properties"].items():
        inner = one.get("additionalProperties")
        if isinstance(inner, dict) and not known[inner["$ref"].split("/")[-1]]["required"]:
            one["additionalProperties"] = {"anyOf": [inner, {"type": "null"}]}
        if one.get("type") in ("object", "array") or ("$ref" in one and "default" in one):
            shown = {key: one.pop(key) for key in ("description", "default") if key in one}
            empty = {"anyOf": [one, {"type": "null"}]}
            known["Definition"]["properties"][name] = {**shown, **empty}


def _tidy(value: Any) -> Any:
    """*value* with every description on one line."""
    if isinstance(value, dict):
        kept = {key: _tidy(item) for key, item in value.items()}
        if isinstance(kept.get("description"), str):
            kept["description"] = " ".join(kept["description"].split())
        return kept
    return [_tidy(item) for item in value] if isinstance(value, list) else value


def main() -> int:
    """Write it when it differs."""
    if not FILE.exists() or FILE.read_text("utf-8") != rendered():
        FILE.write_text(rendered(), "utf-8")
        print(f"wrote {FILE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
