"""What people look at on hosts, in other words than those of the rules: whether a port is open, how
full the disk of a directory is, whether the clock is kept.

Read by ``rephrased`` after the ways of each language. As there, a form is a construction and what
is named in it is free. Where Kiki shows something near to what was asked for, that is asked first.
"""

from kiki.understand.rephrasing.way import Way, question

_PATH = r"/[A-Za-z0-9_./-]*"
_HOST = r"[A-Za-z][A-Za-z0-9_.-]*"
_LISTENERS, _HEALTH = "ansible.port_listeners", "ansible.health_check"
_STATUS = "ansible.service_status"

# -- Korean ---------------------------------------------------------------------------------------

_END = r"[\s?？.!~]*$"
_PLEASE = r"(?:\s*(?:줘요?|주세요|주십시오|주시겠어요|주실래요|줄래요?|드립니다|드려요))"
_LOOK = (
    rf"(?:\s*(?:좀|한\s?번))*\s*(?:(?:확인|체크|점검|조회)(?:\s*(?:좀\s*)?(?:해(?:\s?봐)?{_PLEASE}?|부탁{_PLEASE}?"
    rf"|바랍니다))?|(?:봐|알려|보여|말해){_PLEASE}?)"
)
_IS = r"있(?:어|나|니|냐|지|는지|습니까|는가|을까)(?:요)?"
_OPEN = (
    rf"(?:열려\s?{_IS}|열렸(?:는지|어요?|나요?|니)|(?:리슨|리스닝|오픈)\s?(?:중|돼|되어|하고)?\s?"
    rf"(?:{_IS}|인지|인가요?|이야))"
)
_FULL = r"얼마나\s?(?:찼|차|남았|썼|쓰고)(?:는지|어요?|나요?|니|냐|지|있(?:어|나|는지))?(?:요)?"
_AT = (
    rf"(?P<host>{_HOST}(?:\s*(?:,|와|과|랑|이랑|하고)\s*{_HOST})*(?:\s?(?:서버|장비|호스트|노드)들?)?)"
    r"(?:에서|에|의)?\s+"
)


def _asked(form: str, says: str, kinds: str) -> tuple[Way, Way]:
    """What is near to it, on the hosts that are named first, or on those of the inventory."""
    return (
        question(rf"^\s*{_AT}{form}", f"{{host}}에서 {says}", kinds=kinds, asks="always"),
        question(rf"^\s*{form}", says, kinds=kinds, asks="always"),
    )


KOREAN = (
    # "web1에서 443 포트 열려있는지 확인해줘": what listens there, or what the firewall lets in?
    *_asked(
        r"(?:포트\s?(?P<port>[0-9]{1,5})번?|(?P<number>[0-9]{1,5})\s?(?:번\s?)?포트)"
        rf"(?:가|이|는|은)?\s*(?:지금\s*|현재\s*)?{_OPEN}(?:{_LOOK})?{_END}",
        "{port}{number} 포트를 쓰는 프로세스 보여줘", _LISTENERS,
    ),
    # "/home 디스크 사용량 확인해줘": of all disks
    *_asked(
        rf"{_PATH}(?:의)?\s*(?:디렉터리|디렉토리|폴더|파티션)?(?:의)?\s*(?:디스크\s?)?(?:(?:사용량|사용률"
        rf"|용량|남은\s?용량|여유\s?공간)(?:을|를|이|은)?(?:{_LOOK})?|{_FULL}(?:{_LOOK})?){_END}",
        "디스크 사용량 보여줘", _HEALTH,
    ),
    # "web1 시간 동기화 상태 확인"
    *_asked(
        r"(?:서버\s?)?(?:시간|시각|시계|NTP)\s?동기화(?:가|는)?\s*(?:상태|여부)?(?:를|을|가)?\s*"
        rf"(?:(?:잘\s?)?(?:되고|돼)\s?{_IS}|되는지|됐는지)?{_LOOK}{_END}",
        "chronyd 데몬 상태 보여줘", _STATUS,
    ),
)  # fmt: skip

# -- English --------------------------------------------------------------------------------------

_STOP = r"[\s?.!]*$"
_HI = r"^\s*(?:(?:hi|hey|hello|ok|okay|so|please|and)[,\s]+)*"
_TELL = (
    r"(?:(?:(?:can|could|would)\s+you\s+)?(?:please\s+)?(?:check|see|verify|test|look|tell\s+me"
    r"|let\s+me\s+know|find\s+out|show\s+me)\s+(?:if|whether|that)\s+)"
)
_SHOW = (
    r"(?:(?:can|could|would)\s+you\s+)?(?:please\s+)?(?:show(?:\s+me)?|check|get|see|tell\s+me"
    r"|print|display)\s+(?:the\s+)?"
)
_ALSO = r"(?:\s*,\s*(?:and\s+)?|\s+and\s+)"
_ON = (
    rf"\s+on\s+(?:(?:the|all|our)\s+)*{_HOST}(?:{_ALSO}{_HOST})*(?:\s+(?:servers?|hosts?|nodes?"
    r"|machines?|boxes))?"
)
_WHERE = rf"(?P<where>(?:{_ON})?)"
_KINDLY = r"(?:[\s,]+please)?"
_PORT = r"(?:port\s+)?(?P<port>[0-9]{1,5})"
_NOW = r"(?:\s+(?:still|currently|already|really|right\s+now|now|there))*"
_RUNS = (
    r"(?:up(?:\s+and\s+running)?|running|started|active|alive|healthy|stopped|down|dead|working)"
)
_OPENED = r"(?:open(?:ed)?|listening|listened\s+on|reachable)"

ENGLISH = (
    # "is port 443 open on web1?": what listens there, or what the firewall lets in?
    question(
        rf"{_HI}(?:is\s+{_PORT}|{_TELL}(?:port\s+)?(?P<number>[0-9]{{1,5}})\s+is){_NOW}\s+{_OPENED}"
        rf"{_NOW}{_WHERE}{_KINDLY}{_STOP}",
        "show the listeners on port {port}{number}{where}", kinds=_LISTENERS, asks="always",
    ),
    # "is nginx running on web1?"
    question(
        rf"{_HI}(?:(?:is|are)\s+(?P<what>{_HOST}(?:{_ALSO}{_HOST})*)|{_TELL}(?P<thing>{_HOST}"
        rf"(?:{_ALSO}{_HOST})*)\s+(?:is|are)){_NOW}\s+{_RUNS}{_NOW}(?P<on>{_ON})"
        rf"{_KINDLY}{_STOP}",
        "show the status of {what}{thing}{on}", kinds=_STATUS,
    ),
    # "check the disk usage of /home": of all disks
    question(
        rf"{_HI}(?:{_SHOW}(?:disk\s+(?:space\s+)?usage|disk\s+space|free\s+space|disk\s+use|size)\s+"
        rf"(?:of|on|in|for|under)|how\s+(?:full|big)\s+is)\s+(?:the\s+)?{_PATH}(?:\s+(?:directory|folder"
        rf"|partition|file\s?system))?{_WHERE}{_KINDLY}{_STOP}",
        "show the disk usage{where}", kinds=_HEALTH, asks="always",
    ),
    # "check the time sync status on web1"
    question(
        rf"{_HI}(?:{_SHOW}(?:(?:status|state)\s+of\s+(?:the\s+)?)?(?:time|clock|ntp)\s+sync(?:hroni[sz]ation)?"
        rf"(?:\s+(?:status|state))?|(?:{_TELL}(?:the\s+)?(?:time|clock|ntp)\s+is|is\s+(?:the\s+)?(?:time|clock|ntp))"
        rf"\s+(?:in\s+sync|sync(?:ed|hroni[sz]ed))){_WHERE}{_KINDLY}{_STOP}",
        "show the status of the chronyd daemon{where}", kinds=_STATUS, asks="always",
    ),
)  # fmt: skip
