"""How people say what a new pod consists of, in one breath: "a pod web with nginx and a sidecar".

Read by ``rephrased`` after the ways of each language. As there, a form is a construction and what
is named in it is free: the first container makes the pod, the others are added to it.
"""

from kiki.model.intent import Operation
from kiki.understand.rephrasing.way import way

_NAME = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_IMAGE = (
    r"[a-z0-9][a-z0-9._-]*(?::[0-9]+)?(?:/[a-z0-9][a-z0-9._-]*)*"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?(?:@sha256:[0-9a-f]{64})?"
)
_OPEN = r"^\s*(?:(?:please|can\s+you|could\s+you)\s+)*"
_POD = rf"(?:a\s+|the\s+)?(?:new\s+)?pod\s+(?:named\s+|called\s+)?(?P<pod>{_NAME})"
_WHERE = rf"\s+in\s+(?:the\s+)?(?:namespace\s+{_NAME}|{_NAME}\s+namespace)"
_SPACE, _LAST = rf"(?P<space>{_WHERE})?", rf"(?P<last>{_WHERE})?"
_FROM = r"\s+(?:with|from|using|running|of)\s+(?:(?:an?|the)\s+)?(?:image\s+)?"
_FIRST = rf"(?P<first>{_IMAGE})(?:\s+image)?(?:\s+container)?"
_AND = r"(?:\s*,\s*(?:and\s+|with\s+)?|\s+and\s+|\s+with\s+|\s+plus\s+)(?:with\s+)?(?:an?\s+)?"
_CALLED = rf"(?P<called>\s+(?:named|called)\s+{_NAME})?"
_END = r"(?:[\s,]+please)?[\s.!]*$"
_MAKE = r"(?:create|make|run|start|deploy|launch|add)\s+"
# What is an image without being called a container: one with a tag.
_TAGGED = r"[a-z0-9][a-z0-9._/-]*(?::[0-9]+/[a-z0-9._/-]+)?:[A-Za-z0-9_][A-Za-z0-9_.-]*"
_KINDS = "k8s.container_add"
# What the rules have for it; the English goes on with what is added.
_POD_KO = "{space}{pod} 파드를 {first} 이미지로 만들고 {second} {what} 추가해줘"
_POD_EN = "create a pod {pod}{space}{last} from {first}"


def _whole(found: tuple[Operation, ...]) -> bool:
    """Whether a pod is made and nothing is added to another one."""
    made = {one.fields.get("name") for one in found if one.kind == "k8s.pod_create"}
    into = {one.fields.get("workload") for one in found if one.kind == _KINDS}
    return into <= made


_PLACE_KO = rf"(?P<space>{_NAME}\s?네임스페이스(?:에다가?|에서|에|의)?\s+)?"
_BOTH_KO = r"(?:와|과|하고|랑|이랑|에)"

KOREAN = (
    # "nginx 컨테이너와 busybox 사이드카가 있는 파드 web 만들어줘"
    way(
        rf"^\s*{_PLACE_KO}(?P<first>{_IMAGE})(?:\s?컨테이너)?{_BOTH_KO}\s+(?P<second>{_IMAGE})\s?"
        rf"(?P<what>사이드카|초기화\s?컨테이너|컨테이너)(?:\s?컨테이너)?(?:가|이|를|을|로)?\s+"
        rf"(?:있는|가진|포함한|포함하는|포함된|구성된|든|들어간|들어\s?있는|붙은|달린|딸린)\s+"
        rf"(?:파드|pod|팟)\s+(?P<pod>{_NAME})(?:을|를)?\s*[가-힣\s]+[\s.!~]*$",
        _POD_KO,
        kinds=_KINDS, fits=_whole,
    ),
    # "web 파드를 nginx 컨테이너와 busybox 사이드카로 만들어줘"
    way(
        rf"^\s*{_PLACE_KO}(?P<pod>{_NAME})\s?(?:파드|pod|팟)(?:을|를)?\s+(?P<first>{_IMAGE})(?:\s?컨테이너)?"
        rf"{_BOTH_KO}\s+(?P<second>{_IMAGE})\s?(?P<what>사이드카|초기화\s?컨테이너|컨테이너)"
        rf"(?:\s?컨테이너)?(?:로|으로)\s+(?:만들|구성|생성|배포|띄)[가-힣\s]*[\s.!~]*$",
        _POD_KO,
        kinds=_KINDS, fits=_whole,
    ),
)  # fmt: skip

ENGLISH = (
    # "create a pod web with nginx and a busybox sidecar"
    way(
        rf"{_OPEN}{_MAKE}{_POD}{_SPACE}{_FROM}{_FIRST}{_AND}(?P<second>{_IMAGE})\s+"
        rf"(?P<what>sidecar|init\s+container)(?:\s+container)?{_CALLED}{_LAST}{_END}",
        f"{_POD_EN} and add a {{what}}{{called}} from {{second}}",
        f"{_POD_EN} and add a {{what}} {{second}}",
        kinds=_KINDS, fits=_whole,
    ),
    # "create a pod web from nginx and a sidecar busybox"
    way(
        rf"{_OPEN}{_MAKE}{_POD}{_SPACE}{_FROM}{_FIRST}{_AND}(?P<what>sidecar|init\s+container)"
        rf"(?:\s+container)?\s+(?:from\s+|with\s+(?:image\s+)?)?(?P<second>{_IMAGE}){_LAST}{_END}",
        f"{_POD_EN} and add a {{what}} {{second}}",
        kinds=_KINDS, fits=_whole,
    ),
    # "create a pod app with nginx:1.27, redis:7 and busybox:1.36"
    way(
        rf"{_OPEN}{_MAKE}{_POD}{_SPACE}{_FROM}{_FIRST}\s*,\s*(?P<second>{_IMAGE})(?:\s*,\s*|{_AND})"
        rf"(?P<third>{_TAGGED})(?:\s+containers?)?{_LAST}{_END}",
        f"{_POD_EN} and add a container {{second}} and add a container {{third}}",
        kinds=_KINDS, fits=_whole,
    ),
    # "create a pod app with nginx:1.27 and redis:7", "with containers nginx:1.27 and redis:7"
    way(
        rf"{_OPEN}{_MAKE}{_POD}{_SPACE}\s+(?:with|from|using|running|of)\s+(?:(?:an?|the)\s+)?"
        rf"(?:images?\s+|containers?\s+)?(?P<first>{_IMAGE}){_AND}(?P<second>{_TAGGED})"
        rf"(?:\s+containers?)?{_LAST}{_END}",
        f"{_POD_EN} and add a container {{second}}",
        kinds=_KINDS, fits=_whole,
    ),
    # "run a pod web with nginx and redis containers"
    way(
        rf"{_OPEN}{_MAKE}{_POD}{_SPACE}{_FROM}{_FIRST}{_AND}(?P<second>{_IMAGE})\s+containers?"
        rf"{_LAST}{_END}",
        f"{_POD_EN} and add a container {{second}}",
        kinds=_KINDS, fits=_whole,
    ),
)  # fmt: skip
