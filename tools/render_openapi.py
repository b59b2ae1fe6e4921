"""Write docs/api/openapi.json, the document of the server's API; a test keeps it equal."""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from kiki.server.openapi import document  # noqa: E402

PAGE = ROOT / "docs" / "api" / "openapi.json"


def rendered() -> str:
    """The document as text, in a fixed order."""
    return json.dumps(document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(rendered(), "utf-8")
    sys.stdout.write(f"wrote {PAGE.relative_to(ROOT)}\n")
