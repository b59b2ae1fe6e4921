"""How people say that an account is made with its role, and what is labelled before by what.

Read by ``rephrased`` after the ways of each language. As there, a form is a construction and what
is named in it is free.
"""

from kiki.understand.rephrasing.way import way

_NAME = r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?"
_OPEN = r"^\s*(?:(?:please|can\s+you|could\s+you)\s+)*"
_SPACE = rf"in\s+(?:the\s+)?(?:namespace\s+{_NAME}|{_NAME}\s+namespace)"
_PAIR = r"[A-Za-z0-9][A-Za-z0-9_./-]*=[A-Za-z0-9_.-]*"
_END = r"(?:[\s,]+please)?[\s.!]*$"

KOREAN = (
    # "demo 네임스페이스에 edit 권한이 있는 서비스 계정 ci 만들어줘"
    way(
        rf"^\s*(?P<space>{_NAME})\s?네임스페이스(?:에다가?|에서|에|의)?\s+(?P<role>{_NAME})\s?"
        rf"(?:권한|역할|롤)(?:이|을)?\s*(?:있는|가진|갖는|부여된)\s+서비스\s?(?:계정|어카운트)\s+"
        rf"(?P<name>{_NAME})(?:을|를)?\s*(?:만들|생성|추가)[가-힣\s]*[\s.!~]*$",
        "{space} 네임스페이스에 {name} 서비스 계정을 만들고"
        " {name} 서비스 계정에 {role} 권한을 부여해줘",
        kinds="k8s.access_grant",
    ),
)  # fmt: skip

ENGLISH = (
    # "create a service account ci with role edit in namespace demo"
    way(
        rf"{_OPEN}(?:create|make|add)\s+(?:an?\s+)?service\s?account\s+(?:named\s+|called\s+)?"
        rf"(?P<name>{_NAME})(?P<space>\s+{_SPACE})?\s+(?:with|that\s+has|having)\s+(?:the\s+)?"
        rf"(?:role\s+(?P<one>{_NAME})|(?P<other>{_NAME})\s+role)(?P<last>\s+{_SPACE})?{_END}",
        "create a service account {name} and give it the {one}{other} role{space}{last}",
        kinds="k8s.access_grant",
    ),
    # "label pod web in namespace demo tier=front"
    way(
        rf"{_OPEN}(?P<do>label|annotate)\s+(?P<what>(?:the\s+)?[a-z]+\s+{_NAME})\s+(?P<space>{_SPACE})"
        rf"\s+(?:with\s+)?(?P<pairs>{_PAIR}(?:(?:\s*,\s*|\s+and\s+|\s+){_PAIR})*){_END}",
        "{do} {what} {pairs} {space}", kinds="k8s.label_set k8s.annotation_set",
    ),
)  # fmt: skip
