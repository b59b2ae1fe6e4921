"""How people say what is to be done in OpenStack in other words than those of the rules.

Read by ``rephrased`` after the ways of each language. As there, a form is a construction and what
is named in it is free; what may be another target's, too, is asked.
"""

from kiki.understand.rephrasing.way import way

# No word of the sentence is a name.
_NO_NAME = (
    r"(?!(?:it|them|to|the|a|an|and|with|from|in|on|of|for|as|not|only|without|no|any|all|that|this"
    r"|each|both|router|server|subnet|subnets|network|project|user|role|volume)(?![A-Za-z0-9_.-]))"
)
_NAME = rf"{_NO_NAME}[A-Za-z][A-Za-z0-9_.-]*"
_WORD = r"(?<![A-Za-z0-9_./:-])"  # nothing of a name stands before
_PLEASE_EN = r"(?:[\s,]+please)?[\s.!]*$"
_OPEN_EN = r"^\s*(?:(?:please|can\s+you|could\s+you)\s+)*"
_MAKE_EN = r"(?:create|make|add|set\s+up|build)"
_AND_EN = r"(?:\s*,\s*(?:and\s+)?(?:then\s+)?|\s+and\s+(?:then\s+)?)"
_THE = r"(?:(?:the|a|an|my|our|new)\s+)*"
_NAMES_EN = rf"{_NAME}(?:\s*,\s*{_NAME})*(?:\s*,?\s+and\s+{_NAME})?"
_LISTED_KO = r"(?:\s*,\s*|(?:와|과|이랑|랑|하고)\s+|\s+및\s+)"
_NAMES_KO = rf"{_NAME}(?:{_LISTED_KO}{_NAME})*"
_DONE_KO = (
    r"(?:만들|생성하|추가하)(?:고|고요|면서|며)|(?:만들어|생성해|추가해)서?"
    r"|(?:만든|생성한|추가한)\s?(?:다음|뒤|후)(?:에)?"
)
_END_KO = (
    r"(?:\s*(?:좀|한\s?번))*\s*(?:해|시켜|해\s?주|하)?\s*(?:줘요?|주세요|주십시오|주실래요|줄래요?"
    r"|주시겠어요|자|라|부탁해요?|부탁드려요|부탁드립니다)?[\s.!~]*$"
)
_MADE_KO = rf"(?:만들어|만들|생성|추가){_END_KO}"
_GIVEN_KO = rf"(?:붙여|붙이|연결|할당|달아|부여){_END_KO}"
_FLOATING_KO = r"(?:플로팅|유동)\s?(?:IP|아이피)"
_SIZE = r"[0-9]+(?:\.[0-9]+)?\s?[GTM]i?B?"
_SERVICE = r"(?:ssh|https?|dns|rdp|mysql|postgresql|postgres|smtp|ldap|nfs|ntp|ftp)"
_SERVICES_KO = rf"{_SERVICE}(?:{_LISTED_KO}{_SERVICE})*"
_ICMP = r"(?:icmp|ping)"
_QUOTA_EN = r"(?:[0-9]+\s?(?:[GTM]i?B?\s+)?(?:of\s+)?[a-z]+(?:\s+[a-z]+)?)"
_QUOTAS_EN = rf"{_QUOTA_EN}(?:\s*,\s*(?:and\s+)?{_QUOTA_EN}|\s+and\s+{_QUOTA_EN})*"
_COUNTED_KO = r"(?:vCPU|코어|인스턴스|플로팅\s?IP|보안\s?그룹|키페어|서버|라우터)"
_QUOTA_KO = r"(?:[A-Za-z가-힣]+(?:\s?(?:IP|그룹))?\s*[0-9]+\s?(?:[GTM]i?B?|개|대)?(?:로|으로)?)"
_QUOTAS_KO = rf"{_QUOTA_KO}(?:(?:\s*,\s*|\s+|\s*(?:와|과|랑|하고)\s+){_QUOTA_KO})*"

_GROUP = "openstack.security_group_create openstack.security_rule_add"
_ROUTER, _ATTACH = "openstack.router_create", "openstack.router_attach"
_NETWORK = "openstack.network_create"
_SERVER = "openstack.server_create"
_FLOATING = "openstack.floating_ip_create"
_USER, _ROLE = "openstack.user_create", "openstack.role_assign"
_QUOTA = "openstack.quota_set"
_VOLUME = "openstack.volume_attach"
_BALANCER = "openstack.load_balancer_create"
_BARE = "podman.network_create openstack.network_create"

KOREAN = (
    # "라우터 r1 만들고 public에 연결하고 private-subnet 붙여줘": what a router is connected to is
    # its external network, what is attached to it are subnets
    way(
        rf"^\s*(?:라우터\s+(?P<one>{_NAME})|(?P<two>{_NAME})\s+라우터)(?:을|를)?\s*(?:하나\s*)?"
        rf"(?:{_DONE_KO})\s*,?\s+(?:외부\s?(?:네트워크|망|게이트웨이)\s*)?(?P<net>{_NAME})"
        r"(?:\s*(?:외부\s?)?(?:네트워크|망))?(?:에|에다|와|과|로|으로|를|을)\s*(?:외부\s?)?(?:게이트웨이(?:로|를)?\s*)?"
        r"(?:연결하고|연결해서|연결한\s?(?:다음|뒤|후)(?:에)?|붙이고|물리고|물려서|잡고|설정하고)\s*,?\s+"
        rf"(?:서브넷\s*)?(?P<subnets>{_NAMES_KO})(?:\s*서브넷)?(?:을|를|도)?\s*(?P<give>{_GIVEN_KO})",
        "라우터 {one}{two}을 외부 네트워크 {net}으로 만들고"
        " {one}{two} 라우터에 {subnets} 서브넷 {give}",
        kinds=_ATTACH,
    ),
    # "라우터 r1 만들고 public에 연결해줘"
    way(
        rf"^\s*(?:라우터\s+(?P<one>{_NAME})|(?P<two>{_NAME})\s+라우터)(?:을|를)?\s*(?:하나\s*)?"
        rf"(?:{_DONE_KO})\s*,?\s+외부\s?(?:네트워크|망|게이트웨이)(?:는|은)?\s*(?P<net>{_NAME})"
        r"(?:에|에다|와|과|로|으로|를|을)\s*(?:연결|설정|붙여|물려|잡아)" + _END_KO,
        "라우터 {one}{two}을 외부 네트워크 {net}으로 만들어줘", kinds=_ROUTER,
    ),
    # "SSH와 ICMP 허용해줘": services and ICMP
    way(
        rf"(?P<before>보안\s?그룹.*?){_WORD}(?P<services>{_SERVICES_KO}){_LISTED_KO}{_ICMP}"
        r"(?:을|를)?(?=\s*(?:허용|열어|추가))",
        "{before}{services} 포트와 ICMP", kinds=_GROUP,
    ),
    way(
        rf"(?P<before>보안\s?그룹.*?){_WORD}{_ICMP}{_LISTED_KO}(?P<services>{_SERVICES_KO})"
        r"(?:을|를)?(?=\s*(?:허용|열어|추가))",
        "{before}{services} 포트와 ICMP", kinds=_GROUP,
    ),
    # "SSH와 ICMP를 허용하는 보안그룹 x 만들어줘"
    way(
        rf"^\s*(?P<services>{_SERVICES_KO}){_LISTED_KO}{_ICMP}(?:을|를)?\s*(?:허용하는|여는)\s+"
        rf"보안\s?그룹\s+(?P<name>{_NAME})(?:을|를)?\s*{_MADE_KO}",
        "보안그룹 {name} 만들고 {services} 포트와 ICMP 허용해줘", kinds=_GROUP,
    ),
    way(
        rf"^\s*(?P<ports>{_SERVICES_KO}|[0-9]+(?:번)?(?:{_LISTED_KO}[0-9]+(?:번)?)*)\s*(?:포트)?"
        rf"(?:을|를)?\s*(?:허용하는|여는)\s+보안\s?그룹\s+(?P<name>{_NAME})(?:을|를)?\s*{_MADE_KO}",
        "보안그룹 {name} 만들고 {ports} 포트 허용해줘", kinds=_GROUP,
    ),
    # "payments에 vCPU 20개, RAM 50GB 쿼터 설정해줘": only a project has a quota of these
    way(
        rf"^\s*(?P<project>{_NAME})(?:\s*프로젝트)?(?:에|에게|의|에다)?\s+"
        rf"(?P<all>(?=[^.]*{_COUNTED_KO}){_QUOTAS_KO})\s*(?:쿼터|할당량)(?:을|를|로|으로)?\s*"
        rf"(?:설정|적용|지정|잡아|걸어|부여|줘){_END_KO}",
        "{project} 프로젝트 쿼터를 {all}로 설정해줘", kinds=_QUOTA,
    ),
    way(
        rf"^\s*(?P<project>{_NAME})(?:에|에게|의|에다)?\s+(?:쿼터|할당량)(?:을|를|은|는)?\s*:?\s*"
        rf"(?P<all>(?=[^.]*{_COUNTED_KO}){_QUOTAS_KO})(?:로|으로)?\s*"
        rf"(?:설정|적용|지정|잡아|걸어|부여|줘|해){_END_KO}",
        "{project} 프로젝트 쿼터를 {all}로 설정해줘", kinds=_QUOTA,
    ),
    # "프로젝트 payments를 코어 20개 쿼터로 만들어줘": the project is made, too
    way(
        rf"^\s*(?:프로젝트\s+(?P<one>{_NAME})|(?P<two>{_NAME})\s+프로젝트)(?:을|를)?\s+"
        rf"(?:쿼터\s+)?(?P<all>{_QUOTAS_KO})\s*(?:쿼터)?(?:로|으로)?\s*{_MADE_KO}",
        "프로젝트 {one}{two} 만들고 {one}{two} 프로젝트 쿼터를 {all}로 설정해줘", kinds=_QUOTA,
    ),
    # "kim 사용자 만들고 payments에 member 역할 줘"
    way(
        rf"^\s*(?:(?:사용자|유저)\s+(?P<one>{_NAME})|(?P<two>{_NAME})\s+(?:사용자|유저))(?:을|를)?\s*"
        rf"(?:{_DONE_KO})\s*,?\s+(?P<project>{_NAME})(?:\s*프로젝트)?(?:에|에서|의)\s*(?P<role>{_NAME})"
        rf"\s*(?:역할|롤|권한)(?:을|를)?\s*(?:줘|부여|할당|달아){_END_KO}",
        "오픈스택 사용자 {one}{two} 만들고"
        " {one}{two} 사용자에게 {project} 프로젝트의 {role} 역할 줘",
        kinds=f"{_USER} {_ROLE}",
    ),
    way(
        rf"^\s*(?:오픈스택\s*)?(?:(?:사용자|유저)\s+(?P<one>{_NAME})|(?P<two>{_NAME})\s+(?:사용자|유저))(?:을|를)?\s*"
        rf"(?P<project>{_NAME})\s*프로젝트(?:에|의)?\s*(?P<role>{_NAME})\s*(?:역할|롤)(?:로|으로)\s*{_MADE_KO}",
        "오픈스택 사용자 {one}{two} 만들고"
        " {one}{two} 사용자에게 {project} 프로젝트의 {role} 역할 줘",
        kinds=f"{_USER} {_ROLE}",
    ),
    # "..., lab-key로 만들어줘": what is called a key beside what a server is made with
    way(
        rf"(?P<before>서버.*?(?:\s*,\s*|(?:와|과|랑|하고)\s+)){_WORD}(?P<key>[A-Za-z0-9_.]*[-_.]?key[A-Za-z0-9_.-]*)"
        r"(?P<end>로\s+)",
        "{before}{key} 키페어{end}", kinds=_SERVER,
    ),
    # "vm1에 public의 플로팅 IP 붙여줘", "vm1에 플로팅 IP 붙여줘"
    way(
        rf"^\s*(?P<server>{_NAME})(?:에|에게|에다)\s+(?P<net>{_NAME})\s*(?:네트워크|망)?(?:의|에서)?\s+"
        rf"{_FLOATING_KO}(?:를|을)?\s*(?:하나\s*)?(?P<give>{_GIVEN_KO})",
        "{server} 서버에 {net} 네트워크의 플로팅 IP {give}", kinds=_FLOATING,
    ),
    way(
        rf"^\s*(?P<server>{_NAME})(?:에|에게|에다)\s+{_FLOATING_KO}(?:를|을)?\s*(?:하나\s*)?"
        rf"(?P<give>{_GIVEN_KO})",
        "{server} 서버에 플로팅 IP {give}", kinds=_FLOATING,
    ),
    # "50GB 볼륨으로 부팅하는 서버"
    way(
        rf"{_WORD}(?P<size>{_SIZE})(?:짜리)?\s*볼륨(?:으로|에서)\s*부팅(?:하는|되는|하도록|하게|해서|하고)?(?=\s|,|$)",
        "부팅 볼륨 {size}", kinds=_SERVER,
    ),
    # "10GB 볼륨 data 만들고 vm1에 연결해줘"
    way(
        rf"(?P<volume>^\s*(?:{_SIZE}(?:짜리)?\s*볼륨\s+{_NAME}|볼륨\s+{_NAME}\s*{_SIZE}(?:짜리|로)?"
        rf"|{_NAME}\s+볼륨(?:을)?\s*{_SIZE}(?:짜리|로)?)(?:을|를)?\s*(?:하나\s*)?(?:{_DONE_KO}))\s*,?\s+"
        rf"(?P<server>{_NAME})에\s*(?P<give>{_GIVEN_KO})",
        "{volume} {server} 서버에 {give}", kinds=_VOLUME,
    ),
    # "data 볼륨을 vm1에 연결해줘": of a server?
    way(
        rf"^\s*(?P<volume>{_NAME}\s+볼륨(?:을)?|볼륨\s+{_NAME}(?:을|를)?)\s+(?P<server>{_NAME})에\s*(?P<give>{_GIVEN_KO})",
        "{volume} {server} 서버에 {give}", kinds=_VOLUME, asks="always",
    ),
    # "로드밸런서 lb 만들어줘": of OpenStack, or a service of a cluster?
    way(
        rf"^\s*(?:로드\s?밸런서|부하\s?분산기)(?P<case>을|를)?(?P<name>\s+{_NAME})?(?:을|를)?\s*(?:하나\s*)?"
        rf"(?P<make>{_MADE_KO})",
        "오픈스택 로드밸런서{name} {make}", "LoadBalancer 타입 서비스{name} {make}",
        kinds=f"{_BALANCER} k8s.service_create", asks="always",
    ),
    way(
        rf"^\s*(?P<name>{_NAME})\s+(?:로드\s?밸런서|부하\s?분산기)(?:을|를)?\s*(?:하나\s*)?(?P<make>{_MADE_KO})",
        "오픈스택 로드밸런서 {name} {make}", "LoadBalancer 타입 서비스 {name} {make}",
        kinds=f"{_BALANCER} k8s.service_create", asks="always",
    ),
    way(
        r"(?:부하\s?분산기)", "오픈스택 로드밸런서", kinds=_BALANCER,
    ),
    # "네트워크 만들어줘": whose?
    way(
        rf"^\s*(?:새\s+)?네트워크(?:을|를)?\s*(?:하나\s*)?(?P<make>{_MADE_KO})",
        "컨테이너 네트워크 {make}", "오픈스택 네트워크 {make}", kinds=_BARE, asks="always",
    ),
    # "... physnet1 flat, ... 풀 192.0.2.100-192.0.2.200"
    way(
        rf"(?P<before>^\s*(?:외부|프로바이더)\s?(?:네트워크|망)\s.*?){_WORD}(?P<net>{_NAME})"
        rf"(?:에|의|위에)?\s*[, ]\s*(?P<type>flat|플랫|vlan\s?[0-9]+)(?=[\s,으로]|$)"
        r"(?:(?P<middle>.*?[\s,])(?:IP\s?)?풀(?P<case>은|는)?(?P<pool>\s*[0-9.]+\s?[-~]\s?[0-9.]+))?",
        "{before}물리 네트워크 {net}, {type}{middle}할당 풀{case}{pool}",
        "{before}물리 네트워크 {net}, {type}",
        kinds=_NETWORK,
    ),
    way(
        r"(?P<before>(?:네트워크|망|서브넷).*?[\s,])(?:IP\s?)?풀(?P<case>은|는)?(?P<pool>\s*[0-9.]+\s?[-~]\s?[0-9.]+)",
        "{before}할당 풀{case}{pool}", kinds=f"{_NETWORK} openstack.subnet_create",
    ),
)  # fmt: skip

ENGLISH = (
    # "create a router r2 with external gateway ext-net and attach app-subnet"
    way(
        rf"^(?P<head>.*?\brouter\s+(?:(?:called|named)\s+)?(?P<router>{_NAME})(?:(?!\b(?:attach|connect|plug|add)).)*?)"
        rf"{_AND_EN}(?:attach|connect|plug|add)\s+(?:it\s+to\s+|in\s+)?{_THE}(?:subnets?\s+)?"
        rf"(?P<subnets>{_NAMES_EN})(?:\s+subnets?)?(?:\s+to\s+it)?{_PLEASE_EN}",
        "{head} and attach subnets {subnets} to router {router}", kinds=_ATTACH,
    ),
    # "create router r1 with external network public and subnet private-subnet"
    way(
        rf"(?P<head>{_OPEN_EN}{_MAKE_EN}\s+{_THE}router\s+{_NAME}\s+(?:with|on)\s+{_THE}(?:external\s+)?(?:gateway|network)"
        rf"\s+{_NAME}){_AND_EN}(?:with\s+)?{_THE}subnets?\s+(?P<subnets>{_NAMES_EN}){_PLEASE_EN}",
        "{head} connected to subnets {subnets}", kinds=_ROUTER,
    ),
    # "allowing tcp 80 and 443 from security group web": TCP is what a rule is of
    way(
        r"(?P<allow>\ballow(?:ing|s)?\s+)(?:(?:tcp\s+)(?:ports?\s+)?)(?P<ports>[0-9]+(?:\s*,\s*[0-9]+)*(?:\s*,?\s+and\s+[0-9]+)?)"
        rf"\s+(?:only\s+)?from\s+{_THE}security\s+group\s+(?P<group>{_NAME})",
        "{allow}ports {ports} from remote security group {group}", kinds=_GROUP,
    ),
    way(
        r"(?P<allow>\ballow(?:ing|s)?\s+)tcp\s+(?:ports?\s+)?(?P<ports>[0-9]+(?:\s*,\s*[0-9]+)*(?:\s*,?\s+and\s+[0-9]+)?)"
        r"(?!\s*(?:/|,|and\b|to\b|-)|[0-9])",
        "{allow}ports {ports}", kinds=_GROUP,
    ),
    way(
        r"(?P<allow>\ballow(?:ing|s)?\s+)udp\s+(?:ports?\s+)?(?P<one>[0-9]+)"
        r"(?!\s*(?:/|,|and\b|to\b|-)|[0-9])",
        "{allow}port {one}/udp", kinds=_GROUP,
    ),
    way(
        rf"(?P<before>\ballow(?:ing|s)?\s+.*?\bfrom\s+){_THE}security\s+group\s+(?P<group>{_NAME})",
        "{before}remote security group {group}", kinds=_GROUP,
    ),
    way(
        rf"(?P<allow>\b(?:allow(?:ing|s)?|permit(?:ting)?|with)\s+)(?P<services>{_SERVICE}(?:\s*,\s*{_SERVICE})*)(?:\s*,?\s+and\s+|\s*,\s*){_ICMP}\b",
        "{allow}ports {services} and icmp", kinds=_GROUP,
    ),
    way(
        rf"(?P<allow>\b(?:allow(?:ing|s)?|permit(?:ting)?|with)\s+){_ICMP}(?:\s*,\s*|\s*,?\s+and\s+)(?P<services>{_SERVICE}(?:\s*,?\s+and\s+{_SERVICE})?)\b",
        "{allow}ports {services} and icmp", kinds=_GROUP,
    ),
    # "create project payments with a quota of 20 cores and 10 instances"
    way(
        rf"{_OPEN_EN}{_MAKE_EN}\s+{_THE}(?:openstack\s+)?(?:project|tenant)\s+(?:(?:called|named)\s+)?(?P<project>{_NAME})"
        rf"{_AND_EN}?\s*with\s+{_THE}quota\s+(?:of\s+)?(?P<all>{_QUOTAS_EN}){_PLEASE_EN}",
        "create project {project} and set quota of project {project} to {all}", kinds=_QUOTA,
    ),
    # "create user kim in project payments with role member"
    way(
        rf"{_OPEN_EN}{_MAKE_EN}\s+{_THE}(?:openstack\s+|keystone\s+)?user\s+(?:(?:called|named)\s+)?(?P<user>{_NAME})\s+(?:in|for)\s+{_THE}project\s+"
        rf"(?P<project>{_NAME})\s+(?:with\s+{_THE}(?:role\s+(?P<role>{_NAME})|(?P<other>{_NAME})\s+role)|as\s+(?:an?\s+)?(?P<third>{_NAME})){_PLEASE_EN}",
        "create openstack user {user}"
        " and assign role {role}{other}{third} to user {user} in project {project}",
        kinds=f"{_USER} {_ROLE}",
    ),
    # "add user kim to project payments as member"
    way(
        rf"{_OPEN_EN}(?:add|assign)\s+{_THE}user\s+(?P<user>{_NAME})\s+to\s+{_THE}project\s+(?P<project>{_NAME})\s+"
        rf"(?:as\s+(?:an?\s+)?(?P<third>{_NAME})|with\s+{_THE}(?:role\s+(?P<role>{_NAME})|(?P<other>{_NAME})\s+role)){_PLEASE_EN}",
        "assign role {role}{other}{third} to user {user} in project {project}", kinds=_ROLE,
    ),
    # "give kim the member role in project payments"; without the noun it may be a namespace
    way(
        rf"{_OPEN_EN}(?:give|grant|assign)\s+(?P<user>{_NAME})\s+{_THE}(?P<role>{_NAME})\s+role\s+(?:in|on|for)\s+{_THE}project\s+"
        rf"(?P<project>{_NAME}){_PLEASE_EN}",
        "assign role {role} to user {user} in project {project}", kinds=_ROLE,
    ),
    way(
        rf"{_OPEN_EN}(?:give|grant|assign)\s+(?P<user>{_NAME})\s+{_THE}(?P<role>{_NAME})\s+role\s+(?:in|on|for)\s+"
        rf"(?P<project>{_NAME}){_PLEASE_EN}",
        "assign role {role} to user {user} in project {project}",
        "give user {user} the {role} role in namespace {project}",
        kinds=f"{_ROLE} k8s.access_grant", asks="always",
    ),
    # "... and give them floating ips from ext-net"
    way(
        rf"(?P<server>\b(?:servers?|instances?|vms?)\b.*?){_AND_EN}(?:give|assign|attach)\s+(?:them|it|each(?:\s+of\s+them)?|each\s+one)\s+(?:(?:a|an|one)\s+)?"
        r"floating\s+(?:ips?|addresses|address)\s+from\s+",
        "{server} with floating ips from ", kinds=_SERVER,
    ),
    way(
        r"(?P<server>\b(?:servers?|instances?|vms?)\b.*?),?\s+and\s+(?:(?:a|an|one)\s+)?floating\s+ips?\s+from\s+",
        "{server} with floating ips from ", kinds=_SERVER,
    ),
    # "give vm1 a floating ip from ext-net"
    way(
        rf"{_OPEN_EN}(?:give|assign)\s+(?:server\s+)?(?P<server>{_NAME})\s+(?:a|one)\s+floating\s+ip"
        rf"\s+from\s+{_THE}(?:network\s+)?(?P<net>{_NAME}){_PLEASE_EN}",
        "attach a floating ip from network {net} to server {server}", kinds=_FLOATING,
    ),
    way(
        rf"{_OPEN_EN}(?:give|assign)\s+(?:server\s+)?(?P<server>{_NAME})\s+(?:a|one)\s+floating\s+ip{_PLEASE_EN}",
        "attach a floating ip to server {server}", kinds=_FLOATING,
    ),
    # "boot from a 50GB volume"
    way(
        rf"\b(?:that\s+boots|boot(?:ing|ed)?)\s+from\s+(?:an?\s+)?(?:new\s+)?(?P<size>{_SIZE})\s+(?:boot\s+|root\s+)?volume\b",
        "boot volume {size}", kinds=_SERVER,
    ),
    # "create a 10GB volume data and attach it to vm1"
    way(
        rf"(?P<volume>{_OPEN_EN}{_MAKE_EN}\s+{_THE}{_SIZE}\s+volume\s+(?:(?:called|named)\s+)?{_NAME}){_AND_EN}attach\s+it\s+to\s+(?P<server>{_NAME}){_PLEASE_EN}",
        "{volume} and attach it to server {server}", kinds=_VOLUME,
    ),
    # "attach volume data to vm1": of a server?
    way(
        rf"{_OPEN_EN}attach\s+{_THE}(?:volume\s+(?P<volume>{_NAME})|(?P<other>{_NAME})\s+volume)\s+to\s+(?P<server>{_NAME}){_PLEASE_EN}",
        "attach volume {volume}{other} to server {server}", kinds=_VOLUME, asks="always",
    ),
    # "create a load balancer lb on port 80 for servers web-0 and web-1"
    way(
        rf"(?P<make>\b{_MAKE_EN}\s+{_THE})(?P<noun>load\s?balancer\s.*?)\s+(?:for|in\s+front\s+of)\s+{_THE}servers?\s+(?P<all>[A-Za-z0-9_.-]+(?:\s*,\s*[A-Za-z0-9_.-]+)*(?:\s*,?\s+and\s+[A-Za-z0-9_.-]+)?)",
        "{make}openstack {noun} with pool members {all}", kinds=_BALANCER,
    ),
    way(
        rf"{_OPEN_EN}(?P<make>{_MAKE_EN}\s+){_THE}load\s?balancer(?:\s+(?:called|named))?(?P<name>\s+{_NAME})?{_PLEASE_EN}",
        "{make}openstack load balancer{name}", "{make}service{name} of type LoadBalancer",
        kinds=f"{_BALANCER} k8s.service_create", asks="always",
    ),
    # "create a network for the lab": whose?
    way(
        rf"{_OPEN_EN}(?P<make>{_MAKE_EN}\s+){_THE}network(?:\s+for\s+(?:the|my|our|a)\s+(?:lab|test|tests|demo|class|course|training))?{_PLEASE_EN}",
        "{make}a container network", "{make}an openstack network", kinds=_BARE, asks="always",
    ),
    # "... on physnet1 flat, ... pool 192.0.2.100-192.0.2.200"
    way(
        rf"(?P<before>\b(?:external|provider)\s+network\s.*?)\s+on\s+(?P<net>{_NAME})\s*,?\s+(?:as\s+|of\s+type\s+|type\s+)?(?P<type>flat|vlan\s?[0-9]+)\b"
        r"(?:(?:\s*,)?(?:\s+and)?(?:\s+with)?\s+(?P<middle>\S.*?[\s,])pool(?P<pool>\s+[0-9.]+\s?-\s?[0-9.]+))",
        "{before} with physical network {net} and {type}, {middle}allocation pool{pool}",
        "{before} with physical network {net}, {type}, {middle}allocation pool{pool}",
        kinds=_NETWORK,
    ),
    way(
        rf"(?P<before>\b(?:external|provider)\s+network\s.*?)\s+on\s+(?P<net>{_NAME})\s*,?\s+(?:as\s+|of\s+type\s+|type\s+)?(?P<type>flat|vlan\s?[0-9]+)\b"
        r"(?:(?:\s*,)?(?:\s+and)?(?:\s+with)?\s+(?P<rest>\S.*))?",
        "{before} with physical network {net} and {type}, {rest}",
        "{before} with physical network {net}, {type}, {rest}",
        "{before} with physical network {net} and {type}",
        kinds=_NETWORK,
    ),
    way(
        r"(?P<before>\b(?:network|subnet)\b.*?[\s,](?:with\s+|and\s+)?)(?:a\s+)?pool(?:\s+of)?(?P<pool>\s+[0-9.]+\s?-\s?[0-9.]+)",
        "{before}allocation pool{pool}", kinds=f"{_NETWORK} openstack.subnet_create",
    ),
)  # fmt: skip
