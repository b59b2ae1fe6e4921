"""Readings about hosts that account for every word and may still not be what was meant.

Called by ``doubts``. Each rule takes the operations and the tokens of a reading and gives the token
that is in doubt, or None; its name is the code of the refusal.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from kiki.model.intent import Operation, Question, Token
from kiki.understand.pointing import doubted_at, token_of

_PLAIN = re.compile(r"[A-Za-z0-9_.-]+")
# What each kind makes at its path, and where it takes it from.
_ENDS = {
    "ansible.file_copy": "source",
    "ansible.file_download": "url",
    "ansible.archive_create": "sources",
    "ansible.archive_extract": "source",
    "ansible.mount_add": "source",
    "ansible.link_create": "target",
}
_LINES = {
    "ansible.line_set": "line", "ansible.line_remove": "line", "ansible.block_set": "block",
}  # fmt: skip
_FILES = frozenset(
    ("ansible.file_copy", "ansible.file_download", "ansible.archive_create", "ansible.link_create")
)
_MOUNTS = frozenset(("ansible.mount_add", "ansible.mount_remove"))
_NO_DEVICE = ("/dev/shm", "/dev/hugepages", "/dev/mqueue", "/dev/pts")  # noqa: S108 -- no files
_WHENCE, _WHITHER, _WHERE = "에서", frozenset(("로", "으로")), "에"
_THEN = frozenset(("then", "다음", "다음에", "후", "후에", "뒤에"))
_MANAGERS = frozenset((
    "pip", "pip3", "npm", "gem", "snap", "flatpak", "cargo", "composer", "conda", "yarn", "helm",
))  # fmt: skip
_DOES = ("하", "해", "한", "할")
_UPGRADES = frozenset((
    "not:update", "not:upgrade_all", "not:install", "not:bump", "not:change", "not:restart",
))  # fmt: skip
_IN_CRON = frozenset((
    "noun:cronjob", "noun:kube_cronjob", "noun:in_cron", "noun:timer", "noun:in_timer",
    "verb:schedule",
))  # fmt: skip
_JOBS = {"ansible.cron_add": "job", "ansible.timer_add": "command"}
_HOSTS = frozenset(("noun:server", "noun:host"))
_THINGS = frozenset(("field:names", "field:name"))
_STOPS = frozenset((".", "!", ";", "\n"))
_AGAIN = frozenset(("verb:restart", "verb:reload", "verb:stop", "verb:reboot"))
_SOMEBODYS = frozenset(("for", "of"))
_LISTED = frozenset((",", "\n", "and", "then", "및", "그리고"))
_JOINS = ("고", "후", "뒤", "다음")
_WITHOUT = frozenset(("without", "없이"))
_SHUT = frozenset("46")  # digits of a mode with r and no x


def host_doubt(operations: tuple[Operation, ...], tokens: tuple[Token, ...]) -> Question | None:
    """The refusal for the first token in doubt; None when there is none."""
    for name, rule in _RULES.items():
        found = rule(operations, tokens)
        if found is not None:
            return doubted_at(found, name)
    return None


def _after(token: Token | None, tokens: tuple[Token, ...]) -> str:
    """The text of what stands after *token*."""
    return next((after.text for before, after in pairwise(tokens) if before is token), "")


def _of(operations: tuple[Operation, ...], *kinds: str) -> Iterator[Operation]:
    return (one for one in operations if one.kind in kinds)


def _command(operations: tuple[Operation, ...], tokens: tuple[Token, ...]) -> Token | None:
    """A name that may be a service's, where cron is to run a command: "start nginx every hour"."""
    announced = any(token.role == "noun:command" for token in tokens)
    for one in _of(operations, *_JOBS):
        token = token_of(one, _JOBS[one.kind], tokens)
        if token is not None and not token.text.startswith("/") and not announced:
            return token
    return None


def _line(operations: tuple[Operation, ...], tokens: tuple[Token, ...]) -> Token | None:
    """A name that was taken for a line of a file: "add kim to /etc/sudoers"."""
    for one in _of(operations, *_LINES):
        token = token_of(one, _LINES[one.kind], tokens)
        whole = token is not None and token.text == one.fields[_LINES[one.kind]]
        if token is not None and whole and _PLAIN.fullmatch(token.text):
            return token
    return None


def _direction(operations: tuple[Operation, ...], tokens: tuple[Token, ...]) -> Token | None:
    """From where to where: "/a에서 /b 복사" takes it from /a; "/a에 /b로 링크" goes both ways."""
    for one in _of(operations, *_ENDS):
        path, other = token_of(one, "path", tokens), token_of(one, _ENDS[one.kind], tokens)
        link = one.kind == "ansible.link_create"
        both = _after(path, tokens) == _WHERE and _after(other, tokens) in _WHITHER
        if path is not None and (_after(path, tokens) == _WHENCE or (link and both)):
            return path
    return None


def _folder(operations: tuple[Operation, ...], tokens: tuple[Token, ...]) -> Token | None:
    """A directory where the path of a file is needed: "copy /a/b to /c/"."""
    for one in _of(operations, *_FILES):
        token = token_of(one, "path", tokens)
        if token is not None and token.text.endswith("/"):
            return token
    return None


def _device(operations: tuple[Operation, ...], tokens: tuple[Token, ...]) -> Token | None:
    """A device where a mount point is needed: "unmount /dev/sdb1"."""
    for one in _of(operations, *_MOUNTS):
        path = str(one.fields["path"])
        if path.startswith("/dev/") and not path.startswith(_NO_DEVICE):
            return token_of(one, "path", tokens)
    return None


def _sequence(operations: tuple[Operation, ...], tokens: tuple[Token, ...]) -> Token | None:
    """One job after the other, at one time: "run /a then /b every day at 3am"."""
    times = [one.sources["schedule"] for one in _of(operations, *_JOBS)]
    if len(times) < 2 or all(one != other for one, other in pairwise(times)):
        return None
    return next((token for token in tokens if token.text.lower() in _THEN), None)


def _named_twice(operations: tuple[Operation, ...], tokens: tuple[Token, ...]) -> Token | None:
    """One name for two timers, of which the second would take the place of the first."""
    named = [one for one in _of(operations, "ansible.timer_add") if one.fields.get("name")]
    for one, other in pairwise(named):
        if one.fields["name"] == other.fields["name"]:
            return token_of(one, "name", tokens)
    return None


def _manager(operations: tuple[Operation, ...], tokens: tuple[Token, ...]) -> Token | None:
    """Whose packages, taken for the package: "upgrade pip packages"."""
    if not any(_of(operations, "ansible.package_install", "ansible.package_remove")):
        return None
    updated = any(token.role == "verb:update" for token in tokens)
    for token, after in pairwise(tokens):
        several = after.text.lower() == "packages" or (updated and after.text == "패키지")
        if token.role == "field:names" and token.text.lower() in _MANAGERS and several:
            return token
    return None


def _format(operations: tuple[Operation, ...], tokens: tuple[Token, ...]) -> Token | None:
    """A deed that was taken for a property: "ext4로 포맷하고 마운트", "nfs4 포맷 with ro"."""
    for token, after in pairwise(tokens):
        if token.role != "noun:fs_type" or token.text != "포맷":
            continue
        if after.text.startswith(_DOES) or after.text.isascii():
            return token if any(_of(operations, "ansible.mount_add")) else None
    return None


def _everything(operations: tuple[Operation, ...], tokens: tuple[Token, ...]) -> Token | None:
    """What is left out of a deed that concerns everything on a host: "upgrade all packages but
    don't update nginx", "reboot without restarting nginx"."""
    for token in tokens:
        upgraded = any(_of(operations, "ansible.package_upgrade")) and token.role in _UPGRADES
        without = token.text.lower() in _WITHOUT and token.role.startswith("not:")
        kept = token.role in ("not:restart", "not:stop") and without
        if upgraded or (kept and any(_of(operations, "ansible.host_reboot"))):
            return token
    return None


def _timed(operations: tuple[Operation, ...], tokens: tuple[Token, ...]) -> Token | None:
    """What may be to happen at that time, too: "매일 3시에 /opt/a.sh 실행하고 nginx 재시작"."""
    when = next((token for token in tokens if token.role == "field:schedule"), None)
    if when is None or any(token.role in _IN_CRON for token in tokens):
        return None
    others = [one for one in operations if one.kind not in (*_JOBS, "k8s.cronjob_create")]
    starts = {source.start for one in others for source in one.sources.values()}
    for token in tokens[tokens.index(when) :]:
        if token.text in _STOPS:
            return None
        if token.start in starts or (others and token.role == "verb:reboot"):
            return token
    return _before(tokens[: tokens.index(when)]) if when.text.isascii() and others else None


def _before(tokens: tuple[Token, ...]) -> Token | None:
    """The deed before an English time that may be done again and again, in the same sentence."""
    for token in reversed(tokens):
        if token.text in _STOPS:
            return None
        if token.role in _AGAIN:
            return token
    return None


def _owner(operations: tuple[Operation, ...], tokens: tuple[Token, ...]) -> Token | None:
    """Whose it is, taken for whose it is to be: "kim 소유의 /a 권한을 755로"."""
    if not any(_of(operations, "ansible.file_rights")):
        return None
    owned = (pair for pair in pairwise(tokens) if pair[0].role == "noun:owner")
    return next((token for token, after in owned if after.text == "의"), None)


def _shut(operations: tuple[Operation, ...], tokens: tuple[Token, ...]) -> Token | None:
    """A mode of files, for the directories below, too, which nobody could enter any more: "chmod
    -R 644 /srv"."""
    for one in _of(operations, "ansible.file_rights"):
        digits = set(str(one.fields.get("mode", ""))[-3:])
        if one.fields.get("recurse") and digits & _SHUT:
            return token_of(one, "mode", tokens)
    return None


def _whose(operations: tuple[Operation, ...], tokens: tuple[Token, ...]) -> Token | None:
    """Somebody taken for the name of a job: "delete the cron job for kim"."""
    for one in _of(operations, "ansible.cron_remove", "ansible.timer_remove"):
        token = token_of(one, "name", tokens)
        before = next((first.text for first, last in pairwise(tokens) if last is token), "")
        if token is not None and before.lower() in _SOMEBODYS and not token.text.startswith("/"):
            return token
    return None


def _selinux(operations: tuple[Operation, ...], tokens: tuple[Token, ...]) -> Token | None:
    """A mode of SELinux with a verb that would end it: "set selinux to enforcing stopped"."""
    for one in _of(operations, "ansible.selinux_set"):
        said = token_of(one, "mode", tokens)
        place = tokens.index(said) if said is not None else 0
        verbs = (_beside(tokens[place + 1 :]), _beside(tokens[:place][::-1]))
        # A verb before it is its own in English only; 내려 says where it goes.
        own = (verb for verb in verbs if verb and (verb is verbs[0] or verb.text.isascii()))
        if said and any(v.role == "verb:stop" and not v.text.startswith("내") for v in own):
            return tokens[place + 1] if said.text.lower() == "to" else said
    return None


def _beside(tokens: tuple[Token, ...]) -> Token | None:
    """The first of *tokens* that is no part of the phrase before it."""
    within = ("noun:selinux", "field:mode", "fill")
    return next((token for token in tokens if not token.role.startswith(within)), None)


def _alone(operations: tuple[Operation, ...], tokens: tuple[Token, ...]) -> Token | None:
    """A bare "reboot" behind what is complete without it ("nginx 설치해줘 재부팅") may be a slip,
    and takes every host down."""
    for token, after in pairwise(one for one in tokens if one.role != "fill"):
        if token.role == "verb:reboot" and token.text.isascii() and _other_verb(after):
            return token  # "would you reboot mind installing caddy?"
    before, last = ((None, None), *pairwise(tokens))[-1]
    if before is None or last is None or last.role != "verb:reboot":
        return None
    ends = before.role in ("left", "separator") or before.role.startswith(("verb:", "not:"))
    joined = before.text in _LISTED or before.text.endswith(_JOINS)
    return last if ends and not joined and before.role != last.role else None


def _on_host(operations: tuple[Operation, ...], tokens: tuple[Token, ...]) -> Token | None:
    """The host on which something is to be done, taken for the thing: "web 서버에서 서비스
    재시작해줘"."""
    if not all(one.kind.startswith("ansible.") for one in operations):
        return None
    for token, noun, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        host = noun.role in _HOSTS and not noun.text.isascii()
        if token.role in _THINGS and host and after.text == _WHENCE:
            return token
    return None


def _other_verb(token: Token) -> bool:
    return token.role.startswith("verb:") and token.role != "verb:reboot"


_RULES = {
    "command": _command, "line": _line, "direction": _direction, "folder": _folder,
    "device": _device, "sequence": _sequence, "manager": _manager, "format": _format,
    "everything": _everything, "timed": _timed, "owner": _owner, "whose": _whose,
    "alone": _alone, "on_host": _on_host, "named_twice": _named_twice, "shut": _shut,
    "selinux": _selinux,
}  # fmt: skip
