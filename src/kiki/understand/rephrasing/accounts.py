"""How people say that an account is to have the right to use sudo, or a key, when it is made.

Read by ``rephrased`` after the ways of each language. As there, a form is a construction and what
is named in it is free. An account that is made and one that is given something are two operations.
"""

from kiki.model.intent import Operation
from kiki.understand.rephrasing.way import way

_NAME = r"[A-Za-z][A-Za-z0-9_.-]*"
_AND = r"(?:\s*,\s*(?:and\s+)?|\s+and\s+)"
_MAKE = r"(?:create|add|make|set\s+up|need|want)"
_A = r"(?:(?:a|an|the|new)\s+)*"
_RIGHTS = r"(?:\s+(?:rights?|access|permissions?|privileges?|powers?))?"
_WITH = r"(?:with|having|(?:who|that)\s+has)"
# What may follow: another request, or nothing; "with sudo for systemctl only" is a smaller right.
_THEN = r"(?=\s*(?:$|[.!?,;]|and\b|then\b|please\b|thanks\b|on\b))"
_IN = rf"(?P<more>(?:\s+in\s+(?:the\s+)?groups?\s+{_NAME}(?:{_AND}{_NAME})*)?)"
_KEY = (
    r"(?P<key>\b(?:add|install|put|register)\s+)(?:her|his|their|its)\s+"
    r"(?P<what>(?:public\s+)?(?:ssh\s+)?(?:public\s+)?key\s+(?:ssh-|ecdsa-|sk-))"
)

_USER = r"(?:사용자|계정|유저)"
_JOIN = r"(?:\s*(?:,|이랑|랑|와|과|하고|및)\s*)"
_NAMES = rf"{_NAME}(?:{_JOIN}{_NAME})*"
_WHO = rf"(?:(?P<noun>{_USER})\s+(?P<who>{_NAMES})|(?P<whom>{_NAMES})\s+(?P<after>{_USER}))"
_FREE = r"(?P<free>(?:(?:비밀\s?번호|비번|패스워드|암호)\s?없(?:는|이)\s+)?)"
_RIGHT = r"(?:사용\s?)?권한(?:이|을|도)?\s?"
_HAVING = (
    rf"(?:{_RIGHT}(?:포함(?:해서|하여|된|한)|있는|가진|갖는|갖고\s?있는|가지고\s?있는|부여된|주어진)"
    r"|가능한|되는|(?:쓸|사용할)\s?수\s?있는)"
)
_SO = (
    rf"(?:{_RIGHT}(?:포함(?:해서|하여)|있게|(?:갖|가지)고\s?있게)|(?:사용\s?)?권한으로"
    r"|(?:가능하|되)게)"
)
# How a request goes on after its verb, and what giving a right says there.
_MADE = (
    (r"(?:만들어|(?:생성|추가|등록)해)", "부여해"),
    (r"(?:만들|(?:생성|추가|등록)하)(?=고)", "부여하"),
    (r"(?:생성|추가|등록)(?=\s|$|[.!])", "부여"),
)
_BOTH, _MADE_BY = "ansible.sudo_grant", "ansible.user_create"


def _made_and_given(operations: tuple[Operation, ...]) -> bool:
    """Whether those who get the right are those who are made."""
    made = [one.fields["names"] for one in operations if one.kind == _MADE_BY]
    given = [one.fields["user"] for one in operations if one.kind == _BOTH]
    return made == [given]


KOREAN = (
    # "sudo 권한 있는 사용자 kim 만들어줘", "계정 kim을 sudo 권한으로 만들어줘"
    *(
        way(
            rf"{form}(?:을|를)?{so}\s*(?:좀\s*)?{verb}",
            f"{{noun}}{{after}} {{who}}{{whom}} 만들고 {{free}}sudo 권한 {says}",
            kinds=_BOTH, fits=_made_and_given,
        )
        for verb, says in _MADE
        for form, so in (
            (rf"{_FREE}sudo\s?{_HAVING}\s+(?:새\s+|신규\s+)?{_WHO}", ""),
            (_WHO, rf"\s+{_FREE}sudo\s?{_SO}"),
        )
    ),
)  # fmt: skip

ENGLISH = (
    # "create user alice with sudo rights and add her ssh key ssh-ed25519 ..."
    *(
        way(
            rf"(?P<before>\b{_MAKE}\s+{_A}(?:users?|accounts?)\s+(?:named\s+|called\s+|for\s+)?)"
            rf"(?P<who>{_NAME}{more})\s+{_WITH}\s+(?P<free>(?:passwordless\s+)?)sudo"
            rf"{_RIGHTS}{_IN}{_THEN}{key}",
            f"{{before}}{{who}}{{more}} and give {them} {{free}}sudo{says}",
            kinds=_BOTH, fits=_made_and_given,
        )
        for more, them in (("", "{who}"), (rf"(?:{_AND}{_NAME})+", "them"))
        for key, says in ((rf"(?P<rest>[^.;!?]*?){_KEY}", "{rest}{key}{what}"), ("", ""))
    ),
    # "add user alice and add her ssh key ssh-ed25519 ..."
    way(_KEY, "{key}{what}", kinds="ansible.sshkey_add"),
)  # fmt: skip
