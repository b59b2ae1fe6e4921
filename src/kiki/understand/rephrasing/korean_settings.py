"""How Korean says how hosts are to be set: states without a verb, what is said and then corrected,
what goes on from the words before.

Read by ``rephrased`` after ``korean``. As there: a form is a construction, what is named in it is
free, and the rules read what is put for it.
"""

from kiki.model.intent import Operation
from kiki.understand.rephrasing.way import question, way

_NAME = r"[A-Za-z][A-Za-z0-9_.@-]*"
_END = r"[\s.!~]*$"
_PLEASE = (
    r"(?:\s*(?:줘요?|주세요|주십시오|주시겠어요|줄래요?|달라|드립니다|드려요|부탁(?:해요?|드립니다"
    r"|드려요)?))"
)
_AND = r"(?:\s*(?:,|이랑|랑|와|과|하고|및|그리고)\s*)"
_WRONG = r"(?:(?:아니다|아니야|아니|정정|아차|잠깐만?|앗|미안|죄송)[\s,.:;-]*)+"
_KEY = r"(?:PermitRootLogin|PasswordAuthentication|X11Forwarding|PermitEmptyPasswords)"
_HOST = r"(?:서버|장비|호스트|노드|머신)"
_DISK = r"(?:디스크|메모리|램|저장\s?공간|파일\s?시스템)"
_LOOK = rf"(?:(?:좀\s*)?(?:알려|보여|찾아|확인해|말해|체크해|봐){_PLEASE}?|확인|조회|체크)"
_URL = (
    r"https?://[^\s'\"]+/[A-Za-z0-9][A-Za-z0-9._+-]*"
    r"\.(?:tar\.gz|tgz|tar\.xz|txz|tar\.bz2|tbz2|tar\.zst|tar|zip)"
)
_AT = r"(?:에다가?|에|로|으로|\s?(?:아래|밑|안)에)"
_FETCHED = r"(?:다운로드|다운)?\s?(?:해서?|하고|(?:내려)?받(?:아서?|고|은\s?(?:다음|뒤|후)에?))"
_UNPACKED = (
    rf"(?:압축\s?(?:을\s?)?)?(?:풀어(?:서)?(?:{_PLEASE}|\s?(?:놔|두|둬){_PLEASE}?)?|풀자|풀기"
    rf"|해제(?:해)?{_PLEASE}?)"
)
_PORT = r"[0-9]{1,5}(?:/(?:tcp|udp))?"
_PORTS = rf"{_PORT}(?:{_AND}{_PORT})*"
_PATH = r"/[^\s가-힣,;]+"
# What the settings that are only said with "으로" are about.
_SETTINGS = (
    "ansible.selinux_set ansible.ntp_set ansible.timezone_set ansible.hostname_set"
    " ansible.locale_set ansible.sysctl_set ansible.sshd_set ansible.sshd_port"
    " ansible.file_rights"
)
_STOPS = frozenset(("ansible.package_remove", "ansible.service_stop", "ansible.service_disable"))


def _replaces(operations: tuple[Operation, ...]) -> bool:
    """Whether something goes for which another comes."""
    return len(operations) > 1 and operations[0].kind in _STOPS


def _fetches(operations: tuple[Operation, ...]) -> bool:
    """Whether what comes from somewhere is installed, and where it comes from was added before."""
    kinds = [one.kind for one in operations]
    return kinds[:1] == ["ansible.repository_add"] and kinds[1:] == ["ansible.package_install"]


def _apart(operations: tuple[Operation, ...]) -> bool:
    """Whether no port is to be open and closed."""
    ports = [port for one in operations for port in one.fields.get("ports", ())]
    return len(set(ports)) == len(ports)


WAYS = (
    # "PermitRootLogin no로 바꾸고 sshd 재시작"
    *(
        way(
            rf"(?<![\w/.-])(?:(?:/etc/ssh/)?sshd_config(?:\s?파일)?(?:에서|의|에|\s안에서)?\s*)?(?P<key>{_KEY})"
            rf"(?:을|를|은|는|\s?값을?)?\s*['\"]?{value}['\"]?(?:로|으로)\s*(?:바꾸|변경하|설정하|하"
            r"|맞추|수정하)고\s*(?P<rest>\S.*)$",
            f"{{key}} {go} {{rest}}", kinds="ansible.sshd_login ansible.sshd_set",
        )
        for value, go in (("no", "끄고"), ("yes", "켜고"))
    ),
    *(
        way(
            rf"(?<![\w/.-])(?:(?:/etc/ssh/)?sshd_config(?:\s?파일)?(?:에서|의|에|\s안에서)?\s*)?(?P<key>{_KEY})"
            rf"(?:을|를|은|는|\s?값을?)?\s*['\"]?{value}['\"]?(?:로|으로)\s*(?:(?:바꿔|변경해?|설정해?"
            rf"|맞춰|수정해?|해){_PLEASE}?)?{_END}",
            f"{{key}} {go}", kinds="ansible.sshd_login ansible.sshd_set",
        )
        for value, go in (("no", "꺼줘"), ("yes", "켜줘"))
    ),
    # "nginx 부팅 시 켜지게"
    way(rf"(?P<what>[가-힣]+(?:게|도록)){_END}", "{what} 해줘"),
    # "NTP 서버를 time.google.com으로", "SELinux permissive로"
    way(rf"(?P<what>\S(?:으로|로)){_END}", "{what} 설정해줘", kinds=_SETTINGS),
    # "/srv/app 소유자 app 권한 750"
    way(
        rf"(?P<what>(?:권한|모드|소유자|소유\s?그룹)\s*(?:은|는|:)?\s*[\w:.-]*\w){_END}",
        "{what}로 변경해줘", "{what}으로 변경해줘", kinds="ansible.file_rights",
    ),
    # "디스크 80% 넘은 서버 알려줘"
    way(
        rf"^(?P<where>(?:.*?에서\s+)?){_DISK}(?:\s?(?:사용량|사용률|용량|공간))?(?:이|가|은|는|을|를)?\s*"
        rf"[0-9]{{1,3}}\s?(?:%|퍼센트|프로)(?:를|을|가|이)?\s*(?:이상|초과|넘게|넘은|넘는|넘어간|넘긴"
        rf"|초과한|초과하는)\s*(?:인|쓰는|쓴|사용하는|사용\s?중인|찬|된|한)?\s*{_HOST}(?:들)?(?:만|를|을|가"
        rf"|이|는)?\s*(?:{_LOOK}|있(?:어|나|니|나요|는지|어요)(?:\s*{_LOOK})?|뭐야|어디야|어느\s?거야)?"
        rf"[\s?.!~]*$",
        "{where}디스크 사용량 보여줘", kinds="ansible.health_check",
    ),
    # "log rotate 설정해줘 /var/log/app/*.log 매주 4개 보관"
    way(
        rf"^\s*(?:log\s?rotate|로그\s?로테이트|로그\s?로테이션|log\s?rotation)(?:를|을)?\s*(?:설정|걸어|추가"
        rf"|적용)?(?:해)?{_PLEASE}?[\s:,.]*(?P<path>/\S+?)(?:을|를|은|는)?[\s,]+(?P<rest>\S.*?){_END}",
        "{path} 로그 로테이트 {rest} 설정해줘", kinds="ansible.logrotate_set",
    ),
    way(
        rf"^\s*(?P<path>/\S+?)(?:을|를|은|는)?\s+(?P<rest>(?:매일|매주|매월|매달)[\s,]+)(?:log\s?rotate|로그\s?로테이트"
        rf"|로그\s?로테이션)[\s,]*(?P<keep>[0-9]+\s?개\s?(?:보관|보존|유지))(?:해{_PLEASE}?)?{_END}",
        "{path} 로그 로테이트 {rest}{keep} 설정해줘", kinds="ansible.logrotate_set",
    ),
    # "please 방화벽 open port 8443", "방화벽 port 8443 open please"
    way(
        rf"^\s*(?:please[\s,]+)?방화벽(?:에서|에)?\s*(?:open\s+(?:ports?\s+|포트\s*)?"
        rf"(?P<ports>[0-9]{{1,5}}(?:/(?:tcp|udp))?(?:{_AND}[0-9]{{1,5}}(?:/(?:tcp|udp))?)*)|"
        rf"(?:ports?\s+|포트\s*)?(?P<more>[0-9]{{1,5}}(?:/(?:tcp|udp))?(?:{_AND}[0-9]{{1,5}}"
        rf"(?:/(?:tcp|udp))?)*)\s*(?:번\s*)?(?:포트\s*|port\s*)?open)(?:[\s,]+(?:please|해{_PLEASE}?|부탁))?"
        rf"{_END}",
        "방화벽 {ports}{more} 포트 열어줘", kinds="ansible.firewall_open",
    ),
    way(
        rf"^\s*(?:please[\s,]+)?방화벽(?:에서|에)?\s*(?:close\s+(?:ports?\s+|포트\s*)?"
        rf"(?P<ports>[0-9]{{1,5}}(?:/(?:tcp|udp))?(?:{_AND}[0-9]{{1,5}}(?:/(?:tcp|udp))?)*)|"
        rf"(?:ports?\s+|포트\s*)?(?P<more>[0-9]{{1,5}}(?:/(?:tcp|udp))?(?:{_AND}[0-9]{{1,5}}"
        rf"(?:/(?:tcp|udp))?)*)\s*(?:번\s*)?(?:포트\s*|port\s*)?close)(?:[\s,]+(?:please|해{_PLEASE}?|부탁))?"
        rf"{_END}",
        "방화벽 {ports}{more} 포트 닫아줘", kinds="ansible.firewall_close",
    ),
    # "닫고 싶은 포트는 8443뿐이야"
    way(
        rf"^\s*닫(?:고\s?싶은|아야\s?(?:할|하는)|을)\s*포트는\s*(?P<ports>[0-9]{{1,5}}(?:/(?:tcp|udp))?"
        rf"(?:{_AND}[0-9]{{1,5}}(?:/(?:tcp|udp))?)*)(?:번)?\s*(?:포트)?\s*(?:하나)?(?:뿐)?(?:이야|야|이에요"
        rf"|예요|입니다|임)?{_END}",
        "{ports} 포트 닫아줘", kinds="ansible.firewall_close",
    ),
    # "tomcat9 멈추고 업그레이드하고 시작": no run of it would be the last
    way(
        rf"^\s*(?P<what>{_NAME}(?:\s*서비스)?)(?:를|을)?\s*(?:멈추고|중지하고|끄고|내리고|정지하고|멈춘\s?(?:다음|뒤|후)에?)\s*,?\s*"
        rf"(?P<verb>업데이트|업그레이드)(?:하고|한\s?(?:다음|뒤|후)에?|해서)\s*,?\s*(?:시작|기동|실행)(?:해{_PLEASE}?)?{_END}",
        "{what} {verb}하고 재시작해줘", kinds="ansible.service_restart", asks="always",
    ),
    # "tim 계정 만들어줘. 정정: 이름은 timothy"
    way(
        rf"^(?P<before>\s*(?:(?:사용자|계정|유저)\s*)?){_NAME}(?P<rest>\s*(?:계정|사용자|유저|그룹)?(?:을|를)?"
        rf"\s*(?:만들어|생성해|추가해){_PLEASE}?)\s*[.;!,]+\s*{_WRONG}(?:계정\s?|사용자\s?)?이름(?:은|이)\s*"
        rf"(?P<new>{_NAME}\w)(?:이야|야|이에요|예요|입니다|임)?{_END}",
        "{before}{new}{rest}", kinds="ansible.user_create ansible.group_create",
    ),
    # "audio, video 그룹에 넣어줘. 아니 audio 말고 video만"
    way(
        rf"(?P<old>{_NAME}){_AND}(?P<new>{_NAME})(?P<rest>\s*그룹에\s*(?:넣어|추가해?){_PLEASE}?)\s*[.;!,]+"
        rf"\s*{_WRONG}(?P=old)\s*(?:는|은)?\s*(?:말고|빼고)\s*(?P=new)\s*만(?:\s*(?:넣어|추가해?){_PLEASE}?)?{_END}",
        "{new}{rest}", kinds="ansible.user_groups ansible.user_create",
    ),
    way(
        rf"(?P<new>{_NAME}){_AND}(?P<old>{_NAME})(?P<rest>\s*그룹에\s*(?:넣어|추가해?){_PLEASE}?)\s*[.;!,]+"
        rf"\s*{_WRONG}(?P=old)\s*(?:는|은)?\s*(?:말고|빼고)\s*(?P=new)\s*만(?:\s*(?:넣어|추가해?){_PLEASE}?)?{_END}",
        "{new}{rest}", kinds="ansible.user_groups ansible.user_create",
    ),
    # "filebeat 끄고(중지+비활성화) ..." has the deeds twice; "redis는 중지+비활성화" once
    way(
        rf"^\s*(?P<a>{_NAME})(?:은|는|을|를)?\s*:?\s*(?:off\s*)?\(?(?:중지|정지)\s*[+/&]\s*비활성화\)?\s*(?:하고|,)?\s*"
        rf"(?P<b>{_NAME})(?:은|는|을|를)?\s*:?\s*(?:on\s*)?\(?(?:시작|기동)\s*[+/&]\s*활성화\)?(?:\s*해?{_PLEASE})?{_END}",
        "{a} 서비스 중지하고 {a} 서비스 비활성화하고 {b} 서비스 시작하고 {b} 서비스 활성화해줘",
        kinds="ansible.service_start",
    ),
    way(
        rf"^\s*(?P<a>{_NAME})(?:은|는|을|를)?\s*:?\s*(?:off\s*)?\(?(?:중지|정지)\s*[+/&]\s*비활성화\)?"
        rf"(?:\s*해?{_PLEASE})?{_END}",
        "{a} 서비스 중지하고 {a} 서비스 비활성화해줘", kinds="ansible.service_stop",
    ),
    # "ci 유저 추가하고 디렉터리 /var/lib/ci 줘": a home, or one beside it?
    way(
        rf"(?P<who>{_NAME})(?P<user>\s*(?:계정|사용자|유저))(?:를|을)?\s*(?P<make>만들|생성하|추가하)(?:고|어서|여서)\s*,?\s*"
        rf"(?:(?:디렉터리|디렉토리|폴더)(?:는|은|로)?\s*(?P<dir>/[^\s가-힣]+)|(?P<path>/[^\s가-힣]+)\s*"
        rf"(?:디렉터리|디렉토리|폴더))(?:를|을|도|로)?\s*(?:줘|주세요|주십시오|줄래요?|주자){_END}",
        "{who}{user} 홈 디렉터리 {dir}{path}로 만들어줘",
        "{who}{user} 만들고 {dir}{path} 디렉터리를 {who} 소유로 만들어줘",
        kinds="ansible.user_create", asks="which",
    ),
    # "... /tmp/a.tgz로 받아서 /opt/a에 압축 풀어줘"
    way(
        rf"(?P<url>{_URL})(?:\s?파일)?(?:을|를)?\s*(?P<file>/[^\s가-힣]*[^\s가-힣/]){_AT}\s*{_FETCHED}\s*,?\s*"
        rf"(?P<dir>/[^\s가-힣]*){_AT}\s*{_UNPACKED}{_END}",
        "{url} 파일을 {file}에 다운로드하고 {file} 압축을 {dir}에 풀어줘",
        kinds="ansible.archive_extract",
    ),
    # "postgresql 15 설치": its version, or a package of that name?
    way(
        rf"(?P<what>{_NAME})\s+(?P<n>[0-9]{{1,3}})(?:을|를)?\s*(?P<verb>설치|깔)",
        "{what} 버전 {n} {verb}", "{what}-{n} {verb}",
        kinds="ansible.package_install", asks="which",
    ),
    # "epel 저장소 추가하고 거기서 htop 설치"
    way(
        r"\s(?:거기서|거기에서|그\s?(?:저장소|레포)에서|그걸로)(?P<rest>\s.*)$", "{rest}",
        kinds="ansible.package_install ansible.repository_add", fits=_fetches,
    ),
    # "telnet 지우고 대신 openssh-server 깔아"
    way(
        r"(?P<before>[가-힣]고)\s*,?\s+(?:그\s?)?대신(?:에)?(?P<rest>\s+\S.*)$", "{before}{rest}",
        fits=_replaces,
    ),
    # "... 마운트하고 재부팅해도 유지되게"
    way(
        rf"(?P<verb>마운트|적용|설정)(?:하고|해서)\s*,?\s*(?:재부팅(?:해도|\s?후에도|하더라도)\s*(?:유지|남|적용)(?:되게|되도록|있게"
        rf"|도록)|(?:영구적?으로\s*)(?:유지|적용)(?:되게|되도록)?|영구\s?(?:적용|반영))(?:\s*해?{_PLEASE})?{_END}",
        "{verb}해줘", kinds="ansible.sysctl_set ansible.mount_add",
    ),
    # "kim 계정 크론에서 backup 작업 빼줘"
    way(
        rf"(?P<who>{_NAME})(?:의)?\s*(?:계정|사용자|유저)?(?:의)?\s*(?:크론|cron|crontab|크론탭)(?:에서|의|에)?\s*"
        rf"(?P<job>{_NAME})\s*(?:작업|잡|job|항목)?(?:을|를)?\s*(?:빼|삭제해?|제거해?|지워|없애){_PLEASE}?{_END}",
        "{who} 계정의 크론 작업 {job} 삭제해줘", kinds="ansible.cron_remove",
    ),
    way(
        rf"(?P<who>{_NAME})의\s*(?P<job>{_NAME})\s*(?:크론|cron)\s?(?:작업|잡|job)(?:을|를)?\s*(?:빼"
        rf"|삭제해?|제거해?|지워|없애){_PLEASE}?{_END}",
        "{who} 계정의 크론 작업 {job} 삭제해줘", kinds="ansible.cron_remove",
    ),
    # "80이랑 443 열고 8080은 빼고": left as it is, or closed?
    way(
        rf"^(?!.*(?<![0-9])(?P<twice>[0-9]+)(?![0-9]).*(?<![0-9])(?P=twice)(?![0-9]))\s*"
        rf"(?P<ports>{_PORTS})(?:번)?\s*(?:포트)?(?:은|는|을|를)?\s*열고\s*,?\s*(?P<no>{_PORT})(?:번)?"
        rf"\s*(?:포트)?(?:은|는|을|를)?\s*빼(?:고|{_PLEASE})?{_END}",
        "{ports} 포트 열어줘", "{ports} 포트 열고 {no} 포트 닫아줘",
        kinds="ansible.firewall_open", asks="which", fits=_apart,
    ),
    way(
        rf"^(?!.*(?<![0-9])(?P<twice>[0-9]+)(?![0-9]).*(?<![0-9])(?P=twice)(?![0-9]))\s*"
        rf"(?P<no>{_PORT})(?:번)?\s*(?:포트)?(?:은|는|을|를|만)?\s*빼고\s*,?\s*(?P<ports>{_PORTS})"
        rf"(?:번)?\s*(?:포트)?(?:은|는|을|를|만)?\s*(?:열어{_PLEASE}?|열자|오픈(?:해{_PLEASE}?)?){_END}",
        "{ports} 포트 열어줘", "{ports} 포트 열고 {no} 포트 닫아줘",
        kinds="ansible.firewall_open", asks="which", fits=_apart,
    ),
    # "chrony 끄고(중지+비활성화)", "redis 켜줘(시작+활성화)"
    way(
        rf"(?:꺼{_PLEASE}?|멈춰{_PLEASE}?|내려{_PLEASE}?|off)\s*\((?:중지|정지)\s*[+/&,]\s*(?:부팅\s?)?"
        rf"(?:자동\s?시작\s?)?(?:비활성화|해제)\){_END}",
        "중지하고 비활성화해줘", kinds="ansible.service_disable",
    ),
    way(
        rf"(?:켜{_PLEASE}?|살려{_PLEASE}?|띄워{_PLEASE}?|on)\s*\((?:시작|기동)\s*[+/&,]\s*(?:부팅\s?)?"
        rf"(?:자동\s?시작\s?)?(?:활성화|등록)\){_END}",
        "시작하고 활성화해줘", kinds="ansible.service_enable",
    ),
    # "/etc/hosts에 10.0.0.5 db01 한 줄 추가"
    way(
        rf"(?P<before>/etc/hosts(?:\s?파일)?에\s+\S+\s+\S+)\s*(?:한\s?줄|한\s?라인|라인|줄)(?:을|만)?\s*"
        rf"(?P<verb>추가|등록|넣어|적어)(?:해?{_PLEASE}?)?{_END}",
        "{before} 추가해줘", kinds="ansible.hosts_add",
    ),
    # "매주 월요일 5시에 www-data로 /opt/bin/report.sh 실행"
    way(
        rf"(?P<who>{_NAME})(?:으로|로)\s+(?P<rest>{_PATH}(?:\s?스크립트)?(?:를|을)?\s*(?:실행|돌려|돌리).*)$",
        "{who} 계정으로 {rest}", kinds="ansible.cron_add",
    ),
    # "example.com 사이트 만들어줘. 문서 루트는 /var/www/example"
    way(
        rf"사이트(?:를|을)?\s*(?P<verb>(?:만들어|추가해?|생성해?){_PLEASE}?)\s*[.,;]*\s*(?:문서\s?루트|웹\s?루트"
        rf"|루트|경로)(?:는|은|가|이)\s*(?P<dir>{_PATH}?)(?:이야|야|에요|예요|입니다)?{_END}",
        "사이트 문서 루트 {dir}로 {verb}", kinds="ansible.web_site",
    ),
    # "kim 계정과 ops 그룹 추가해줘"
    way(
        rf"^\s*(?P<what>{_NAME}(?:{_AND}{_NAME})*\s*(?:계정|사용자|유저)(?:와|과|이랑|랑|하고)\s*{_NAME}\s*그룹)"
        rf"(?:을|를|도)?\s*(?:추가|등록)(?:해{_PLEASE}?)?{_END}",
        "{what} 만들어줘", kinds="ansible.group_create",
    ),
    # "ops 그룹 추가해줘": to be made, or is somebody to be put into it?
    way(
        rf"^\s*(?P<what>{_NAME}(?:{_AND}{_NAME})*\s*그룹)(?:을|를|도)?\s*(?:추가|등록)(?:해{_PLEASE}?)?{_END}",
        "{what} 만들어줘", kinds="ansible.group_create", asks="always",
    ),
    # "/mnt/old 마운트 해제하고 fstab에서도 지워": it goes from there anyway
    way(
        rf"(?P<what>{_PATH}(?:을|를)?\s*(?:마운트\s?해제|언마운트))하고\s*,?\s*(?:/etc/)?fstab에서도?\s*(?:지워|삭제해?|제거해?"
        rf"|빼){_PLEASE}?{_END}",
        "{what}해줘", kinds="ansible.mount_remove",
    ),
    # "swappiness 10으로"
    way(
        rf"(?<![\w.])(?P<what>(?:swappiness|dirty_ratio|max_map_count|overcommit_memory)(?:를|을|은|는)?\s*[0-9]+"
        rf"(?:으로|로)){_END}",
        "vm.{what} 설정해줘", kinds="ansible.sysctl_set",
    ),
    way(
        r"(?<![\w.])(?P<key>swappiness|dirty_ratio|max_map_count|overcommit_memory)(?![\w.])",
        "vm.{key}", kinds="ansible.sysctl_set",
    ),
    # "ssh 포트 2222로 바꾸고 방화벽도 열어줘"
    way(
        rf"(?P<before>(?:ssh|sshd)\s?포트(?:를|을)?\s*)(?P<port>[0-9]{{1,5}})(?P<verb>(?:번)?(?:으로|로)\s*(?:바꾸|변경하|설정하)고)"
        rf"\s*,?\s*방화벽(?:도|에서도|에서|에도)\s*(?:열어|허용해?|오픈해?){_PLEASE}?{_END}",
        "{before}{port}{verb} 방화벽 {port} 포트 열어줘", kinds="ansible.sshd_port",
    ),
    # "nginx 자동 시작 되는지 확인"
    question(
        rf"^\s*(?P<what>{_NAME}(?:{_AND}{_NAME})*)(?:이|가|은|는)?\s*(?:부팅\s?(?:시|때)(?:에)?\s*)?(?:자동\s?시작|자동\s?실행|활성화)"
        rf"(?:이|은|도)?\s?(?:되는지|되나요?|돼\s?있는지|되어\s?있는지|돼\s?있어|되어\s?있나요?|됐는지|설정돼\s?있는지)(?:\s*{_LOOK})?"
        rf"[\s?.!~]*$",
        "{what} 데몬 상태 보여줘", kinds="ansible.service_status",
    ),
    # "openssl 최신으로"
    way(rf"(?P<what>최신(?:\s?버전)?(?:으로|로)){_END}", "{what} 업데이트해줘",
        kinds="ansible.package_install"),
    # "nginx, redis 재시작 (순서대로)"
    way(rf"\s*\((?:순서대로|차례대로|차례로|하나씩)\){_END}", "",
        kinds="ansible.service_restart ansible.service_start ansible.service_stop"),
    # "/opt/jdk-21로 /opt/java 심링크"
    way(rf"(?P<what>(?:심볼릭\s?링크|심링크)){_END}", "{what} 만들어줘",
        kinds="ansible.link_create"),
    # "kim이랑 lee 비번 없이 sudo"
    way(
        rf"^\s*(?P<who>{_NAME}(?:{_AND}{_NAME})*)(?:은|는|이|가|에게|한테)?\s*(?:비번|비밀번호|패스워드|암호)\s?없이\s*sudo"
        rf"(?:\s?권한)?(?:을|를)?\s*(?:되게|가능하게|쓰게|쓸\s?수\s?있게)?{_PLEASE}?{_END}",
        "{who}에게 비밀번호 없이 sudo 권한 줘", kinds="ansible.sudo_grant",
    ),
    # "호스트네임 web03": to be set?
    way(
        rf"^\s*(?P<one>호스트\s?네임|호스트\s?명|호스트\s?이름|hostname|시간대|타임존)(?:은|는|이|을|를)?\s*[:=]?\s*"
        rf"(?P<value>[A-Za-z0-9][\w.+/-]*\w)(?:으로|로|이야|야|입니다)?{_END}",
        "{one} {value}로 설정해줘", kinds="ansible.hostname_set ansible.timezone_set",
        asks="always",
    ),
)  # fmt: skip
