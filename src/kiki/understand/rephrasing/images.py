"""How people say what is to be done to images, and to kill containers, in other words.

Read by ``rephrased`` after the ways of each language. As there, a form is a construction and what
is named in it is free.
"""

from kiki.understand.rephrasing.way import way

# An image without a registry of its own, and a registry: a host with a domain or a port.
_IMAGE = (
    r"(?P<image>[a-z0-9][a-z0-9_-]*(?:/[a-z0-9][a-z0-9._-]*)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?)"
)
_REGISTRY = (
    r"(?P<registry>(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]{1,5})?|[a-z0-9-]+:[0-9]{1,5})"
    r"(?:/[a-z0-9][a-z0-9._-]*)*)/?"
)
_CALLED = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
_OPEN_EN = r"^\s*(?:(?:please|can\s+you|could\s+you)\s+)*"
_PLEASE_EN = r"(?:[\s,]+please)?[\s.!]*$"
_THE = r"(?:(?:the|my|our)\s+)?"
_NAMES_EN = r"[a-z0-9.+-]+(?:\s*,\s*[a-z0-9.+-]+)*(?:\s*,?\s+and\s+[a-z0-9.+-]+)?"
_END_KO = r"(?:을|를)?\s*(?:해|좀)?\s*[가-힣\s]*[\s.!~]*$"
_PUSH = "podman.image_push"
_PRUNE = "podman.system_prune"

KOREAN = (
    # "registry.local:5000에 web:v2 푸시해줘": an image goes by the name of where it goes to
    way(
        rf"^\s*{_REGISTRY}(?:\s?(?:레지스트리|저장소))?(?:에다가?|에|으로|로)\s+{_IMAGE}"
        rf"(?:\s?이미지)?(?:을|를)?\s*(?P<push>(?:푸시|푸쉬|push){_END_KO})",
        "{image} 이미지를 {registry}/{image}로 태그하고 {registry}/{image} 이미지 {push}",
        kinds=_PUSH,
    ),
    way(
        rf"^\s*{_IMAGE}(?:\s?이미지)?(?:을|를)?\s+{_REGISTRY}(?:\s?(?:레지스트리|저장소))?"
        rf"(?:에다가?|에|으로|로)\s*(?P<push>(?:푸시|푸쉬|push){_END_KO})",
        "{image} 이미지를 {registry}/{image}로 태그하고 {registry}/{image} 이미지 {push}",
        kinds=_PUSH,
    ),
    # "podman 정리해줘": of what, is asked
    way(
        r"^\s*(?:podman|포드만|포드맨)(?:에서|의|을|를)?\s*(?:안\s?쓰는|쓰지\s?않는)?\s*(?:것들?|거)?\s*(?:을|를)?"
        r"\s*(?:다|전부|모두|싹)?\s*(?:정리|청소)[가-힣\s]*[\s.!~]*$",
        "정리해줘", kinds=_PRUNE,
    ),
)  # fmt: skip

ENGLISH = (
    # "push web:v2 to registry.local:5000": an image goes by the name of where it goes to
    way(
        rf"{_OPEN_EN}push\s+{_THE}(?:image\s+)?{_IMAGE}(?:\s+image)?\s+(?:up\s+)?to\s+{_THE}"
        rf"(?:registry\s+)?{_REGISTRY}(?:\s+registry)?{_PLEASE_EN}",
        "tag image {image} as {registry}/{image} and push image {registry}/{image}",
        kinds=_PUSH,
    ),
    # "build image app:1 from debian:12 with nginx and curl installed"
    way(
        rf"\s+with\s+(?:the\s+)?(?P<packages>{_NAMES_EN})\s+(?:pre-?)?installed",
        " with packages {packages}", kinds="podman.image_build",
    ),
    way(
        r"(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s+)(?:exposing|that\s+exposes|and\s+expose)\s+(?:port\s+)?"
        r"(?P<port>[0-9]{1,5}(?:/(?:tcp|udp))?)",
        " and port {port}", kinds="podman.image_build",
    ),
    way(
        r"(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s+)(?:running|that\s+runs|run)\s+as\s+(?:the\s+)?(?:user\s+)?"
        r"(?P<user>[a-z_][a-z0-9_-]*)",
        " and user {user}", kinds="podman.image_build",
    ),
    # "kill container web": of others "kill" stops, or is asked about
    way(
        rf"{_OPEN_EN}kill\s+(?:container\s+(?P<one>{_CALLED})"
        rf"|{_THE}(?P<other>{_CALLED})\s+container){_PLEASE_EN}",
        "force stop container {one}{other}", kinds="podman.container_kill",
    ),
    # "prune images", "prune the unused volumes"
    way(
        r"\bprune\s+(?:all\s+)?(?:the\s+|my\s+)?(?:unused\s+)?(?:container\s+)?(?P<what>images|volumes)",
        "remove unused {what}", kinds=_PRUNE,
    ),
    way(
        r"\bprune\s+(?:all\s+)?(?:the\s+|my\s+)?(?:stopped\s+)?containers",
        "remove stopped containers", kinds=_PRUNE,
    ),
    # "clean up podman", "podman system prune": of what, is asked
    way(
        rf"{_OPEN_EN}(?:clean\s+up|tidy\s+up|prune)\s+(?:everything\s+unused\s+(?:in|from|of)\s+)?"
        rf"podman{_PLEASE_EN}",
        "prune", kinds=_PRUNE,
    ),
)  # fmt: skip
