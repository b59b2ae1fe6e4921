"""Rules to begin with, each with tests: what ``kiki policy init`` writes.

Called by the CLI. A file ``NAME.yaml`` has its tests in ``NAME.test.yaml``; ``@ZONE@`` and
``@ABOUT@`` are filled in.
"""

from pathlib import Path

from kiki.messages import text
from kiki.model.languages import Lang
from kiki.policy.site.describing import NAME

NAMES = ("times", "people", "images", "forbidden")
_FOLDER = Path(__file__).parent
_FIRST = f"# yaml-language-server: $schema={NAME}\n"


def files(zone: str, lang: Lang) -> dict[str, str]:
    """The text of every file by its name; times are in *zone*."""
    made = {}
    for name in NAMES:
        about = text(f"rule.starter_{name}", lang).text
        for ending in (".yaml", ".test.yaml"):
            body = (_FOLDER / f"{name}{ending}").read_text("utf-8")
            filled = body.replace("@ZONE@", zone).replace("@ABOUT@", about)
            made[name + ending] = _FIRST + filled
    return made
