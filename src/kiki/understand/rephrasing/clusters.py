"""How people say what they want to see of pods and containers, and how much these are to take, in
other words than the rules'.

Read by ``rephrased`` after the ways of each language. As there, a form is a construction and what
is named in it is free.
"""

from kiki.understand.rephrasing.way import question, way

_NAME = r"[A-Za-z][A-Za-z0-9_.-]*"
_NAME_OR_NUMBER = r"[A-Za-z0-9_][A-Za-z0-9_.-]*[A-Za-z0-9_]|[A-Za-z0-9_]"
_WORD = r"(?<![A-Za-z0-9_./:-])"  # nothing of a name stands before
_LIST, _SHOW = "k8s.objects_list", "k8s.object_show"
_LOGS = "k8s.logs_show podman.container_logs"
_RUN, _ROLLOUT = "podman.container_run", "k8s.rollout_show"
_PULL = "podman.image_pull"
_LISTED_KO = (
    r"(?P<things>파드|포드|팟|디플로이먼트|스테이트풀셋|데몬셋|컨피그맵|인그레스|네임스페이스"
    r"|PVC|크론잡)"
)
_ROLLED_KO = r"(?P<thing>디플로이먼트|스테이트풀셋|데몬셋)"
_THING_KO = r"(?P<thing>파드|포드|팟|컨테이너)"
_FAILS_KO = (
    r"(?:죽|뻗|터지|내려가|재시작(?:하|되)|재기동(?:하|되)|크래시\s?나|크래시\s?루프\s?(?:돌|나))"
    r"(?:는데요?|네요?[.,!]*|고\s?있는데요?|고\s?있어서?[.,!]*|고\s?있네요?[.,!]*|어서|아서|으니|니)"
)  # fmt: skip
_CRASH_KO = r"(?:(?:죽어|뻗어|터져|내려가|재시작해|재시작돼|크래시\s?나)(?:서|요[.,!]*|[.,!]+))"
_TELL_KO = (
    r"(?:좀\s*)?(?:확인|체크|알려|봐|말해)\s?(?:해\s?)?(?:줘요?|주세요|주십시오|줄래요?|주실래요)?"
)
_ASKED_KO = r"(?:는지|어요?|나요?|니|습니까|지)"
_END_KO = r"[?？.!~\s]*$"
_OFTEN_KO = r"(?:(?:자꾸|계속|계속해서|또|자주)\s*)"
_THING_EN = r"(?:pod|container)"
_FAILS_EN = (
    r"(?:keeps?\s+(?:on\s+)?(?:crashing|dying|restarting|failing)|is\s+crash[-\s]?looping"
    r"|is\s+(?:constantly\s+|always\s+)?(?:crashing|restarting|dying)|(?:has\s+)?crashed)"
)  # fmt: skip

KOREAN = (
    # "쿼터 얼마나 남았어?"
    question(
        r"(?:쿼터|할당량)(?:가|는|를|을|이|은)?\s*얼마나\s*(?:남았|남아\s?있|썼|쓰고\s?있)"
        rf"{_ASKED_KO}(?:\s*{_TELL_KO}|\s*보여\s?줘)?{_END_KO}",
        "쿼터 사용량 보여줘", kinds="openstack.quota_show",
    ),
    # "web 디플로이먼트의 메모리 제한을 1Gi로 늘려줘": an amount is set, whichever way it goes
    way(
        r"(?P<what>(?:메모리|CPU)\s?(?:제한|한도|상한|리밋|요청량))(?:을|를)?\s*"
        r"(?P<much>[0-9]+(?:\.[0-9]+)?(?:m|[KMGT]i?B?)?)(?:으로|로|까지)\s*(?:늘려|줄여|올려|낮춰|높여)"
        r"(?=줘|주|\s|[.!]|$)",
        "{what}을 {much}로 설정해", kinds="k8s.resources_set",
    ),
    # "실행 중인 파드 보여줘": only of pods a table says that they run
    question(
        r"(?:실행\s?중인|구동\s?중인|돌고\s?있는|떠\s?있는)\s+(?:파드|포드|팟)(?:들)?(?=[\s을를만])",
        "Running 상태인 파드 ", kinds=_LIST,
    ),
    # "web 파드 재시작 횟수 확인해줘", "web 파드 몇 번 재시작했어?"
    question(
        rf"{_WORD}(?P<name>{_NAME})\s+(?:파드|포드|팟)(?:의)?\s*(?:재시작|리스타트)\s*(?:횟수|수)"
        rf"(?:를|을|가|는)?\s*{_TELL_KO}{_END_KO}",
        "{name} 파드 재시작 횟수 보여줘", kinds=_SHOW,
    ),
    question(
        rf"{_WORD}(?P<name>{_NAME})\s+(?:파드|포드|팟)(?:가|이|는|은)?\s*(?:지금까지\s*)?몇\s?번(?:이나)?"
        rf"\s*(?:재시작|리스타트)\s?(?:했|됐|되었){_ASKED_KO}(?:\s*{_TELL_KO})?{_END_KO}",
        "{name} 파드 재시작 횟수 보여줘", kinds=_SHOW,
    ),
    # "shop 네임스페이스 파드 다 보여줘", "모든 네임스페이스 보여줘"
    question(
        rf"{_LISTED_KO}(?:들)?(?:을|를)?\s*(?:전부|모두|싹|다)\s*(?P<look>보여|조회|나열)",
        "{things} 목록 {look}", kinds=_LIST,
    ),
    question(
        r"^\s*(?:모든|전체)\s+네임스페이스(?:들)?(?:를|의)?\s*(?:목록(?:을)?\s*)?(?P<look>보여|조회|나열)",
        "네임스페이스 목록 {look}", kinds=_LIST,
    ),
    # "web 디플로이먼트 잘 떠 있어?"
    question(
        rf"{_WORD}(?P<name>{_NAME})\s+{_ROLLED_KO}(?:가|이|은|는)?\s*(?:지금\s*)?(?:잘|제대로|정상적으로|다)?\s*"
        r"(?:(?:떠|돌고|올라와|배포되어|배포돼)\s?있(?:어|나|니|는지|습니까)|(?:올라왔|배포됐|배포되었|준비됐|떴)(?:어|나|니|는지|습니까))"
        rf"(?:요)?(?:\s*{_TELL_KO})?{_END_KO}",
        "{name} {thing} 롤아웃 상태 확인해줘", kinds=_ROLLOUT,
    ),
    # "web 파드가 자꾸 죽는데 로그 좀 보여줘"
    question(
        rf"{_WORD}(?P<name>{_NAME})\s+{_THING_KO}(?:가|이|는|은)?\s*{_OFTEN_KO}"
        rf"(?:{_FAILS_KO}|{_CRASH_KO})\s*(?P<rest>(?:이전\s+|최근\s+)?로그.*)$",
        "{name} {thing} {rest}", kinds=_LOGS,
    ),
)  # fmt: skip

ENGLISH = (
    # "raise the memory limit of deployment web to 512Mi": the amount beside what it is of
    way(
        r"^\s*(?:(?:please|can\s+you|could\s+you)\s+)*(?:set|change|update|raise|increase|lower|reduce|decrease)\s+(?:the\s+)?"
        r"(?P<what>(?:memory|cpu)\s+(?:limit|request))\s+(?:of|on|for)\s+"
        r"(?P<whose>(?:(?!and\b|to\b)[A-Za-z0-9_.-]+\s+){1,9})to\s+"
        r"(?P<much>[0-9]+(?:\.[0-9]+)?(?:m|[KMGT]i?B?)?)(?P<rest>\s+in\s+.*?)?(?:[\s,]+please)?[\s.!]*$",
        "set the {what} to {much} for {whose}{rest}",
        kinds="k8s.resources_set",
    ),
    # "show me the running pods"
    question(
        r"\b(?:(?:the|all|all\s+the)\s+)?(?:currently\s+)?running\s+pods\b(?!\s+running)",
        "pods in running state", kinds=_LIST,
    ),
    question(
        r"\bpods\s+(?:that|which)\s+are\s+(?:currently\s+)?running\b",
        "pods in running state", kinds=_LIST,
    ),
    # "list all namespaces"
    question(
        r"^\s*(?P<open>(?:please\s+)?(?:list|show(?:\s+me)?|get))\s+all\s+(?:the\s+|of\s+the\s+)?namespaces[\s.!]*$",
        "{open} the namespaces", kinds=_LIST,
    ),
    # "is deployment web ready?"
    question(
        r"^\s*(?:(?:check|see|tell\s+me)\s+(?:if|whether)\s+|is\s+)(?:the\s+)?(?:"
        rf"(?P<thing>deployment|statefulset|daemonset)\s+(?P<name>{_NAME})"
        rf"|(?P<other>{_NAME})\s+(?P<sort>deployment|statefulset|daemonset))\s+(?:is\s+)?"
        r"(?:ready|up|running|healthy|available|rolled\s+out)(?:\s+yet)?"
        r"(?P<where>(?:\s+in\s+namespace\s+[a-z0-9-]+)?)[\s?.!]*$",
        "check the rollout status of {thing}{sort} {name}{other}{where}", kinds=_ROLLOUT,
    ),
    # "pull nginx:1.28": what has a version behind a colon is an image
    way(
        rf"^\s*(?P<open>(?:please\s+)?pull)\s+(?P<image>[a-z0-9][a-z0-9._/-]*:(?:{_NAME_OR_NUMBER}))(?=[\s,.!]|$)",
        "{open} the image {image}", kinds=_PULL,
    ),
    # "how often did pod web restart?"
    question(
        r"^\s*(?:(?:show|tell)\s+me\s+|show\s+)?how\s+(?:often|many\s+times)\s+(?:did\s+|has\s+)?(?:the\s+)?"
        rf"(?:pod\s+(?P<one>{_NAME})|(?P<other>{_NAME})\s+pod)\s+(?:been\s+)?restart(?:ed)?"
        r"(?P<where>(?:\s+in\s+.+?)?)[\s?.!]*$",
        "show the restart count of pod {one}{other}{where}", kinds=_SHOW,
    ),
    # "pod web keeps crashing, show me the logs"
    question(
        rf"^\s*(?:(?:the|my|our)\s+)?(?:(?P<thing>{_THING_EN})\s+(?P<name>{_NAME})"
        rf"|(?P<first>{_NAME})\s+(?P<sort>{_THING_EN}))\s+{_FAILS_EN}\s*[,.;:-]*\s*(?:so\s+|and\s+)?"
        r"(?:please\s+|(?:can|could)\s+you\s+)?(?:show|get|give|print|tail)(?:\s+me|\s+us)?\s+(?:the|its)\s+"
        r"(?P<logs>(?:previous\s+)?logs)[\s?.!]*$",
        "show the {logs} of {thing}{sort} {name}{first}", kinds=_LOGS,
    ),
    # "run postgres 16 in a container": a number behind what is run there is its version
    way(
        rf"\b(?P<verb>run|start|launch)\s+(?P<image>{_NAME})\s+(?P<tag>[0-9]+(?:\.[0-9]+)*)\s+in\s+a\s+"
        r"(?:podman\s+)?container\b",
        "{verb} a {image}:{tag} container", kinds=_RUN,
    ),
    # "run postgres:16 in a container with ..."
    way(
        rf"\b(?P<verb>run|start|launch)\s+(?P<image>{_NAME}(?:[/:][A-Za-z0-9_./:-]+)?)\s+in\s+a\s+"
        r"(?:podman\s+)?container\b",
        "{verb} a {image} container", kinds=_RUN,
    ),
)  # fmt: skip
