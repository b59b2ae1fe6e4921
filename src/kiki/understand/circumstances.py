"""Finds what stands around an English request and changes nothing about it: titles, for whom.

Called by ``english_clauses`` and ``necessity``. Only phrases that can be nothing else are taken: a
title names an activity and no thing of its own, and those for whom it is are people.
"""

from kiki.understand.lexer import Word

PLEASE = frozenset(("please", "pls", "plz"))
# What somebody says who needs a thing.
NEED = frozenset((
    "need", "needs", "want", "wants", "would like", "require", "requires", "asks for", "ask for",
    "could use", "requested", "asked for",
))  # fmt: skip
# What a title says that something is about; nothing of it depends on that.
_TITLE = 4
_TOPICS = frozenset((
    "patching", "patches", "maintenance", "hardening", "cleanup", "clean-up", "housekeeping",
    "onboarding", "offboarding", "preparation", "preparations", "prep",
    "hygiene", "compliance", "todo", "to-do", "todos", "reminder", "task", "tasks",
    "ticket", "tickets", "next", "today", "urgent", "important", "changes", "change",
))  # fmt: skip
_OF = frozenset(("server", "host", "service", "system", "user", "firewall", "package", "daemon"))
# Who something is for: "the data team", "our developers".
_TEAM = 5
_OURS = frozenset(("the", "our", "my", "their", "some", "a"))
_TEAMS = frozenset((
    "team", "teams", "department", "developers", "devs", "colleagues", "colleague", "folks",
    "guys", "people", "analysts", "testers", "application", "applications", "interns",
    "students", "admins", "crew", "squad",
))  # fmt: skip
# Which team it is.
_WHICH = frozenset((
    "web", "data", "dev", "development", "qa", "test", "testing", "backend", "frontend", "mobile",
    "platform", "infra", "infrastructure", "security", "db", "database", "network", "storage",
    "ops", "devops", "support", "sales", "finance", "hr", "marketing", "analytics", "ml", "ai",
    "research", "science", "payments", "billing", "shop", "search", "monitoring", "release",
    "build",
    "blue", "red", "green", "new", "other", "whole", "customer", "java", "python", "app", "api",
    "cloud", "design", "product", "project", "external", "internal", "junior", "senior",
))  # fmt: skip
# With another word before them, as alone they may be names: "for the customer demo".
_EVENTS = frozenset(("demo", "workshop", "training", "course", "project", "migration", "event"))


# What steps lead to, where it names no thing of its own: "set up a file server: install samba".
# A mere server may be one that is to be made, or a host.
_PURPOSES = frozenset((
    "time", "proxy", "cache", "caching", "monitoring", "logging", "database", "mail", "file",
    "backup", "print", "web", "sync", "synchronization", "synchronisation", "relay", "jump",
    "build", "bastion", "tooling", "toolchain", "dns", "ntp", "ftp", "sftp", "ssh", "smtp", "ldap",
    "vpn", "db", "sharing", "resolver", "reverse", "message", "broker", "queue", "access",
))  # fmt: skip
_PLACED = frozenset((
    "new", "small", "simple", "basic", "local", "stack", "node", "server", "host", "box",
    "machine", "environment",
))  # fmt: skip


def is_topic(words: tuple[Word, ...]) -> bool:
    """Whether *words* only say to what kind of thing several steps are to lead: "a web proxy"."""
    article, *said = (word.text.lower() for word in words)
    known = set(said) <= _PURPOSES | _PLACED
    return article in ("a", "an") and known and bool(_PURPOSES & set(said))


def title_at(words: tuple[Word, ...], index: int) -> int:
    """Where a title with its colon ends that begins at *index* and only says what the message is
    about: "server patching:", "offboarding:"; 0 without one."""
    for colon in range(index + 1, min(index + _TITLE + 1, len(words))):
        if words[colon].text == ":":
            return colon + 1 if _is_title(words[index:colon]) else 0
    return 0


def _is_title(words: tuple[Word, ...]) -> bool:
    topics = [word for word in words if word.text.lower() in _TOPICS]
    others = [word for word in words if word not in topics]
    things = all(s.entry.id in _OF for word in others for s in word.senses) and all(
        word.senses for word in others
    )
    return bool(topics) and things


def team_at(words: tuple[Word, ...], index: int) -> int:
    """Where "the web team" ends that begins at *index*; 0 if there is no such thing, or if it only
    begins what is named: "the team namespace"."""
    if words[index].text.lower() not in _OURS:
        return 0
    for last in range(index + 1, min(index + _TEAM, len(words))):
        text = words[last].text.lower()
        if text in _TEAMS or (text in _EVENTS and last > index + 1):
            return 0 if _goes_on(words, last + 1) else last + 1
        if text not in _WHICH:
            break
    return 0


def _goes_on(words: tuple[Word, ...], index: int) -> bool:
    """Whether the name of a thing goes on at *index*."""
    if index >= len(words):
        return False
    word = words[index]
    ends = ("sep", "ask", "and", "prep", "fill", "needed", "ensure", "be", "must", "verb", "open",
            "shut")  # fmt: skip
    said = word.text.lower() in (*PLEASE, "i", "we") or word.text.lower() in NEED
    return not said and (word.has("noun") or not any(s.entry.cls in ends for s in word.senses))
