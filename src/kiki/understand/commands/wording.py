"""The words that may stand around a command and change nothing: "please run", "그대로 해주세요".

Called by ``script``. Closed lists: any other word makes the message no command. None of them says
no, if, when or where else than on all hosts.
"""

import re

_SPACE = r"[\s,:.!~→-]*"
_EVERY = (
    r"(?:on|to) (?:(?:all|every|each)(?: of)?(?: the| our)?|the|our)"
    r" (?:servers?|hosts?|machines?|nodes?|vms?|boxes)"
)
_PLEASE = r"please|pls|plz|kindly|thanks(?: a lot| in advance)?|thank you|thx|cheers|for me|as root"
_TAIL_EN = rf"{_PLEASE}|{_EVERY}|as[- ]is|as it is|exactly as written|verbatim"
_LEAD_EN = (
    rf"{_TAIL_EN}|hi|hello|hey|all|team|there|just|i need you to|i want you to|i'd like you to"
    r"|(?:can|could|would|will) you|run|execute|issue|enter|perform|apply|do(?: a| an)?"
    r"|this|these|the|following|command|commands|line|lines|below|in order|one after another|and"
)
_POLITE_KO = (
    r"(?:줘요?|줘라|주라|주세요|주세여|주십시오|주십쇼|주시기 바랍니다|달라"
    r"|주시면 (?:됩니다|돼요|감사하겠습니다|고맙겠습니다)"
    r"|주실 수 있나요|주실래요|줄래요?|주시겠어요)"
)
_ASKED_KO = (
    r"(?:바랍니다|바람|요망|요청(?:드립니다|합니다|드려요)?"
    r"|부탁(?:드립니다|드려요|드릴게요|합니다|해요?|드리겠습니다)?)"
)
_DEED_KO = r"(?:실행|수행|진행|처리|적용|입력)"
_DO_KO = (
    rf"(?:{_DEED_KO}? ?(?:해|하여)? ?(?:{_POLITE_KO}|{_ASKED_KO})"
    rf"|{_DEED_KO}(?:해|해요|해라|하세요|하십시오|합시다|하자|할 것)?|해|해라|하세요|하십시오"
    rf"|(?:돌려|쳐|때려|날려|넣어) ?(?:{_POLITE_KO}|봐)?)"
)
_NOUN_KO = (
    r"(?:이거|이것|이걸|이|요거|그거|아래|다음|위|해당|명령어?|커맨드|거|것|내용|순서|차례)"
    r"(?:들)?(?:을|를|로|으로|은|는|대로|만|도)?"
)
_HOSTS_KO = r"(?:(?:모든|전체|전) ?)?(?:서버|호스트|노드|장비)(?:들)?(?:에서|에)?(?:도)?"
_ANY_KO = (
    rf"{_DO_KO}|{_NOUN_KO}|{_HOSTS_KO}"
    r"|그대로|똑같이|이대로|이렇게|좀|한번|한 번|만|바로|지금|빨리|얼른|각각"
    r"|를|을|로|으로|라고|이라고|안녕하세요|감사합니다|고맙습니다|수고하세요|수고하십니다"
    r"|root로|루트로"
)
_THEN_KO = (
    rf"(?:{_DEED_KO}?(?:하고 나서|하고|한 다음에?|한 뒤에?|한 후에?|해 ?주고|해 ?주시고)"
    r"|돌리고|돌린 다음에?|치고|그리고(?: 나서)?|그 ?다음에?)"
)
_LINK_KO = rf"(?:{_THEN_KO}|다음에?|이후에?|후에?|및|이랑|랑|와|과)"
_LINK_EN = r"(?:and|then|and then|and also|followed by|after that|afterwards|next|finally|,)"


def _all_of(*alternatives: str) -> re.Pattern[str]:
    """Any of the alternatives, as often as it likes, between spaces and punctuation."""
    one = "|".join(rf"(?:{alternative})(?![A-Za-z가-힣])" for alternative in alternatives)
    return re.compile(rf"(?i){_SPACE}(?:(?:{one}){_SPACE})*[?]?\s*")


_LONGEST = 200  # characters; what is longer is no mere politeness


# What a command is also said to do, and the kinds of operation of which that is true.
_VERBS_KO = {
    "설치|깔아": "package_install", "삭제|제거|지워": "_remove", "재시작|재기동": "service_restart",
    "시작|기동": "service_start", "중지|정지|멈춰": "service_stop", "만들어|생성": "_create",
    "업데이트|업그레이드": "package_install", "오픈|열어|허용": "firewall_open",
    "닫아": "firewall_close",
}  # fmt: skip
_VERB_KO = rf"(?:{'|'.join(_VERBS_KO)}) ?(?:해|하여)? ?(?:{_POLITE_KO}|{_ASKED_KO})"
_ASKS = re.compile(r"(?i)\b(?:can|could|would|will) you\b|주실|줄래|주시겠")
_LEAD = _all_of(_LEAD_EN, _ANY_KO)
_TAIL = _all_of(_TAIL_EN, _ANY_KO, _VERB_KO)
_CLAIM = re.compile("|".join(f"({verbs})" for verbs in _VERBS_KO))
# Only these let a request in words follow: "nginx와 redis 삭제해줘" may go together.
_THEN = re.compile(rf"(?i)[\s,]+(?:{_THEN_KO}|and then|then|and)[\s,]+(?=\S)")
_LINKS = rf"(?:{_LINK_KO}|{_LINK_EN})"
_LINK = re.compile(rf"(?i){_SPACE}{_LINKS}(?:[\s,]+{_LINKS})*{_SPACE}")


def leads(text: str) -> bool:
    """Whether *text* may stand before a command, or on a line of its own."""
    return _whole(_LEAD, text)


def trails(text: str) -> bool:
    """Whether *text* may stand after a command."""
    return _whole(_TAIL, text)


def linked(text: str) -> int:
    """How many characters at the beginning of *text* say that something else is to follow."""
    match = _THEN.match(text)
    return match.end() if match else 0


def claims(text: str) -> tuple[str, ...]:
    """Parts of the kinds that *text*, which trails a command, says that it has."""
    kinds = tuple(_VERBS_KO.values())
    return tuple(kinds[(match.lastindex or 1) - 1] for match in _CLAIM.finditer(text))


def links(text: str) -> bool:
    """Whether *text* only says that the next command follows."""
    return _whole(_LINK, text)


def only_below(text: str) -> bool:
    """Whether *text* says that only the commands after it are meant."""
    return re.search(r"(?:아래|다음|이하).*만\b|\bonly\b.*\bbelow\b", text) is not None


def asks(text: str) -> bool:
    """Whether *text* asks somebody to do something: "can you run"."""
    return _ASKS.search(text) is not None


def _whole(pattern: re.Pattern[str], text: str) -> bool:
    """Whether *pattern* is all of *text*; a question only where it asks for something."""
    if len(text) > _LONGEST or ("?" in text and not asks(text)):
        return False
    return pattern.fullmatch(text) is not None
