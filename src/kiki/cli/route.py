"""Which command a line of words is for. Imports nothing.

Called by ``main``, ``dispatch`` and the completion. ``kiki --message ...`` and ``kiki --target
...`` are a command without a word; its name here is ``kiki``.
"""

COMMANDS = (
    "gen",
    "changes",
    "show",
    "diff",
    "approve",
    "reject",
    "run",
    "plan",
    "resume",
    "answer",
    "cancel",
    "redo",
    "undo",
    "bundle",
    "audit",
    "backup",
    "freeze",
    "hosts",
    "secret",
    "config",
    "doctor",
    "setup",
    "model",
    "kinds",
    "explain",
    "check",
    "migrate",
    "vdc",
    "bench",
    "agent",
    "login",
    "logout",
    "people",
    "token",
    "completion",
)

# What the public prototype called them; kept so that old habits and scripts go on.
ALIASES = {
    "gen-k8s": "gen",
    "gen-heat": "gen",
    "gen-role": "gen",
    "ansible-ai": "kiki",
    "ansible-k8s": "kiki",
    "ansible-osp": "kiki",
    "history": "changes",
}
RETIRED = ("chat", "register", "health-collect", "health-ai", "log-ai")

GLOBAL_VALUED = ("--lang", "--base-url")
GLOBAL_SWITCHES = ("--json",)


def split(words: "list[str]") -> "tuple[str, list[str]]":
    """The command and the other words. The command is the first word, with only global flags
    before it; without one it is ``kiki``, and an unknown one is given back as it is."""
    index = 0
    while index < len(words):
        word = words[index]
        if word in GLOBAL_VALUED:
            index += 2
        elif word in GLOBAL_SWITCHES or word.startswith(tuple(f + "=" for f in GLOBAL_VALUED)):
            index += 1
        elif word.startswith("-") or word != word.strip():
            break
        else:
            return word, words[:index] + words[index + 1 :]
    return "kiki", words


def command(words: "list[str]") -> str:
    """The command of *words*."""
    return split(words)[0]


def flag(words: "list[str]", name: str) -> str:
    """The value of the flag *name* as it stands in *words*; empty when it doesn't."""
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if word == "--":
            break
        if word == name:
            return following
        if word.startswith(name + "="):
            return word.partition("=")[2]
    return ""
