"""Make docs/api/policy.schema.json and its Korean sibling, the published form of the site's rules.

Run by ``make docs``; a test compares them.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from kiki.model.languages import Lang  # noqa: E402
from kiki.policy.site import describing  # noqa: E402

FILES: dict[Lang, Path] = {
    "en": ROOT / "docs/api/policy.schema.json",
    "ko": ROOT / "docs/api/policy.schema.ko.json",
}


def main() -> int:
    """Write what differs."""
    for lang, file in FILES.items():
        text = describing.schema(lang)
        if not file.exists() or file.read_text("utf-8") != text:
            file.write_text(text, "utf-8")
            print(f"wrote {file.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
