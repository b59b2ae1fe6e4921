"""How Korean says things that the rules have other words for.

Read by ``rephrased``. Each form is a whole construction and no sentence: what is named in it is
free. A word that would make it another request ("내일", "만약") is left in, so that the rules
refuse it as they always do.
"""

from kiki.understand.rephrasing.way import question, way

_NAME = r"[A-Za-z][A-Za-z0-9_.-]*"
_END = r"[\s?？.!~]*$"
# What asks by its ending, or by its mark: "nginx 죽었어요." is a report.
_ASKED = r"(?:(?<=[는인은한]지)|(?<=[나가까]요)|(?<=니까)|(?<=[나니냐])|(?=\s*[?？]))[\s?？.!~]*$"
_PLEASE = (
    r"(?:\s*(?:줘요?|주세요|주셔요|주십시오|주시겠어요|주실래요|줄래요?|달라|드립니다|드려요"
    r"|줄\s?수\s?있(?:어|나|나요|을까요?)|주실\s?수\s?있(?:나요|을까요?)))"
)
_DO = (
    rf"(?:\s*(?:좀|한\s?번))*\s*(?:해{_PLEASE}|해\s?(?:봐|보자|라)?{_PLEASE}?|하자"
    rf"|부탁{_PLEASE}?|부탁해요?|바랍니다)"
)
_LOOK = (
    rf"(?:\s*(?:좀|한\s?번))*\s*(?:(?:확인|체크|점검|조회)(?:{_DO})?|(?:봐|알려|보여|말해)"
    rf"{_PLEASE}?)"
)
_BE = r"있(?:어|나|니|냐|지|죠|음|는지|습니까|는가|을까)(?:요)?"
_BUSY = r"(?:(?:지금|현재|아직|다|모두|전부|잘|제대로|정상적으로|혹시)\s*)*"
_SUBJECT = r"(?:이|가|은|는|도)?\s*"
_ALIVE = (
    rf"(?:살아\s?{_BE}|응답\s?(?:하고\s?{_BE}|해요?|하나요?|하니|함|되나요?)"
    r"|응답(?:이|을)?\s?(?:안|못)?\s?(?:하는지|오는지|있는지|없는지|되는지|해요?|하나요?"
    r"|오나요?)|살았는지|죽었(?:는지|어요?|나요?|니))"
)
_RUNS = (
    rf"(?:(?:떠|돌고|돌아가고|켜져|올라와|실행되고|동작하고|작동하고|구동되고)\s?{_BE}"
    r"|(?:실행|동작|작동|구동|가동)\s?중(?:이야|이에요|인가요?|인지|이니|이냐|입니까|인가)"
    r"|(?:돌아가|도|뜨|동작하|작동하)(?:나요?|는지|니|냐)|죽었(?:는지|어요?|나요?|니)|꺼(?:져"
    r"\s?있는지|졌는지|졌어요?|졌나요?)"
    r"|멈췄(?:는지|어요?|나요?)|내려갔(?:는지|어요?|나요?)|정상(?:이야|이에요|인가요?|인지|이니"
    r"|입니까)|(?:괜찮|멀쩡하)(?:은지|은가요?|아요?|나요?|냐|니|지)|멀쩡(?:해요?|한지|한가요?)"
    r"|(?:올라왔|켜졌|살아났|부팅됐|부팅되었)(?:는지|어요?|나요?|니|냐))"
)
_HOST = r"(?:서버|장비|호스트|노드|머신)"
_MUCH = r"(?:얼마나|얼마|몇\s?(?:%|퍼센트|프로|기가|GB|G))(?:나|를|을|정도)?"
_USED = r"(?:쓰|써|썼|사용|남|차|찼|먹|되|돼|됐|점유|비었|비어|있|들)[가-힣]{0,4}"
_THING = (
    r"(?:메모리|램|디스크|swap|disk|memory|RAM|스왑|씨피유|CPU|저장\s?공간|디스크\s?(?:공간|용량))"
)
_LOGS = "ansible.service_logs podman.container_logs k8s.logs_show"
_AGAIN = r"(?:재시작|리스타트|재기동|재가동|재구동)"
_AND = r"(?:\s*(?:,|이랑|랑|와|과|하고|및|그리고)\s*)"
_URL = (
    r"(?P<url>https?://[^\s'\"]+/(?P<file>[A-Za-z0-9][A-Za-z0-9._+-]*"
    r"\.(?:tar\.gz|tgz|tar\.xz|txz|tar\.bz2|tbz2|tar\.zst|tar|zip)))"
)
_FETCHED = r"(?:(?:다운로드|다운)\s?(?:해서?|하고|받아서?|받고)|(?:내려)?받(?:아서?|고))"
_INTO = r"(?P<dir>/[^\s가-힣]*)(?:에다가?|에|로|으로|\s?(?:아래|밑|안)에)"
_UNPACKED = rf"(?:압축\s?)?(?:풀어(?:서)?(?:{_PLEASE}|\s?(?:놔|두|둬){_PLEASE}?)?|풀자|해제{_DO})"
_SERVICE = r"(?:\s*(?:서비스|데몬|프로세스))"

_PORT = r"(?:포트\s?(?P<port>[0-9]{1,5})(?:번)?|(?P<number>[0-9]{1,5})\s?(?:번\s?)?(?:포트)?)"
_HOLDS = (
    rf"(?:쓰고|사용하고|사용|잡고|점유하고|점유|물고|열고|리슨하고|듣고)\s?{_BE}|(?:쓰|사용하"
    r"|잡|점유하|리슨하)(?:나요?|는지|니|냐|지)"
    r"|(?:써|사용\s?중이야|사용\s?중인지|점유\s?중인지|사용해)"
)
_UTTERLY = r"(?:완전히|아예|통째로|절대)"
_CREDENTIAL = r"(?:비밀\s?번호|패스워드|비번|암호)(?:의)?\s*"
_AGE = (
    r"(?:만료(?:일|일수|\s?기간|\s?기한|\s?주기)?|유효\s?(?:기간|기한|일수)|사용\s?기간|변경"
    r"\s?주기|교체\s?주기)"
)
_UPDATES = r"(?:업데이트|업뎃|업그레이드)"

WAYS = (
    # "포트 8080 누가 쓰고 있어?"
    question(
        rf"^(?P<where>(?:.*?에서\s+)?){_PORT}(?:를|을|은|는)?\s*(?:지금\s*|현재\s*)?(?:누가"
        r"|뭐가|뭣이|무엇이|어떤\s?(?:프로세스|서비스|프로그램|놈|애|게)(?:가|이)?)\s*(?:"
        rf"{_HOLDS})(?:{_LOOK})?{_END}",
        "{where}{port}{number} 포트를 쓰는 프로세스 보여줘", kinds="ansible.port_listeners",
    ),
    question(
        rf"^(?P<where>(?:.*?에서\s+)?){_PORT}(?:를|을)?\s*(?:쓰는|사용하는|쓰고\s?있는|사용"
        r"\s?중인|점유한|점유하는|점유\s?중인|잡고\s?있는|잡은|물고\s?있는)\s*(?:프로세스"
        r"|프로그램|서비스|놈|애|게|거)(?:를|을|가|이|는)?\s*"
        r"(?:뭐(?:야|예요|지|에요|니|냐|임|인지)?|누구(?:야|지|예요|인지)?|무엇(?:인가요"
        rf"|입니까|인지|이지)|찾아{_PLEASE}?)?(?:{_LOOK})?{_END}",
        "{where}{port}{number} 포트를 쓰는 프로세스 보여줘", kinds="ansible.port_listeners",
    ),
    # "kim 비밀번호 만료 90일"
    way(
        rf"^(?P<who>(?:{_NAME}(?:{_AND}{_NAME})*)?)(?:의)?\s*(?:계정|사용자|유저)?(?:의)?\s*"
        rf"{_CREDENTIAL}{_AGE}(?:을|를|은|는|이)?\s*(?P<days>[0-9]{{1,5}})\s?일(?:로|으로|마다"
        r"|까지)?\s*"
        rf"(?:(?:설정|변경|지정|적용|제한|세팅)(?:{_DO})?|바꿔{_PLEASE}?|맞춰{_PLEASE}?|{_DO})?"
        rf"{_END}",
        "{who} 계정 비밀번호 유효 일수 {days} 설정해줘",
        "비밀번호 유효 일수 {days} 설정해줘",
        kinds="ansible.user_password_age",
    ),
    way(
        rf"^(?P<who>{_NAME}(?:{_AND}{_NAME})*)(?:의)?\s*(?:계정|사용자|유저)?(?:의)?\s*"
        rf"{_CREDENTIAL}(?:가|이|는|은)?\s*(?P<days>[0-9]{{1,5}})\s?일(?:마다|\s?(?:뒤|후)에?)"
        rf"\s*만료(?:되게|되도록|하게)?(?:{_DO})?{_END}",
        "{who} 계정 비밀번호 유효 일수 {days} 설정해줘", kinds="ansible.user_password_age",
    ),
    # "패키지 업데이트 있는지 확인"
    question(
        r"^(?P<where>(?:.*?(?:에서|에)\s+)?)(?:(?:시스템|OS|설치할|설치된|새|새로운|밀린)\s*)*"
        rf"(?:패키지(?:의)?\s*)?{_UPDATES}(?:할|될|가능한)?\s*(?:패키지|거|게|것|목록)?(?:이|가"
        rf"|는|은)?\s*(?:뭐\s?|얼마나\s?|몇\s?개\s?)?(?:더\s?)?{_BE}(?:{_LOOK}{_END}|{_ASKED})",
        "{where}업데이트할 패키지 보여줘", kinds="ansible.package_updates",
    ),
    # "nginx 프로세스 떠 있는지 봐줘"
    way(
        rf"^(?P<what>.+?){_SERVICE}{_SUBJECT}{_BUSY}(?:{_RUNS}|{_ALIVE})(?:{_LOOK}{_END}|"
        rf"{_ASKED})",
        "{what} 데몬 상태 보여줘", kinds="ansible.service_status",
    ),
    # "nginx 떠 있어?", "n1 살아있어?", "... redis 떠 있는지 확인해줘"
    question(
        rf"^(?P<what>.+?){_SUBJECT}{_BUSY}(?:{_RUNS}|{_ALIVE}){_ASKED}",
        "{what} 상태 보여줘", "{what} 연결 확인해줘", "{what}에 연결 확인해줘",
        kinds="ansible.service_status ansible.ping",
    ),
    way(
        rf"^(?P<what>.+?){_SUBJECT}{_BUSY}(?:{_RUNS}|{_ALIVE}){_LOOK}{_END}",
        "{what} 상태 보여줘", "{what} 연결 확인해줘", "{what}에 연결 확인해줘",
        kinds="ansible.service_status ansible.ping",
    ),
    # "n1으로 핑 가나?", "n1 접속돼?"
    question(
        rf"^(?P<what>.+?)(?:에|으로|로|한테)?\s*(?:핑|ping)(?:이|은)?\s*{_BUSY}(?:(?:가|되|돼"
        rf"|나가)(?:나요?|는지|니|냐|지|요)?|쳐\s?봐|때려\s?봐|날려\s?봐)(?:{_LOOK}{_END}|"
        rf"(?<=봐){_END}|{_ASKED})",
        "{what} 연결 확인해줘", "{what}에 연결 확인해줘", kinds="ansible.ping",
    ),
    question(
        rf"^(?P<what>.+?)(?:에|으로|로)?\s*(?:(?:접속|연결|통신)(?:이|은)?\s*{_BUSY}(?:되나요?"
        r"|돼요?|됩니까|되니|되냐|가능(?:해요?|한가요?|한지))|붙(?:어요?|나요?|는지))"
        rf"(?:{_LOOK}{_END}|{_ASKED})",
        "{what} 연결 확인해줘", "{what}에 연결 확인해줘", kinds="ansible.ping",
    ),
    # "n1 상태 어때"
    question(
        rf"^(?P<what>.+?)\s*상태(?:가|는)?\s*{_BUSY}(?:어때(?:요)?|어떤가요?|어떤지|어떻게\s?돼"
        rf"(?:요)?|괜찮아(?:요)?|어떻습니까)(?:{_LOOK})?{_END}",
        "{what} 상태 보여줘", "{what}에서 서버 상태 점검해줘",
        kinds="ansible.service_status ansible.health_check",
    ),
    # "메모리 몇 기가야?", "OS 뭐야?"
    question(
        r"^(?P<where>(?:.*?\s)?)(?:메모리|램|CPU|씨피유|코어|OS|운영체제|커널|커널\s?버전|OS"
        r"\s?버전|IP|아이피|업타임|가동\s?시간)(?:이|가|은|는)?\s*"
        r"(?:몇\s?(?:기가|GB|G|개|코어|버전|일)(?:야|예요|에요|이야|인가요?|인지|지|짜리야"
        r"|짜리인지)?|뭐(?:야|예요|지|인지|에요)|무엇인지|어떻게\s?(?:돼|되나|되는지|됩니까)"
        rf"(?:요)?)(?:{_LOOK})?{_END}",
        "{where}서버 정보 보여줘", kinds="ansible.host_facts",
    ),
    # "n1만 재부팅"
    way(
        rf"^(?P<host>{_NAME}(?:{_AND}{_NAME})*)\s*(?:서버)?만\s*(?P<verb>재부팅|리부팅|리부트)"
        rf"(?:{_DO})?{_END}",
        "{host}에서 {verb}해줘", kinds="ansible.host_reboot",
    ),
    # "응답 안 하는지 봐줘"
    way(rf"^\s*{_BUSY}{_ALIVE}{_LOOK}{_END}", "연결 확인해줘", kinds="ansible.ping"),
    way(
        rf"^\s*(?:서비스|데몬|프로세스){_SUBJECT}{_BUSY}(?:{_RUNS}|{_ALIVE})(?:{_LOOK}{_END}|"
        rf"{_ASKED})",
        "데몬 상태 보여줘", kinds="ansible.service_status",
    ),
    # "메모리 얼마나 쓰는지"
    question(
        rf"^(?P<where>.*?)(?P<what>{_THING}){_SUBJECT}(?:를|을)?\s*{_BUSY}{_MUCH}\s*{_USED}(?:"
        rf"\s?{_BE})?(?:{_LOOK})?{_END}",
        "{where}{what} 사용량 보여줘", "{where}메모리 사용량 보여줘", kinds="ansible.health_check",
    ),
    # "디스크 꽉 찬 서버 있어?"
    question(
        rf"^(?P<where>.*?){_THING}{_SUBJECT}{_BUSY}(?:거의\s?)?(?:(?:꽉|가득|다)\s?찬|꽉찬"
        r"|부족한|모자란|많이\s?쓰는|얼마\s?안\s?남은|없는)"
        rf"\s?{_HOST}(?:들)?{_SUBJECT}(?:{_BE}(?:{_LOOK}|{_ASKED})|뭐(?:야|예요|지)|(?:어디"
        r"|어느\s?거)"
        rf"(?:야|예요|지)|찾아{_PLEASE}?|{_LOOK}){_END}",
        "{where}디스크 사용량 보여줘", kinds="ansible.health_check",
    ),
    # "nginx 로그 보여줘": of the service, of a container, of a pod?
    way(
        rf"^(?P<where>(?:.*\s)?)(?P<what>{_NAME})(?:의)?\s+로그(?P<rest>.*)$",
        "{where}{what} 서비스 로그{rest}", "{where}{what} 컨테이너 로그{rest}",
        "{where}{what} 파드 로그{rest}",
        kinds=_LOGS, asks="which",
    ),
    # "서버 재시작해줘": the host, or a service of it?
    way(
        rf"^(?P<where>.*?)(?P<host>{_HOST}(?:들)?)(?:를|을|도|만)?\s*(?:(?:좀|다|모두|전부|한"
        rf"\s?번)\s*)*{_AGAIN}(?P<rest>.*)$",
        "{where}{host} 재부팅{rest}", "{where}{host}에서 서비스 재시작{rest}",
        kinds="ansible.host_reboot ansible.service_restart", asks="always",
    ),
    # "재부팅하고 올라올 때까지 기다려줘"
    way(
        r"(?P<verb>재부팅|리부팅|리부트)\s?(?:하고|한\s?(?:다음|뒤|후)에?|후에?|해서|하고"
        rf"\s?나서)\s*(?:{_HOST}(?:들)?(?:이|가)\s*)?(?:다시\s*)?"
        rf"(?:올라올|돌아올|켜질|뜰|살아날|부팅될|접속될|응답할)\s?때까지\s*(?:기다려{_PLEASE}?"
        rf"|기다리자|대기(?:{_DO})?){_END}",
        "{verb}해줘", kinds="ansible.host_reboot",
    ),
    # "selinux 끄지 말고 permissive로"
    way(
        r"(?P<what>selinux|셀리눅스)(?:를|을|은|는)?\s*(?:완전히\s*|아예\s*)?(?:끄지"
        r"|비활성화하지|비활성화\s?시키지|disable하지)(?:는)?\s*(?:말고|않고)\s*,?\s*"
        r"(?P<mode>permissive|enforcing)(?:\s?모드)?(?:로|으로)(?:만)?(?:\s*(?:바꿔|변경|설정"
        rf"|돌려|전환|해|둬|하자)[가-힣\s]*)?{_END}",
        "{what} {mode} 모드로 변경해줘", kinds="ansible.selinux_set",
    ),
    # "방화벽은 끄지 말고 80만 열어줘"
    way(
        rf"(?:^|(?<=\s))(?:방화벽)(?:을|은|는)?\s*(?:{_UTTERLY}\s*)?(?:끄지|내리지|중지하지"
        r"|비활성화하지|죽이지)(?:는)?\s*(?:말고|않고)\s*,?\s*(?:그냥\s*)?"
        rf"(?P<ports>[0-9]{{1,5}}(?:/(?:tcp|udp))?(?:{_AND}[0-9]{{1,5}}(?:/(?:tcp|udp))?)*)"
        r"(?:번)?\s*(?:포트)?(?:만|를|을)?\s*(?P<rest>\S.*)$",
        "방화벽 {ports} 포트 {rest}", kinds="ansible.firewall_open ansible.firewall_close",
    ),
    # "3306 접속 허용"
    way(
        rf"(?P<before>^|\s)(?P<ports>[0-9]{{1,5}}(?:/(?:tcp|udp))?(?:{_AND}[0-9]{{1,5}}(?:/"
        r"(?:tcp|udp))?)*)(?:번)?\s*(?:포트)?(?:로|으로|의|에|에\s?대한)?\s*(?:들어오는\s*"
        r"|외부\s*|인바운드\s*)?(?:접속|연결|접근)(?:을|를|도)?\s*(?P<rest>(?:허용|열어).*)$",
        "{before}{ports} 포트 {rest}", kinds="ansible.firewall_open",
    ),
    # "10.0.0.0/24에서 3306 접속 허용해줘"
    way(
        rf"(?:^|(?<=\s))(?P<net>[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{3}}(?:/[0-9]{{1,2}})?)(?:에서)"
        rf"(?:만)?\s*(?:오는|들어오는)?\s*(?P<port>[0-9]{{1,5}}(?:/(?:tcp|udp))?)(?:번)?\s*"
        r"(?:포트)?(?:로|으로)?\s*(?:들어오는\s*)?(?:접속|연결|접근)(?:을|를|만)?\s*(?:허용"
        rf"|가능하게|되게)(?:{_DO})?{_END}",
        "{net} 대역에서 {port} 포트 열어줘", kinds="ansible.firewall_open",
    ),
    # "서울 시간으로 맞춰줘"
    way(
        r"(?P<where>서울|한국|도쿄|일본|UTC|뉴욕|런던|베를린|파리|싱가포르|홍콩|상하이)\s*"
        rf"(?:표준\s*)?(?:시간대|시간|시각)(?:으로|로)\s*(?:맞춰(?:{_PLEASE})?|바꿔(?:"
        rf"{_PLEASE})?|(?:설정|변경|통일)(?:{_DO})?|맞추자|{_DO})?{_END}",
        "시간대 {where} 설정해줘", kinds="ansible.timezone_set",
    ),
    # "devs 그룹 만들고 kim이랑 lee 넣어줘"
    way(
        rf"(?P<group>{_NAME})\s*그룹(?:을|도)?\s*(?P<make>만들고|만들어서|생성하고|생성해서"
        rf"|추가하고)\s*(?:(?:거기에?|그\s?그룹에|여기에)\s*)?(?P<who>{_NAME}(?:{_AND}"
        rf"{_NAME})*)\s*(?:계정|사용자|유저)?(?:을|를|도)?\s*(?:넣어(?:{_PLEASE})?|추가(?:"
        rf"{_DO})?|넣자){_END}",
        "{group} 그룹 {make} {group} 그룹에 {who} 추가해줘", kinds="ansible.user_groups",
    ),
    # "nginx는 지우지 말고 멈추기만 해줘"
    *(
        way(
            rf"(?P<before>\S.*?(?:말고|않고)\s*,?\s*(?:.*\s)?){said}기만\s*{_DO}{_END}",
            f"{{before}}{asks}줘",
            kinds="ansible.service_stop ansible.service_start ansible.service_disable",
        )
        for said, asks in (("멈추", "멈춰"), ("끄", "꺼"), ("내리", "내려"), ("켜", "켜"))
    ),
    # "SSH 접속은 kim이랑 lee만": accounts, or machines?
    way(
        rf"^\s*(?:SSH|에스에스에이치)\s*(?:접속|로그인|접근)?(?:은|을|를|이)?\s*(?P<who>{_NAME}"
        rf"(?:{_AND}{_NAME})*)\s*(?:계정|사용자|유저)?만\s*"
        rf"(?:(?:허용|가능)(?:{_DO}|하게{_DO})?|되게{_DO}|접속되게{_DO}|들어오게{_DO}|할\s?수"
        rf"\s?있게{_DO})?{_END}",
        "SSH 허용 사용자 {who} 설정해줘", kinds="ansible.sshd_set", asks="always",
    ),
    # "로그인 시도 3회": of sshd?
    way(
        r"^\s*(?:SSH\s*|최대\s*)*(?:로그인|인증|접속)\s*(?:최대\s*)?시도(?:\s?횟수)?(?:는|를"
        r"|은|을)?\s*(?:최대\s*)?(?P<times>[0-9]+)\s?(?:회|번)(?:까지)?(?:만)?(?:으로|로)?\s*"
        rf"(?:(?:제한|설정|허용|지정|변경)(?:{_DO})?|되게{_DO}|{_DO})?{_END}",
        "SSH 로그인 시도 횟수 {times}번으로 설정해줘", kinds="ansible.sshd_set", asks="always",
    ),
    # "... 받아서 /opt에 풀어줘"
    way(
        rf"{_URL}(?:\s?파일)?(?:을|를)?\s*{_FETCHED}\s*,?\s*{_INTO}\s*{_UNPACKED}{_END}",
        "{url} 파일을 /var/tmp/{file}에 다운로드하고 /var/tmp/{file} 압축을 {dir}에 풀어줘",
        kinds="ansible.archive_extract",
    ),
    way(
        rf"{_URL}(?:\s?파일)?(?:을|를)?\s*{_INTO}\s*{_FETCHED}\s*,?\s*{_UNPACKED}{_END}",
        "{url} 파일을 /var/tmp/{file}에 다운로드하고 /var/tmp/{file} 압축을 {dir}에 풀어줘",
        kinds="ansible.archive_extract",
    ),
)  # fmt: skip
