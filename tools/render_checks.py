"""Render the pages about what ``kiki check`` finds in playbooks, one for each code.

Run by ``make docs``. Each page has the text and the help of its code, and the place in a golden
case that gives it: so every example is one that the tests hold.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from kiki.messages import text  # noqa: E402
from kiki.model.artifact import Artifact, File  # noqa: E402
from kiki.model.finding import Finding  # noqa: E402
from kiki.model.languages import Lang  # noqa: E402
from kiki.targets.ansible.check import check  # noqa: E402

CASES = ROOT / "tests/golden/ansible/check"
DOCS = ROOT / "docs/check"
BEFORE, AFTER = 2, 1  # lines of the case around the one that is meant
TITLES = {
    "en": ("What `kiki check` finds in playbooks", "code", "severity", "for example"),
    "ko": ("`kiki check`가 플레이북에서 찾는 것", "코드", "심각도", "예"),
}
SEVERITY = {"en": "Severity", "ko": "심각도"}
EXAMPLE = {"en": "Example, line {line} of `{file}`", "ko": "예: `{file}` {line}행"}
MADE = {
    "en": "One page for each code. Errors keep code from running, or run something else than it "
    "says; warnings are for a look. Made by `make docs` from the messages and from golden cases.",
    "ko": "코드마다 한 쪽입니다. 오류가 있으면 실행되지 않거나 적힌 것과 다르게 실행됩니다. 경고는 "
    "살펴볼 것입니다. `make docs`가 메시지와 골든 사례로 만듭니다.",
}


def examples() -> dict[str, tuple[Finding, list[str]]]:
    """The first finding of each code in the golden cases, with the lines of its file."""
    found: dict[str, tuple[Finding, list[str]]] = {}
    for case in sorted(path for path in CASES.iterdir() if path.is_dir()):
        paths = sorted(p for p in case.rglob("*") if p.is_file() and p.name != "findings.txt")
        files = tuple(File(path=str(p.relative_to(case)), text=p.read_text("utf-8")) for p in paths)
        artifact = Artifact(target="ansible", intent_digest="", entry="site.yml", files=files)
        texts = {file.path: file.text for file in files}
        for one in check(artifact):
            found.setdefault(one.code, (one, texts.get(one.file, "").splitlines()))
    return found


def name(code: str) -> str:
    """The page's name for *code*."""
    area, _, short = code.partition(".")
    return short if area == "ansible" else f"yaml_{short}"


def page(finding: Finding, lines: list[str], lang: Lang) -> str:
    """The page about *finding*'s code."""
    said = text(finding.code, lang, finding.params)
    other = f"{name(finding.code)}.md" if lang == "ko" else f"{name(finding.code)}.ko.md"
    parts = [
        f"# `{finding.code}`",
        f"[{'English' if lang == 'ko' else '한국어'}]({other}) · [README]"
        f"({'README.ko.md' if lang == 'ko' else 'README.md'})",
        f"{SEVERITY[lang]}: `{finding.severity}`",
        told(said.text) + (f"\n\n{told(said.help)}" if said.help else ""),
    ]
    if finding.line and len(lines) > finding.line - 1:
        first = max(finding.line - 1 - BEFORE, 0)
        shown = "\n".join(line[:120] for line in lines[first : finding.line + AFTER])
        where = EXAMPLE[lang].format(file=finding.file, line=finding.line)
        parts += [f"{where}:", f"```yaml\n{shown}\n```"]
    return "\n\n".join(parts) + "\n"


def told(said: str) -> str:
    """*said* as Markdown shows it: nothing in it is meant as a sign of Markdown's."""
    return "".join(f"\\{one}" if one in "*_<>[]|`" else one for one in said)


def index(found: dict[str, tuple[Finding, list[str]]], lang: Lang) -> str:
    """The list of all pages."""
    title, *heads = TITLES[lang]
    ending = ".ko.md" if lang == "ko" else ".md"
    rows = [
        f"| [`{code}`]({name(code)}{ending}) | `{one.severity}` | "
        f"{told(text(code, lang, one.params).text)} |"
        for code, (one, _) in sorted(found.items())
    ]
    other = "[English](README.md)" if lang == "ko" else "[한국어](README.ko.md)"
    table = "\n".join((f"| {' | '.join(heads)} |", "|---|---|---|", *rows))
    return f"# {title}\n\n{other}\n\n{MADE[lang]}\n\n{table}\n"


def pages() -> dict[Path, str]:
    """Every page with its text."""
    found = examples()
    made: dict[Path, str] = {}
    languages: tuple[Lang, ...] = ("en", "ko")
    for lang in languages:
        ending = ".ko.md" if lang == "ko" else ".md"
        made[DOCS / f"README{ending}"] = index(found, lang)
        for code, (one, lines) in found.items():
            made[DOCS / f"{name(code)}{ending}"] = page(one, lines, lang)
    return made


def main() -> None:
    """Write the pages, and remove those of codes that are gone."""
    DOCS.mkdir(exist_ok=True)
    made = pages()
    for old in set(DOCS.glob("*.md")) - made.keys():
        old.unlink()
    for path, body in made.items():
        path.write_text(body, encoding="utf-8")


if __name__ == "__main__":
    main()
