"""What a sentence says of a thing that the next one asks about, and which requests follow from it.

"There is no tcpdump here" leads up to its installation, and never to its removal: a sentence
introduces the object of a request only if the two go together. Called by the two languages'
readers of backgrounds and by ``aside``.
"""

import re

_STARTS = frozenset(("start", "restart", "launch", "rise", "run", "enable"))
_TAKES = frozenset((
    "remove", "uninstall", "stop", "disable", "close", "rm", "rmr", "blow", "lock", "lockout",
    "shutout", "revoke", "unmount", "mask",
))  # fmt: skip
_MAKES = frozenset((
    "install", "create", "add", "make", "put", "mkdir", "build", "launch", "deploy", "get", "want",
))  # fmt: skip
# The verbs that a request may have after each state.
FOLLOWS = {
    "missing": _MAKES,
    "down": _STARTS,
    "bad": frozenset(("start", "restart")),
    "manual": frozenset(("enable",)),
    "blocked": frozenset(("open", "allow")),
    "open": frozenset(("close",)),
    "unused": _TAKES
    | {"lock", "revoke", "mask", "shut_out", "block", "release", "unmount", "pull"},
    "away": frozenset(
        (
            "lock",
            "lockout",
            "shutout",
            "shut_out",
            "revoke",
            "unsudo",
            "block",
            "disable",
            "release",
        )
    ),
    "returned": frozenset(("unlock", "enable", "open", "release")),
    "full": frozenset(("remove", "rm", "rmr", "blow")),
    "old": frozenset(("update", "bump", "launch")),
    "flagged": frozenset(("update", "bump")) | _TAKES,
    "changed": frozenset(("restart", "reload")),
    "back": frozenset(("unlock", "reopen", "enable")),
}

# What is asked of the hosts themselves, which no program can be the object of.
OF_HOSTS = frozenset(
    f"ansible.{name}"
    for name in (
        "sysctl_set", "swap_on", "swap_off", "kernel_module_load", "kernel_module_unload",
        "timezone_set", "hostname_set", "locale_set", "ntp_set", "selinux_set", "selinux_boolean",
        "hosts_add", "hosts_remove", "host_reboot", "package_upgrade", "sshd_login",
    )
)  # fmt: skip

# How a Korean clause ends that says so, its spaces left out.
_KOREAN = {
    "missing": r"(?:없(?!애|앴|앤|앨)|빠져있|빠졌|빠져서|누락|안깔려|안깔렸|설치가?안[돼되])",
    "down": r"(?:죽었|죽어있|죽어서|죽는|내려갔|내려가있|꺼졌|꺼져|멈췄|멈춰|안[떠뜨뜬]|안[도돌]"
    r"|안올라[와오왔옴]|뻗었|뻗어|다운[됐돼되]|내려갔|응답이?없)",
    "bad": r"(?:느려|느리|느린|이상|불안정|먹통|오류|에러|맛이?갔|버벅|안[돼되됩됨됐]|안먹|자꾸죽"
    r"|메모리를?[많계너]|응답이?[느늦])",
    "blocked": r"(?:막혀|막혔|막고있|막아|닫혀|닫혔|차단[돼되됐])",
    "open": r"(?:열려|열렸|뚫려)",
    "unused": r"(?:안쓰|안쓴|안써|안씀|안씁|안썼|사용안|사용하지않|쓰지않|필요없|필요가없|필요도없"
    r"|쓸모가?없|안필요|쓰는사람이?없"
    r"|쓰는데가?없|쓰는곳이?없|쓸일이?없|퇴사|퇴직|그만[두뒀])",
    "away": r"(?:휴직|장기휴가|장기출장|파견|부서이동|부서를옮|팀이동|팀을옮|전배|이직)",
    "returned": r"(?:복직|복귀|돌아왔|돌아와서)",
    "changed": r"(?:설정(?:파일)?(?:을|이|도|은|만)?"
    r"(?:바꿨|바꿔|바꾸었|바뀌|바뀜|변경|고쳤|고쳐|수정|손봤|교체)"
    r"|인증서(?:를|가|도)?(?:바꿨|교체|갱신))",
    "full": r"(?:먹고있|먹어|차지|꽉[찼차]|가득[찼차]|쌓여|쌓였|잡아먹)",
    "flagged": r"(?:걸렸|지적)",
    "old": r"(?:낮|오래[돼됐되된]|구버전|취약|예전버전|옛날버전)",
}
_KOREAN_RE = {name: re.compile(pattern) for name, pattern in _KOREAN.items()}
# Right before or after what says so, these say the opposite: "안 죽었어요", "열려 있지 않네요".
_DENIED = re.compile(r"(?:안|못|거의)\Z")
_DENIES = re.compile(r"\A(?:있|계시)?지(?:는|도|가)?(?:않|못|안)")
# Right after a thing, these say it of another one: "choi 없이".
_BESIDE = re.compile(r"\A(?:없이|말고|빼고|제외|대신|외에|이외)")
_UNSURE = ("missing", "bad")  # which say less than another that fits, too: "응답이 없어요"


def korean_state(text: str) -> str:
    """What *text*, the words after a thing, says that it is; empty if nothing or more than one."""
    tight = re.sub(r"\s", "", text)
    found = [name for name, pattern in _KOREAN_RE.items() if pattern.search(tight)]
    if len(found) > 1:
        found = [name for name in found if name not in _UNSURE]
    return found[0] if len(found) == 1 else ""


def korean_denies(text: str) -> bool:
    """Whether *text*, the words after a thing, may deny what they say of it."""
    tight = re.sub(r"\s", "", text)
    matches = [one for pattern in _KOREAN_RE.values() for one in pattern.finditer(tight)]
    return _BESIDE.match(tight) is not None or any(
        _DENIED.search(tight[: one.start()]) or _DENIES.search(tight[one.end() :])
        for one in matches
        if not any(_within(one, other) for other in matches)
    )


def _within(one: re.Match[str], other: re.Match[str]) -> bool:
    """Whether *one* is only a part of *other*: 쓰지 않 says 안 쓰."""
    return other.start() <= one.start() and one.end() <= other.end() and one.span() != other.span()
