"""Render the help pages, the table of completions and their copies in the docs.

Run by ``make index`` and by hand after a flag or its text changed; ``--check`` only says whether
anything is out of date (a test runs it). The pages come from the same parsers that read the
flags, so they can't say anything else.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from kiki.cli import route  # noqa: E402
from kiki.cli.dispatch import parser_for  # noqa: E402
from kiki.cli.layout import columns, pad, wrap  # noqa: E402
from kiki.cli.parser import Parser  # noqa: E402
from kiki.messages import known, text  # noqa: E402
from kiki.model.exits import Exit  # noqa: E402
from kiki.model.languages import Lang  # noqa: E402
from kiki.targets import registry  # noqa: E402

WIDTH = 96
PAGES = ROOT / "src" / "kiki" / "cli" / "help"
DOCS = ROOT / "docs" / "cli"
LANGUAGES: tuple[Lang, ...] = ("en", "ko")
COLUMN = 28

EXAMPLES = {
    "kiki": (
        'kiki --message "demo 네임스페이스에 nginx 디플로이먼트 3개와 80 포트 서비스 만들어줘"',
        'kiki --message "install nginx" --inventory @hosts.ini',
        'kiki --message "Nginx 설치" --inventory node1,node2 --verify syntax',
        'kiki --message "install nginx" --out playbooks/nginx.yml',
    ),
    "kinds": ("kiki kinds ansible", "kiki kinds firewall", "kiki kinds user_create"),
    "gen": (
        "kiki gen -t k8s --name web --image nginx:1.27 --port 80 --replicas 3 --ns demo",
        "kiki gen -t openstack --name demo-server --image rocky-9-generic --flavor m1.small \\\n"
        "    --network ext-net --out heat/demo-stack.yaml",
        "kiki gen -t ansible --kind package_install --name nginx --layout role --out roles-demo",
        "kiki gen -t ansible --kind module --set module=ansible.posix.sysctl \\\n"
        "    --set args.name=vm.swappiness --set args.value=10",
        "kiki gen -t k8s --kind object --from ingress.yaml --ns shop",
    ),
    "changes": ("kiki changes --state awaiting_approval", "kiki changes --since 7d --text nginx"),
    "approve": ("kiki approve ID && kiki run ID",),
    "secret": (
        "kiki secret set db-root",
        "vault kv get -field=password kv/db | kiki secret set db-root",
        'kiki --message "create user kim with password {{secret:db-root}}" --inventory @hosts.ini',
        "kiki secret rotate --master-key env:KIKI_MASTER",
    ),
    "hosts": (
        "kiki hosts -i hosts.ini --reachable",
        "kiki hosts facts web -i hosts.ini --max-age 0",
        "kiki hosts trust 'web*' -i hosts.ini --randomart",
        "kiki hosts import servers.xlsx --out hosts.yml --dry-run",
    ),
    "policy": (
        "kiki policy init policy --zone Asia/Seoul",
        "kiki policy test --dir policy && kiki policy check --dir policy",
        "kiki policy explain ID",
    ),
    "check": (
        "kiki check web.yaml site.yml",
        "kiki check --kube-version 1.29 k8s/*.yaml",
        "kiki check -t openstack stack.yaml",
    ),
    "migrate": (
        "kiki migrate podman k8s --pod shop --ns demo --out shop.yaml",
        "kiki migrate podman k8s --container web -i hosts.ini --limit web1 --service NodePort",
        "kiki migrate k8s podman shop.yaml --out play.yaml",
        "kiki migrate compose k8s compose.yaml",
    ),
    "vdc": (
        "kiki vdc init --preset lab --out lab.yaml",
        'kiki vdc new "dev VDC: 2 web servers, network 10.0.0.0/24, image rocky-9, flavor small"',
        "kiki vdc check dev-team.yaml",
        "kiki vdc render dev-team.yaml --out dev-team/",
        "kiki vdc plan dev-team.yaml --cloud lab",
        "kiki vdc run dev-team.yaml --cloud lab",
        "kiki vdc diff dev-team.yaml --cloud lab",
        "kiki vdc graph dev-team.yaml --out dev-team.svg",
        "kiki vdc diff dev-team.yaml changed.yaml",
        "kiki vdc schema --out vdc.schema.json",
    ),
    "bench": (
        "kiki bench",
        "kiki bench --lang-set ko --level hard --repeat 5 --out bench.json",
        "kiki bench --only k8s --only typo --baseline yaml",
        "kiki bench --generic",
    ),
    "explain": ('kiki explain "node1에 nginx를 설치하고 시작해줘"',),
    "model": (
        "kiki model pull && kiki model use qwen2.5-coder-0.5b",
        "kiki model pull qwen2.5-coder-1.5b --from /media/stick",
    ),
    "completion": ('eval "$(kiki completion bash)"', "kiki completion fish | source"),
}


def main() -> int:
    """Write what changed, or with ``--check`` only name it; 1 when anything was out of date."""
    check = "--check" in sys.argv[1:]
    stale = [path for path, content in rendered().items() if _differs(path, content)]
    for path in stale:
        print(("out of date: " if check else "wrote ") + str(path.relative_to(ROOT)))
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(rendered()[path], "utf-8")
    return int(check and bool(stale))


def _differs(path: Path, content: str) -> bool:
    return not path.exists() or path.read_text("utf-8") != content


def rendered() -> dict[Path, str]:
    """Every file that this tool makes, with its contents."""
    files = {PAGES / "words.txt": words()}
    for lang in LANGUAGES:
        for command in ("kiki", *route.COMMANDS):
            files[PAGES / lang / f"{command}.txt"] = page(command, lang)
    files[DOCS / "README.md"] = _document("en")
    files[DOCS / "README.ko.md"] = _document("ko")
    return files


def page(command: str, lang: Lang) -> str:
    """One command's help page."""
    parser = parser_for(command, describe=lambda code: _flag_text(code, lang))
    usage = f"{_say('cli.help_usage', lang)}{parser.prog} {_usage(command, parser)}".rstrip()
    parts = [usage, wrap(_say(f"cli.about.{command}", lang), WIDTH)]
    if command == "kiki":
        parts.append(_commands(lang))
    parts += _flags(parser, lang)
    if command in EXAMPLES:
        lines = [_say("cli.help_examples", lang) + ":"]
        parts.append("\n".join(lines + [f"  {line}" for line in EXAMPLES[command]]))
    if command == "kiki":
        parts += [_exits(lang), _say("cli.help_more", lang)]
    return "\n\n".join(parts) + "\n"


def _say(code: str, lang: Lang) -> str:
    if not known(code, lang):
        raise SystemExit(f"no text for {code} in {lang}")
    return text(code, lang, _params()).text


def _params() -> dict[str, str]:
    return {"targets": ", ".join(registry.names())}


def _flag_text(code: str, lang: Lang) -> str:
    """A flag's help; one that only the vocabulary knows has a general one."""
    return _say(code if known(code, lang) else "cli.flag.field", lang)


def _usage(command: str, parser: Parser) -> str:
    if command == "kiki":
        return '--message "..." [...] | kiki COMMAND [...]'
    names = [_argument(action) for action in _arguments(parser)]
    return " ".join(["[...]", *names] if _options(parser) else names)


def _argument(action: argparse.Action) -> str:
    name = str(action.metavar)
    if action.nargs == "?":
        return f"[{name}]"
    return name + " ..." if action.nargs == "+" else name


def _shown(parser: Parser) -> list[argparse.Action]:
    return [action for action in parser._actions if action.help is not argparse.SUPPRESS]


def _arguments(parser: Parser) -> list[argparse.Action]:
    return [action for action in _shown(parser) if not action.option_strings]


def _options(parser: Parser) -> list[argparse.Action]:
    return [action for action in _shown(parser) if action.option_strings]


def _flags(parser: Parser, lang: Lang) -> list[str]:
    sections = []
    for title, actions in (("arguments", _arguments(parser)), ("flags", _options(parser))):
        if actions:
            lines = [_say(f"cli.help_{title}", lang) + ":"]
            sections.append("\n".join(lines + [_entry(action) for action in actions]))
    return sections


def _entry(action: argparse.Action) -> str:
    left = "  " + (", ".join(sorted(action.option_strings, key=len)) or str(action.metavar))
    if action.option_strings and action.nargs != 0:
        left += f" {action.metavar}"
    body = wrap((action.help or "").replace("%%", "%"), WIDTH, " " * COLUMN)
    if columns(left) >= COLUMN - 1:
        return f"{left}\n{body}"
    return pad(left, COLUMN) + body.lstrip(" ")


def _commands(lang: Lang) -> str:
    lines = [_say("cli.help_commands", lang) + ":"]
    for command in route.COMMANDS:
        body = wrap(_say(f"cli.about.{command}", lang), WIDTH, " " * 14)
        lines.append(pad(f"  {command}", 14) + body.lstrip(" "))
    return "\n".join(lines)


def _exits(lang: Lang) -> str:
    lines = [_say("cli.help_exits", lang) + ":"]
    lines += [f"  {code.value:>2}  {_say(f'exit.{code.name.lower()}', lang)}" for code in Exit]
    return "\n".join(lines)


def words() -> str:
    """The table that ``cli.completing`` reads."""
    lines = ["commands: " + " ".join(route.COMMANDS)]
    for command in ("kiki", *route.COMMANDS):
        parser = parser_for(command)
        lines.append(f"{command}: " + " ".join(sorted([*parser.flags(), "--help"])))
        later = _arguments(parser)[1:]  # the table knows a command's first word only
        for action in [one for one in _shown(parser) if one not in later]:
            choices = _choices(command, action)
            for name in action.option_strings or ["*"]:
                if choices:
                    lines.append(f"{command} {name}: " + " ".join(choices))
    return "\n".join(lines) + "\n"


def _choices(command: str, action: argparse.Action) -> list[str]:
    if action.dest == "target":
        return list(registry.names())
    if action.dest == "kind" and command == "gen":
        return [kind.id for kind in registry.vocabulary().every]
    return list(getattr(action.type, "choices", ()))


def _document(lang: Lang) -> str:
    parts = ["# " + ("The command line" if lang == "en" else "명령줄")]
    parts.append("<!-- Made by tools/render_help.py; don't edit. -->")
    parts.append("[한국어](README.ko.md)" if lang == "en" else "[English](README.md)")
    for command in ("kiki", *route.COMMANDS):
        title = "kiki" if command == "kiki" else f"kiki {command}"
        parts.append(f"## {title}\n\n```\n{page(command, lang)}```")
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.exit(main())
