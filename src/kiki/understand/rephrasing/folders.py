"""Folders of manifests whose names are words of ours: "deploy 폴더의 매니페스트를 적용해줘",
"apply the manifests in the k8s folder".

Read by ``rephrased`` with the other ways. With a slash after it, the rules take any name for a
folder's.
"""

from kiki.understand.rephrasing.way import way

_NAME = r"[A-Za-z][A-Za-z0-9_.-]*"
_KINDS = "k8s.manifests_apply k8s.manifests_delete"
_FOLDER = r"(?:폴더|디렉터리|디렉토리)"
_FILES = r"(?:매니페스트|야믈|[Yy][Aa]?[Mm][Ll]|manifests?)(?:\s?파일)?(?:들)?"
_INSIDE = r"(?:의|에\s?있는|\s?안의|\s?안에\s?있는|\s?아래)?"
_WORD = r"(?:manifests?|ya?mls?|ya?ml\s+files?|files)"

KOREAN = (
    # "deploy 폴더의 매니페스트 전부 적용해줘"
    way(
        rf"(?P<before>^|\s)(?P<dir>{_NAME})\s*{_FOLDER}{_INSIDE}\s*(?:(?:모든|전체)\s*)?{_FILES}"
        r"(?:을|를)?\s*(?:(?:다|전부|모두)\s*)?(?P<rest>(?:적용|배포|반영|올려)\S*.*)$",
        "{before}{dir}/ 폴더의 매니페스트를 {rest}",
        kinds=_KINDS,
    ),
    # "k8s 폴더 적용해줘"
    way(
        rf"(?P<before>^|\s)(?P<dir>{_NAME})\s*{_FOLDER}(?:를|을)?\s*(?:(?:다|전부|모두|통째로)\s*)?"
        r"(?P<rest>(?:적용|반영)\S*.*)$",
        "{before}{dir}/ 폴더의 매니페스트를 {rest}",
        kinds=_KINDS,
    ),
)
ENGLISH = (
    # "apply everything in k8s", "deploy the yaml files from the deploy folder"
    way(
        rf"\b(?P<verb>apply|deploy)\s+(?:all\s+)?(?:the\s+)?(?:everything|{_WORD})\s+(?:in|from|under|of)"
        rf"\s+(?:the\s+)?(?P<dir>{_NAME})/?(?:\s+(?:folder|directory|dir))?(?P<rest>(?:\s.*)?)$",
        "{verb} the manifests in {dir}/{rest}", kinds=_KINDS,
    ),
    # "apply the k8s folder"
    way(
        rf"\bapply\s+(?:the\s+)?(?:whole\s+)?(?P<dir>{_NAME})\s+(?:folder|directory|dir)(?P<rest>(?:\s.*)?)$",
        "apply the manifests in {dir}/{rest}", kinds=_KINDS,
    ),
)  # fmt: skip
