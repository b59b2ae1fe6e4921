"""One YAML document by its whole grammar: its tree, and what is wrong with it.

Called by ``documents.read`` for what ``simple`` does not read, and for the places that it does not
tell. The one module that asks PyYAML's parser, so that Kiki's own output is read without it.
"""

import yaml

from kiki.documents.tree import Broken, Builder, Node
from kiki.model.finding import Finding

_SPECIAL = "documents.special_character"
# What libyaml says, by the beginning of its words, and the code that explains it better.
_PROBLEMS = (
    ("found a tab character", "documents.tab"),
    ("mapping values are not allowed", "documents.colon"),
    ("could not find expected ':'", "documents.colon_missing"),
    ("found unexpected end of stream", "documents.unclosed"),
    ("did not find expected ',' or", "documents.unclosed"),
    ("did not find expected key", "documents.indentation"),
    ("did not find expected '-' indicator", "documents.indentation"),
    ("block sequence entries are not allowed", "documents.indentation"),
    ("found unknown escape character", "documents.escape"),
)


def read_fully(text: str, file: str, offset: int, findings: list[Finding]) -> Node | None:
    """The tree of one document, which begins after *offset* lines of *file*; what is wrong with it
    is added to *findings*, and then there may be no tree."""
    builder = Builder(file, offset)
    tree = None
    try:
        tree = builder.build(yaml.parse(text, Loader=yaml.CSafeLoader))
    except Broken as broken:
        builder.findings.append(broken.finding)
    except yaml.MarkedYAMLError as error:
        builder.findings.append(_syntax(error, text, file, offset))
    findings.extend(builder.findings)
    return tree


def _syntax(error: yaml.MarkedYAMLError, text: str, file: str, offset: int) -> Finding:
    """libyaml's complaint, in our words where we have better ones."""
    mark = error.problem_mark or error.context_mark
    line, column, rest = (mark.line, mark.column, text[mark.index :]) if mark else (0, 0, "")
    code, params = _explained(error.problem or "", rest)
    return Finding(
        code=code, severity="error", file=file, line=line + 1 + offset, column=column + 1,
        params=params,
    )  # fmt: skip


def _explained(problem: str, rest: str) -> tuple[str, dict[str, str]]:
    """The code for libyaml's *problem*; *rest* is the text from its place on."""
    if problem.startswith("found character that cannot start"):
        char = rest[:1]
        return ("documents.tab", {}) if char == "\t" else (_SPECIAL, {"char": char})
    if problem.startswith("did not find expected node content") and not rest.strip():
        return "documents.unclosed", {}
    for start, code in _PROBLEMS:
        if problem.startswith(start):
            return code, {}
    return "documents.syntax", {"problem": problem}
