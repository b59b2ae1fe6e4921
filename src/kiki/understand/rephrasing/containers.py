"""How people say what is to be done to containers in other words than those of the rules.

Read by ``rephrased`` after the ways of each language. As there, a form is a construction and what
is named in it is free; where the thing may be of another sort than Podman's, it is asked.
"""

from kiki.model.intent import Operation
from kiki.understand.rephrasing.way import question, way

_NAME = r"[A-Za-z][A-Za-z0-9_.-]*"
_PATH = r"(?:/[^\s:,가-힣]*)"
_WORD = r"(?<![A-Za-z0-9_./:-])"  # nothing of a name stands before
_SIZE = r"[0-9]+(?:\.[0-9]+)?\s?[KMGkmg](?:i?[Bb])?"
_VARIABLE = r"[A-Z_][A-Z0-9_]*=[^\s,]+"
# A program and its arguments: an option or a path, and no words of the sentence.
_COMMAND = (
    r"[a-z][a-z0-9_.-]*\s+[-/][A-Za-z0-9_./:=@%+-]*"
    r"(?:\s+(?!(?:on|with|as|and|in|from|to|for|at|by|then)\b)[A-Za-z0-9_./:=@%+-]+?)*"
)
_RUN = "podman.container_run"
_CREATED = "podman.volume_create podman.network_create openstack.network_create"
_TOOL_KO = r"(?:podman|포드만|포드맨|팟맨)"
_DROPPED = "podman.volume_remove podman.network_remove"
_ACTED = (
    "podman.container_start podman.container_stop podman.container_restart"
    " podman.container_remove podman.container_logs"
)

_PLEASE_EN = r"(?:[\s,]+please)?[\s.!]*$"
_MAKE_EN = r"(?:create|make|add|set\s+up)"
_DROP_EN = r"(?:remove|delete|drop|get\s+rid\s+of)"
_OPEN_EN = r"^\s*(?:(?:please|can\s+you|could\s+you)\s+)*"
_AND_EN = r"(?:\s*,\s*(?:and\s+)?(?:then\s+)?|\s+and\s+(?:then\s+)?|\s+then\s+)"
_THE = r"(?:(?:the|a|an|my|our|new)\s+)*"

_RUNS_KO = (
    r"(?:띄우|돌리|올리|켜|만들|실행하|생성하|구동하|기동하|시작하)(?:고|고요|면서|며|되)"
    r"|(?:띄워|돌려|올려|만들어|실행해|생성해)서"
)
_MOUNT_KO = r"(?:마운트|바인드|연결|볼륨\s?마운트|바인드\s?마운트)"
_PARTICLE = r"(?:을|를|은|는|도)?"
_END_KO = (
    r"(?:\s*(?:좀|한\s?번))*\s*(?:해|시켜|해\s?주|하)?\s*(?:줘요?|주세요|주십시오|주실래요|줄래요?"
    r"|주시겠어요|자|라|부탁해요?|부탁드려요|부탁드립니다)?[\s.!~]*$"
)
_MADE_KO = r"(?:만들|생성|추가|띄우|띄워|올려)[가-힣\s]*[\s.!~]*$"
_GONE_KO = r"(?:지워|지우|삭제|제거|없애)[가-힣\s]*[\s.!~]*$"
_AND_KO = r"(?:와|과|이랑|랑|하고|,|및|그리고)"


def _one_container(operations: tuple[Operation, ...]) -> bool:
    """Whether all is done to one and the same container."""
    named = {
        tuple(one.fields["names"]) if "names" in one.fields else (one.fields.get("name"),)
        for one in operations
    }
    return len(named) == 1


KOREAN = (
    # "... 띄우고 /data를 /usr/share/nginx/html에 마운트해줘"
    way(
        rf"(?:{_RUNS_KO})\s*(?:,\s*)?(?:호스트(?:의)?\s*)?(?P<host>{_PATH}){_PARTICLE}\s+"
        rf"(?:컨테이너(?:의|\s안(?:의)?)?\s*)?(?P<inside>{_PATH})(?:에다가?|에|으로|로)\s*"
        rf"{_MOUNT_KO}{_END_KO}",
        "볼륨 {host}:{inside}로 실행해줘", kinds=_RUN,
    ),
    way(
        rf"(?:{_RUNS_KO})\s*(?:,\s*)?(?:볼륨\s*)?(?P<bind>[^\s:가-힣]+:/[^\s가-힣]+?)"
        rf"(?:을|를|으로|로)?\s*{_MOUNT_KO}{_END_KO}",
        "볼륨 {bind}로 실행해줘", kinds=_RUN,
    ),
    # "/data를 /srv에 마운트해서 nginx 컨테이너 띄워줘"
    way(
        rf"{_WORD}(?P<host>{_PATH}){_PARTICLE}\s+(?:컨테이너(?:의|\s안(?:의)?)?\s*)?"
        rf"(?P<inside>{_PATH})(?:에다가?|에|으로|로)\s*{_MOUNT_KO}(?:해서|하고|하여|한)\s+",
        "볼륨 {host}:{inside}로 ", kinds=_RUN,
    ),
    # "... 띄우고 메모리 256m으로 제한해줘"
    way(
        rf"(?:{_RUNS_KO})\s*(?:,\s*)?메모리{_PARTICLE}\s*(?P<size>{_SIZE})(?:까지만|까지|으로|로)?"
        rf"\s*(?:제한|한정){_END_KO}",
        "메모리 {size}로 실행해줘", kinds=_RUN,
    ),
    # "메모리 256m으로 제한해서 redis 컨테이너 띄워줘"
    way(
        rf"메모리{_PARTICLE}\s*(?P<size>{_SIZE})(?:까지만|까지|으로|로)?\s*(?:제한|한정)"
        r"(?:해서|하고|하여|한|된)\s+",
        "메모리 {size}로 ", kinds=_RUN,
    ),
    # "TZ=Asia/Seoul 환경변수 넣어서 ..."
    way(
        rf"{_WORD}(?P<pair>{_VARIABLE})\s*(?:환경\s?변수{_PARTICLE}|환경\s?변수로)?\s*"
        r"(?:(?:넣|주|줘|설정하|설정해|지정하|지정해)(?:어서|고|서)|넣은|준)\s+",
        "환경변수 {pair}로 ", kinds=_RUN,
    ),
    way(
        rf"(?:{_RUNS_KO})\s*(?:,\s*)?(?:환경\s?변수(?:로)?\s*)?(?P<pair>{_VARIABLE})\s*"
        rf"(?:환경\s?변수{_PARTICLE}|환경\s?변수로)?\s*(?:넣어|설정|지정){_END_KO}",
        "환경변수 {pair}로 실행해줘", kinds=_RUN,
    ),
    # "web 컨테이너 재시작하고 로그 보여줘", "web 컨테이너 끄고 지워줘"
    way(
        rf"(?P<what>{_WORD}(?:컨테이너\s+{_NAME}|{_NAME}\s+컨테이너))(?P<part>{_PARTICLE})\s*"
        r"(?P<act>[가-힣\s]+?(?:고|해서|한\s?(?:다음|뒤|후)에?))\s+(?:나서\s+)?"
        r"(?P<then>(?:로그|삭제|제거|지워|지우|다시|재시작|시작|켜|중지|정지|꺼|멈춰)[가-힣\s0-9]*"
        r"[\s.!~]*)$",
        "{what}{part} {act} {what} {then}", kinds=_ACTED, fits=_one_container,
    ),
    # "podman으로 nginx 띄워줘": what Podman runs is a container
    way(
        rf"{_WORD}{_TOOL_KO}(?:으로|로|에서|에)\s+(?P<image>{_NAME}(?::[A-Za-z0-9_.-]+)?)(?P<part>{_PARTICLE})"
        r"(?P<rest>(?:\s+[0-9]{1,5}:[0-9]{1,5}(?:으로|로)?)?\s+(?:띄|돌|올|실행|구동|켜)[가-힣\s]*[\s.!~]*)$",
        "{image} 컨테이너{part}{rest}", kinds=_RUN,
    ),
    # "web 컨테이너 상태 확인해줘", "컨테이너 web 떠 있어?"
    question(
        rf"{_WORD}(?:컨테이너\s+(?P<one>{_NAME})|(?P<other>{_NAME})\s+컨테이너)(?:의|이|가|은|는)?\s*(?:지금\s*)?"
        r"(?:상태|(?:잘\s*)?(?:떠|돌고|살아|실행되고)\s?있(?:는지|어|나|니)|(?:실행|동작)\s?중(?:인지|이야|인가))"
        r"[가-힣\s]*[?？.!~\s]*$",
        "{one}{other} 컨테이너 상세 정보 보여줘", kinds="podman.container_inspect",
    ),
    # "pod app 만들고 nginx랑 redis 컨테이너 넣어줘": Podman's?
    way(
        rf"^\s*(?:(?:파드|포드|pod)\s+(?P<pod>{_NAME})|(?P<called>{_NAME})\s+(?:파드|포드|pod)){_PARTICLE}\s+"
        rf"(?:하나\s*)?(?:만들|생성하|추가하)(?:고|어서|여서)\s+(?:거기에?\s+)?(?P<one>{_NAME}(?::[A-Za-z0-9_.-]+)?)"
        rf"\s*{_AND_KO}\s*(?P<two>{_NAME}(?::[A-Za-z0-9_.-]+)?)\s*컨테이너{_PARTICLE}\s*"
        rf"(?:넣|추가|띄|올|실행|만들)[가-힣\s]*[\s.!~]*$",
        "podman 파드 {pod}{called} 만들고 {one} 컨테이너를 podman 파드 {pod}{called}에 띄우고"
        " {two} 컨테이너를 podman 파드 {pod}{called}에 띄워줘",
        kinds="podman.pod_create", asks="always",
    ),
    # "컨테이너용 네트워크 backend"
    way(
        r"컨테이너\s?(?:들)?용\s+(?P<noun>볼륨|네트워크|시크릿)", "컨테이너 {noun}",
        kinds=f"{_CREATED} podman.secret_create",
    ),
    # "db 컨테이너 멈췄다가 다시 켜줘"
    way(
        rf"(?P<what>{_WORD}(?:컨테이너\s+{_NAME}|{_NAME}\s+컨테이너))(?P<part>{_PARTICLE})\s*"
        r"(?:(?:멈췄|껐|내렸|죽였|중지했|정지했)다가?|(?:멈추|끄|내리|중지하|정지하)고)\s*(?:다시\s*)"
        r"(?P<then>(?:켜|올려|살려|띄워|시작|실행|기동)[가-힣\s]*[\s.!~]*)$",
        "{what}{part} 재시작해줘", kinds="podman.container_restart",
    ),
    # "web 컨테이너에서 nginx -t 실행해줘"
    way(
        rf"(?P<what>{_WORD}(?:컨테이너\s+{_NAME}|{_NAME}\s+컨테이너))\s?(?:안|내부)?(?:에서|에)\s+"
        rf"(?:들어가서\s+)?['\"]?(?P<command>{_COMMAND})['\"]?(?:\s*(?:명령어?))?(?:을|를)?\s*"
        r"(?P<run>(?:실행|돌려|수행)[가-힣\s]*[\s.!~]*)$",
        "{what}에서 \"{command}\" 명령 실행해줘", kinds="podman.container_exec",
    ),
    # "볼륨 data와 컨테이너 db 만들어줘 postgres로"
    way(
        rf"^\s*(?P<noun>볼륨|네트워크)\s+(?P<name>{_NAME})\s*(?P<and>{_AND_KO})\s*컨테이너\s+(?P<container>{_NAME})"
        rf"{_PARTICLE}\s*(?P<make>(?:만들|생성|추가|띄워)[가-힣\s]*?)[\s,.]+(?P<image>{_NAME}(?::[A-Za-z0-9_.-]+)?)"
        r"(?:\s?이미지)?(?:으로|로)[\s.!~]*$",
        "컨테이너 {noun} {name}{and} 컨테이너 {container} {image}로 {make}", kinds=_CREATED,
    ),
    # "볼륨 data와 컨테이너 db ...": a volume beside a container is Podman's
    way(
        rf"(?<![가-힣]\s)(?<![가-힣])(?P<noun>볼륨|네트워크)(?={_PARTICLE}\s+{_NAME}\s*{_AND_KO}"
        r".*컨테이너)",
        "컨테이너 {noun}", kinds=_CREATED,
    ),
    way(
        rf"(?P<name>{_NAME})\s+(?P<noun>볼륨|네트워크)(?={_AND_KO}.*컨테이너)",
        "컨테이너 {noun} {name}", kinds=_CREATED,
    ),
    way(
        rf"(?P<before>컨테이너\s+{_NAME}|{_NAME}\s+컨테이너)(?P<and>{_AND_KO})\s*(?P<noun>볼륨|네트워크)"
        rf"(?=\s+{_NAME})",
        "{before}{and} 컨테이너 {noun}", kinds=_DROPPED,
    ),
    # "네트워크 backend 만들어줘": of containers?
    way(
        rf"^\s*(?:[가-힣]+용\s+)?(?:새\s+)?(?:(?P<noun>볼륨|네트워크){_PARTICLE}\s+(?P<name>{_NAME})|(?P<called>{_NAME})"
        rf"\s+(?P<thing>볼륨|네트워크)){_PARTICLE}\s*(?:하나\s*)?(?P<make>{_MADE_KO})",
        "컨테이너 {noun}{thing} {name}{called} {make}",
        "오픈스택 {noun}{thing} {name}{called} {make}", kinds=_CREATED, asks="always",
    ),
    way(
        rf"^\s*(?:(?P<noun>볼륨|네트워크){_PARTICLE}\s+(?P<name>{_NAME})|(?P<called>{_NAME})\s+"
        rf"(?P<thing>볼륨|네트워크)){_PARTICLE}\s*(?P<gone>{_GONE_KO})",
        "컨테이너 {noun}{thing} {name}{called} {gone}",
        kinds=_DROPPED, asks="always",
    ),
    # "redis를 cache로 띄워줘": a container, or a deployment?
    way(
        rf"^\s*(?P<image>{_NAME}(?::[A-Za-z0-9_.-]+)?)(?:을|를)?\s+(?P<name>{_NAME})"
        r"(?:(?:이)?라는\s이름으로|으로|로)\s+(?P<run>(?:띄워|돌려|올려|실행|구동|배포)[가-힣\s]*)"
        r"[\s.!~]*$",
        "{image} 컨테이너를 {name}라는 이름으로 실행해줘",
        "deployment {name}를 {image} 이미지로 만들어줘",
        kinds=f"{_RUN} k8s.deployment_create", asks="always",
    ),
    # "포트 8080:80 열어서 web 파드 만들어줘": Podman's, as its ports are published
    way(
        rf"^(?=.*{_WORD}[0-9]{{1,5}}:[0-9]{{1,5}}(?![0-9:]))(?P<all>.*?)(?<![가-힣]\s)(?<![가-힣])"
        r"(?P<pod>파드|포드|pod)(?=\s|를|을)",
        "{all}podman 파드", kinds="podman.pod_create", asks="always",
    ),
)  # fmt: skip

ENGLISH = (
    # "... and mount /data to /usr/share/nginx/html"
    way(
        rf"{_AND_EN}(?:mount|bind|bind-mount|bind\s+mount)\s+(?:the\s+host(?:'s)?\s+)?"
        rf"(?P<host>{_PATH})\s+(?:to|at|on|onto|into|in|as|under)\s+(?:the\s+container(?:'s)?\s+)?"
        rf"(?P<inside>{_PATH})(?:\s+(?:in|inside)\s+(?:it|the\s+container))?{_PLEASE_EN}",
        " with volume {host}:{inside}", kinds=_RUN,
    ),
    way(
        rf"\s+with\s+(?P<host>{_PATH})\s+(?:mounted|bound|bind-mounted)\s+(?:to|at|on|into|as)\s+"
        rf"(?P<inside>{_PATH})",
        " with volume {host}:{inside}", kinds=_RUN,
    ),
    # "run postgres:16 as db with POSTGRES_DB=shop"
    way(
        rf"\s+with\s+(?:the\s+)?(?:env(?:ironment)?(?:\s+var(?:iable)?s?)?\s+)?"
        rf"(?P<pair>{_VARIABLE})(?:\s+set)?(?=\s|,|$)",
        " with environment variable {pair}", kinds=_RUN,
    ),
    # "restart the web container and show its logs", "stop container web and delete it"
    way(
        rf"(?P<act>\b(?:start|stop|restart|bounce|kill|halt)\s+){_THE}(?:container\s+(?P<one>{_NAME})"
        rf"|(?P<other>{_NAME})\s+container){_AND_EN}(?P<then>show|show\s+me|print|tail|check|get"
        r"|see|view)\s+(?:me\s+)?(?:its\s+|the\s+)?logs?(?P<rest>[\s.!]*(?:please)?[\s.!]*)$",
        "{act}container {one}{other} and show the logs of container {one}{other}{rest}",
        kinds=_ACTED, fits=_one_container,
    ),
    way(
        rf"(?P<act>\b(?:start|stop|restart|kill|halt)\s+){_THE}(?:container\s+(?P<one>{_NAME})"
        rf"|(?P<other>{_NAME})\s+container){_AND_EN}(?P<then>{_DROP_EN}|start|restart|stop)\s+it"
        rf"(?P<rest>{_PLEASE_EN})",
        "{act}container {one}{other} and {then} container {one}{other}{rest}",
        kinds=_ACTED, fits=_one_container,
    ),
    # "run nginx in podman": what Podman runs is a container
    way(
        rf"{_OPEN_EN}(?:run|start|launch|deploy)\s+(?P<det>{_THE})(?P<image>{_NAME}(?::[A-Za-z0-9_.-]+)?)"
        rf"(?P<rest>(?:\s+on\s+(?:port\s+)?[0-9]{{1,5}}:[0-9]{{1,5}})?)\s+(?:in|with|using|on|via)\s+"
        rf"podman{_PLEASE_EN}",
        "run {image} container{rest}", kinds=_RUN,
    ),
    # "is the web container running?"
    question(
        rf"{_OPEN_EN}(?:(?:check|tell\s+me|see|show\s+me)\s+(?:if|whether)\s+{_THE}"
        rf"(?:container\s+(?P<a>{_NAME})|(?P<b>{_NAME})\s+container)\s+is|is\s+{_THE}"
        rf"(?:container\s+(?P<c>{_NAME})|(?P<d>{_NAME})\s+container))\s+(?:still\s+)?"
        r"(?:up|running|alive|started|ok|down|stopped)[\s?.!]*$",
        "show the details of container {a}{b}{c}{d}", kinds="podman.container_inspect",
    ),
    question(
        rf"{_OPEN_EN}(?:check|show|show\s+me|get|see)\s+{_THE}(?:status|state)\s+of\s+{_THE}"
        rf"(?:container\s+(?P<one>{_NAME})|(?P<other>{_NAME})\s+container)[\s?.!]*$",
        "show the details of container {one}{other}", kinds="podman.container_inspect",
    ),
    # "create a pod app with nginx and redis containers": Podman's?
    way(
        rf"{_OPEN_EN}{_MAKE_EN}\s+{_THE}pod\s+(?:(?:called|named)\s+)?(?P<pod>{_NAME})\s+"
        rf"(?:with|and\s+(?:put|add|run))\s+{_THE}(?P<one>{_NAME}(?::[A-Za-z0-9_.-]+)?)\s+and\s+{_THE}"
        rf"(?P<two>{_NAME}(?::[A-Za-z0-9_.-]+)?)\s+containers?(?:\s+(?:in|into|to)\s+it|\s+in\s+there)?"
        rf"{_PLEASE_EN}",
        "create podman pod {pod} and run a {one} container in podman pod {pod} and run a {two}"
        " container in podman pod {pod}",
        kinds="podman.pod_create", asks="always",
    ),
    # "exec nginx -t in container web"
    way(
        rf"{_OPEN_EN}(?P<run>exec|execute|run)\s+(?P<command>{_COMMAND})\s+(?P<where>(?:in|inside)\s+"
        rf"(?:the\s+)?(?:container\s+{_NAME}|{_NAME}\s+container){_PLEASE_EN})",
        "{run} \"{command}\" {where}", kinds="podman.container_exec",
    ),
    # "the last 50 lines of web container's logs"
    way(
        rf"\bof\s+{_THE}(?:container\s+(?P<one>{_NAME})|(?P<other>{_NAME})\s+container)['’]s\s+logs?"
        rf"(?={_PLEASE_EN})",
        "of the logs of container {one}{other}", kinds="podman.container_logs",
    ),
    # "remove dangling images and volumes"
    way(
        rf"(?P<verb>\b(?:{_DROP_EN}|prune|clean\s+up|clear\s+out)\s+)(?:all\s+)?(?:the\s+)?"
        r"(?P<state>(?:unused|dangling)\s+)(?P<one>images|volumes|containers)\s+and\s+"
        r"(?:(?:unused|dangling)\s+)?(?P<other>images|volumes|containers)\b",
        "{verb}{state}{one} and {verb}{state}{other}", kinds="podman.system_prune",
    ),
    # "create volume data and container web with nginx": a volume beside a container is Podman's
    way(
        rf"(?P<verb>\b{_MAKE_EN}\s+)(?P<det>{_THE})(?P<noun>volume|network)(?=\s+{_NAME}{_AND_EN}"
        r".*\bcontainer\b)",
        "{verb}{det}container {noun}", kinds=_CREATED,
    ),
    way(
        rf"(?P<verb>\b{_DROP_EN}\s+{_THE})(?P<what>container\s+{_NAME}|{_NAME}\s+container)"
        rf"{_AND_EN}(?:the\s+)?(?P<noun>volume|network)(?=\s+{_NAME}{_PLEASE_EN})",
        "{verb}{what} and {verb}container {noun}", kinds=_DROPPED,
    ),
    # "create network backend": of containers?
    way(
        rf"{_OPEN_EN}(?P<verb>{_MAKE_EN}\s+){_THE}(?:(?P<noun>volume|network)\s+(?:(?:called|named)"
        rf"\s+)?(?P<name>{_NAME})|(?P<called>{_NAME})\s+(?P<thing>volume|network)){_PLEASE_EN}",
        "{verb}container {noun}{thing} {name}{called}",
        "{verb}openstack {noun}{thing} {name}{called}", kinds=_CREATED, asks="always",
    ),
    way(
        rf"{_OPEN_EN}(?P<verb>{_DROP_EN}\s+){_THE}(?:(?P<noun>volume|network)\s+(?P<name>{_NAME})"
        rf"|(?P<called>{_NAME})\s+(?P<thing>volume|network)){_PLEASE_EN}",
        "{verb}container {noun}{thing} {name}{called}",
        kinds=_DROPPED, asks="always",
    ),
    # "run postgres:16 as db with POSTGRES_DB=shop, volume ..."
    way(
        rf"{_OPEN_EN}(?:deploy|run|launch|start)\s+(?P<image>{_NAME}(?::[A-Za-z0-9_.-]+)?)\s+as\s+"
        rf"(?P<name>{_NAME})\s+with\s+(?P<pair>{_VARIABLE})(?P<rest>(?=\s|,|$).*)$",
        "run {image} as container {name} with environment variable {pair}{rest}",
        "run {image} as deployment {name} with environment variable {pair}{rest}",
        kinds=f"{_RUN} k8s.deployment_create", asks="which",
    ),
    way(
        rf"{_OPEN_EN}(?:deploy|run|launch|start)\s+(?P<image>{_NAME}(?::[A-Za-z0-9_.-]+)?)\s+as\s+"
        rf"(?P<name>{_NAME})(?P<rest>(?:,|\s+with|\s+on|\s+and|\s+using)\s.+)$",
        "run {image} as container {name}{rest}", "run {image} as deployment {name}{rest}",
        kinds=f"{_RUN} k8s.deployment_create", asks="which",
    ),
    # "deploy redis as cache": a container, or a deployment?
    way(
        rf"{_OPEN_EN}(?:deploy|run|launch|start)\s+(?P<image>{_NAME}(?::[A-Za-z0-9_.-]+)?)\s+as\s+"
        rf"(?P<name>{_NAME}){_PLEASE_EN}",
        "run {image} as container {name}", "run {image} as deployment {name}",
        kinds=f"{_RUN} k8s.deployment_create", asks="always",
    ),
    # "create a pod web with port 8080:80": Podman's, as its ports are published
    way(
        rf"^(?=.*{_WORD}[0-9]{{1,5}}:[0-9]{{1,5}}(?![0-9:]))(?P<all>.*?)\b(?P<pod>pod)\b",
        "{all}podman pod", kinds="podman.pod_create", asks="always",
    ),
)  # fmt: skip
