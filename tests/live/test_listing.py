"""What ``driver/listing.py`` says is what ``ansible-inventory --list`` says."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kiki.execution import config, inventories
from kiki.provision.ansible import AnsibleHome

pytestmark = pytest.mark.hosts  # no host is touched, but Ansible is needed

INI = """\
lonely:2222 note='two words' # a comment
odd x="a=b" y='[1, 2]' z={'k':'v'} path=C:\\\\x e= f==  h=0x1F o=017 big=123456789012345678 t=True
값 이름=한글 n=-1 s=1.5 none=None word=yes ip=10.0.0.1 v6=fe80::1 d=1_000 q="it's" b=b'x' c=1j
[web]
web[1:3].example.com ansible_host=10.0.0.9 t="{{ lookup('env', 'HOME') }}"
db-[a:c] port=80
[site:children]
web
[site:vars]
region=seoul
ntp = 10.0.0.1   # not a comment here
list=["a", 2, {"k": null}]
[web:vars]
region=busan
ansible_group_priority=5
"""
YAML = """\
all:
  vars: {deep: {a: [1, {b: c}]}, when: 2026-01-01, unsafe: !unsafe "{{ x }}"}
  children:
    web:
      hosts:
        n[1:3]: {own: "{{ deep }}"}
        n2: {list: [x, !unsafe y], none: , float: 1.0}
      vars: {deep: web}
    empty: {}
    site: {children: {web: {}}, vars: {zone: a}}
"""
FILES = {
    "group_vars/all.yml": "from: all\nlong: |\n  a\n  b\n",
    "group_vars/web/one.yml": "from: web\n",
    "group_vars/web/two.yml": "other: '{{ from }}'\nunsafe: !unsafe '{{ z }}'\n",
    "host_vars/n2.yml": "from: n2\nown: {mine: true}\n",
    "host_vars/lonely": "from: lonely\n",
}
IN_FOLDER = {f"dir/{path}": text for path, text in FILES.items()} | {"dir/2.yml": YAML}
# Values and lines that the shortcuts answer, or must leave to Ansible.
TEXTS = [
    "True", "False", "None", "true", "yes", "0", "00", "017", "1", "-1", "+1", "1.", ".5",
    "1e3", "1_0", "10.0.0.1", "010.0.0.1", "1.2.3", "1.2.3.4.5", "999999999999999",
    "9999999999999999", "a", "_", "a-b", "inf", "nan", "set()", "not", "lambda", "None1",
    "True ", " a", "'a'", "\"a\"", "[1]", "{1}", "{}", "()", "b'x'", "...", "1j", "0x10", "값",
    "１", "a b", "", "a=b", "u'x'", "f'x'", "\\x41", "1 2", "$x", "~a", "a\tb",
]  # fmt: skip
COMPARE = """\
import ast, json, sys
sys.path.insert(0, sys.argv[1])
import listing
from ansible.utils.shlex import shlex_split
from ansible.plugins.loader import init_plugin_loader
init_plugin_loader()
def outcome(work, *words):
    try: return repr(work(*words))
    except (ValueError, SyntaxError) as error: return "no value"
texts = json.load(sys.stdin)
listing.hastened()
plugin = listing.inventory_loader.get("ansible.builtin.ini")
quick = sys.modules[type(plugin).__module__].shlex_split
assert quick is not shlex_split
for text in texts:
    if outcome(listing.literal, text) != outcome(ast.literal_eval, text):
        print("value", repr(text))
    for line in (text, f"h a={text} b", f"  {text}  c=d "):
        if outcome(quick, line, True) != outcome(shlex_split, line, True):
            print("line", repr(line))
"""


@pytest.fixture
def ask(ansible_home: AnsibleHome, tmp_path: Path) -> Any:
    cfg = tmp_path / "ansible.cfg"
    cfg.write_text(config.TEXT)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_CONFIG": str(cfg),
    }

    def run(*command: str) -> str:
        done = subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.mark.parametrize(
    ("name", "text", "files"),
    [
        ("h.ini", INI, {}),
        ("h.ini", INI, FILES),
        ("h.yml", YAML, {}),
        ("h.yml", YAML, FILES),
        ("dir/1.ini", INI, IN_FOLDER),
    ],
)
def test_it_is_the_stock_listing(
    ask: Any, ansible_home: AnsibleHome, tmp_path: Path, name: str, text: str, files: dict[str, str]
) -> None:
    for path, content in ({name: text} | files).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content)
    source = str(tmp_path / name.split("/")[0])
    stock = json.loads(ask(ansible_home.inventory, "-i", source, "--list"))
    stock["_meta"].pop("profile", None)
    first, second = ask(
        ansible_home.python, str(inventories.SCRIPT), "-i", source, "--list"
    ).splitlines()
    ours = json.loads(first)
    ours["_meta"]["hostvars"] |= json.loads(second)
    assert ours == stock
    assert len(ours["_meta"]["hostvars"]) > 2


def test_the_shortcuts_answer_as_python_does(ask: Any, ansible_home: AnsibleHome) -> None:
    texts = [*TEXTS, *(a + b for a in TEXTS for b in TEXTS)]
    folder = inventories.SCRIPT.parent
    done = subprocess.run(
        [ansible_home.python, "-W", "ignore", "-c", COMPARE, str(folder)],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
