"""How English says things that the rules have other words for.

Read by ``rephrased``. As with ``korean``: a form is a construction, and what is named in it is
free.
"""

from kiki.model.intent import Operation
from kiki.understand.rephrasing.way import question, way


def _of_one(operations: tuple[Operation, ...]) -> bool:
    """Whether all is about one and the same name, which "its" then points at."""
    named = [tuple(one.fields["names"]) for one in operations if "names" in one.fields]
    return len(set(named)) == 1 and len(named[0]) == 1


_NAME = r"[A-Za-z][A-Za-z0-9_.-]*"
_END = r"[\s?.!]*$"
_OPEN = r"^\s*(?:(?:hi|hey|hello|ok|okay|so|please|and)[,\s]+)*"
_TELL = (
    r"(?:(?:(?:can|could|would)\s+you\s+)?(?:please\s+)?(?:check|see|verify|test|look|tell\s+me"
    r"|let\s+me\s+know|find\s+out|show\s+me)\s+(?:if|whether|that)\s+)"
)
_STILL = r"(?:(?:still|currently|all|actually|really|both)\s+)*"
_NOW = r"(?:\s+(?:and\s+running|right\s+now|now|currently|yet|again|ok|okay|fine|properly))*"
_UP = r"(?:up|alive|online|reachable|responding|pingable|there|down|dead|offline|unreachable)"
_RUNS = r"(?:up|running|started|active|alive|healthy|ok|okay|stopped|down|dead|working)"
_HOST = r"(?:servers?|hosts?|machines?|box(?:es)?|nodes?)"
_SPACE = r"(?:disk(?:\s+space)?|memory|ram|swap|cpu|space)"
_URL = (
    r"(?P<url>https?://[^\s'\"]+/(?P<file>[A-Za-z0-9][A-Za-z0-9._+-]*"
    r"\.(?:tar\.gz|tgz|tar\.xz|txz|tar\.bz2|tbz2|tar\.zst|tar|zip)))"
)
_LOGS = "ansible.service_logs podman.container_logs k8s.logs_show"
_SHOW = (
    r"(?P<verb>show(?:\s+me|\s+us)?|get(?:\s+me)?|check|view|see|print|tail|display|list|give"
    r"\s+me)"
)
_AND = r"(?:\s*,\s*(?:and\s+)?|\s+and\s+)"
_PLEASE = r"(?:[\s,]+please)?"
_STATUS = "ansible.service_status ansible.ping"

_PORT = r"(?:port\s+)?(?P<port>[0-9]{1,5})"
_WHERE = r"(?P<where>(?:\s+on\s+.+?)?)"
_WHOSE = rf"(?:(?:the\s+)?(?:user|account|users|accounts)\s+)?(?P<who>{_NAME}(?:{_AND}{_NAME})*)"
_OWNER = rf"(?P<who>{_NAME})['’]s?"
_AGE = (
    r"password\s+(?:expiry|expiration|age|max\s+age|maximum\s+age|lifetime)(?:\s+(?:time|period))?"
)
_SET = r"(?:set|change|limit|make)\s+(?:the\s+)?"

WAYS = (
    # "who is using port 8080?"
    question(
        rf"{_OPEN}(?:(?:tell|show)\s+me\s+)?(?:who|what|which\s+(?:process|program|service"
        r"|daemon)(?:es|s)?)(?:\s+is|\s+are|['’]s)?\s+(?:currently\s+|already\s+)?(?:using"
        r"|uses?|listening\s+on|listens?\s+on|on|holding|holds?|occupying|bound\s+to|has"
        rf"|blocking|taking)\s+{_PORT}{_WHERE}{_PLEASE}{_END}",
        "show the listeners on port {port}{where}", kinds="ansible.port_listeners",
    ),
    # "set password expiry of kim to 90 days", "set kim's password expiry to 90 days"
    way(
        rf"{_OPEN}{_SET}(?:max(?:imum)?\s+)?{_AGE}\s+(?:of|for)\s+{_WHOSE}\s+(?:to|at)\s+"
        rf"(?P<days>[0-9]{{1,5}})\s+days?{_PLEASE}{_END}",
        "set the password age in days of user {who} to {days}", kinds="ansible.user_password_age",
    ),
    way(
        rf"{_OPEN}{_SET}{_OWNER}\s+{_AGE}\s+(?:to|at)\s+(?P<days>[0-9]{{1,5}})\s+days?{_PLEASE}"
        rf"{_END}",
        "set the password age in days of user {who} to {days}", kinds="ansible.user_password_age",
    ),
    way(
        rf"{_OPEN}(?:expire|let|make|have)\s+(?:{_OWNER}\s+password|the\s+passwords?\s+of\s+"
        rf"(?P<whom>{_NAME}(?:{_AND}{_NAME})*))(?:\s+expire)?\s+(?:after|every)\s+"
        rf"(?P<days>[0-9]{{1,5}})\s+days?{_PLEASE}{_END}",
        "set the password age in days of user {who}{whom} to {days}",
        kinds="ansible.user_password_age",
    ),
    # "are there package updates?"
    question(
        rf"{_OPEN}(?:(?:{_TELL})?(?:are\s+there|there\s+are|do\s+we\s+have|we\s+have)|check"
        r"\s+for|look\s+for|any)\s+(?:any\s+)?(?:new\s+|pending\s+|available\s+|outstanding"
        r"\s+)*(?:package\s+|software\s+|system\s+|os\s+)?(?:updates|upgrades)(?:\s+"
        rf"(?:available|pending|left|there))?{_WHERE}{_PLEASE}{_END}",
        "show the package updates{where}", kinds="ansible.package_updates",
    ),
    question(
        rf"{_OPEN}(?:which|what)\s+packages\s+(?:(?:can|could|need\s+to|have\s+to|should)\s+be"
        r"\s+(?:updated|upgraded)|need\s+(?:an\s+)?(?:updates?|updating|upgrading)|have\s+"
        r"(?:an\s+)?(?:updates?|upgrades?)|are\s+(?:outdated|upgradable|out\s+of\s+date))"
        rf"{_WHERE}{_PLEASE}{_END}",
        "show the package updates{where}", kinds="ansible.package_updates",
    ),
    # "is the nginx service running?"
    question(
        rf"{_OPEN}(?:{_TELL}(?:the\s+)?(?P<what>{_NAME})\s+(?:service|daemon|process)\s+is|is"
        rf"\s+(?:the\s+)?(?P<thing>{_NAME})\s+(?:service|daemon|process))"
        rf"\s+{_STILL}{_RUNS}{_NOW}{_PLEASE}{_END}",
        "show the status of the {what}{thing} daemon", kinds="ansible.service_status",
    ),
    # "is n1 up?", "are nginx and redis running?"
    question(
        rf"{_OPEN}(?:is|are)\s+(?P<what>.+?)\s+{_STILL}(?:{_UP}|{_RUNS}){_NOW}{_PLEASE}{_END}",
        "show the status of {what}", "check the connection on {what}", kinds=_STATUS,
    ),
    # "check if n1 is up"
    question(
        rf"{_OPEN}{_TELL}(?P<what>.+?)\s+(?:is|are)\s+{_STILL}(?:{_UP}|{_RUNS}){_NOW}{_PLEASE}"
        rf"{_END}",
        "show the status of {what}", "check the connection on {what}", kinds=_STATUS,
    ),
    # "does n1 respond?", "check whether n1 answers"
    question(
        rf"{_OPEN}(?:(?:does|do)\s+(?P<what>.+?)\s+(?:still\s+)?(?:respond|answer|reply)|"
        rf"{_TELL}(?P<thing>.+?)\s+(?:still\s+)?(?:responds?|answers?|repl(?:y|ies)))(?:\s+to"
        rf"\s+(?:a\s+)?pings?)?{_PLEASE}{_END}",
        "check the connection on {what}{thing}", kinds="ansible.ping",
    ),
    question(
        rf"{_OPEN}(?:did|has|have)\s+(?P<what>.+?)\s+(?:come|came|gone|been|go)\s+(?:back\s+)?"
        rf"(?:up|online|down|back|offline|again)(?:\s+(?:again|yet|already))?{_PLEASE}{_END}",
        "check the connection on {what}", kinds="ansible.ping",
    ),
    # "reboot n1 and wait for it to come up"
    way(
        r"(?P<what>\breboot\s+.+?)(?:\s*,)?(?:\s+and|\s+then|,)?(?:\s+then)?\s+wait\s+(?:for"
        r"\s+(?:it|them)\s+to|until\s+(?:it|they)(?:\s+(?:is|are|has|have)|['’]s|['’]re)?)\s*"
        r"(?:come|comes|be|get|gets|answer|answers|boot|boots)?\s*(?:back|up|online|again"
        rf"|reachable|\s)*{_PLEASE}{_END}",
        "{what}", kinds="ansible.host_reboot",
    ),
    # "allow 10.0.0.0/8 to reach 5432"
    way(
        rf"{_OPEN}(?:allow|let|permit)\s+(?:only\s+)?(?P<net>[0-9]{{1,3}}"
        rf"(?:\.[0-9]{{1,3}}){{3}}(?:/[0-9]{{1,2}})?)\s+(?:to\s+)?(?:reach|access|connect\s+to"
        rf"|use|get\s+to)\s+(?:port\s+)?(?P<port>[0-9]{{1,5}}(?:/(?:tcp|udp))?){_PLEASE}{_END}",
        "open port {port} for clients in {net}", kinds="ansible.firewall_open",
    ),
    # "restart httpd and check its status"
    way(
        r"\b(?P<verb>check|show|see|verify)(?P<me>\s+me)?\s+its\s+(?P<what>status|state|logs?"
        r"|journal)\b",
        "{verb}{me} the {what}", kinds="ansible.service_status ansible.service_logs", fits=_of_one,
    ),
    # "how much memory is used?"
    question(
        rf"{_OPEN}(?:(?:tell|show)\s+me\s+)?how\s+(?:much|full)\s+(?:is\s+)?(?:free\s+)?(?:the"
        rf"\s+)?(?P<what>{_SPACE})"
        rf"(?:\s+(?:is|are|do|does|has|have|we|it|they|the|{_HOST}|being|been|used|free|left"
        rf"|available|using|use|in))*(?P<where>(?:\s+on\s+.+?)?){_PLEASE}{_END}",
        "show the disk usage{where}", kinds="ansible.health_check",
    ),
    # "what os is n1 running?", "how many cpus does n1 have?"
    question(
        rf"{_OPEN}(?:(?:what|which)\s+(?:os|operating\s+system|kernel)(?:\s+version)?\s+(?:is"
        r"|are|does|do)|how\s+(?:many\s+(?:cpus?|cores)|much\s+(?:memory|ram))\s+(?:does|do))"
        rf"\s+(?P<what>.+?)\s+(?:running|run|use|using|on|have){_PLEASE}{_END}",
        "show the system info of {what}", "show the system info on {what}",
        kinds="ansible.host_facts",
    ),
    # "which servers are out of disk space?"
    question(
        rf"{_OPEN}(?:(?:which|what)\s+{_HOST}\s+(?:are|is|have|has)|(?:is|are)\s+(?:there"
        rf"\s+)?any\s+{_HOST}|any\s+{_HOST})\s+(?:almost\s+|nearly\s+|running\s+)?"
        rf"(?:with\s+)?(?:(?:out\s+of|low\s+on|short\s+of|short\s+on|a\s+full|full)\s+{_SPACE}|"
        rf"{_SPACE}\s+(?:full|left)){_END}",
        "show the disk usage", kinds="ansible.health_check",
    ),
    # "show nginx logs": of the service, of a container, of a pod?
    way(
        rf"{_OPEN}{_SHOW}\s+(?:the\s+)?(?:(?:last|latest|recent)\s+)?(?P<what>{_NAME})['’]?s?"
        rf"\s+logs?(?P<rest>(?:\s+(?:on|in|from)\s+.+?)?){_PLEASE}{_END}",
        "show the {what} service logs{rest}", "show the {what} container logs{rest}",
        "show the {what} pod logs{rest}",
        kinds=_LOGS, asks="which",
    ),
    way(
        rf"{_OPEN}{_SHOW}\s+(?:the\s+)?logs?\s+(?:of|for|from)\s+(?:the\s+)?(?P<what>{_NAME})"
        rf"(?P<rest>(?:\s+(?:on|in|from)\s+.+?)?){_PLEASE}{_END}",
        "show the {what} service logs{rest}", "show the {what} container logs{rest}",
        "show the {what} pod logs{rest}",
        kinds=_LOGS, asks="which",
    ),
    # "restart the server": the host, or a service of it?
    way(
        rf"{_OPEN}(?:(?:can|could)\s+you\s+)?(?:please\s+)?restart\s+(?P<what>(?:(?:the|all|our"
        rf"|all\s+the|all\s+of\s+the|both|these|this|that)\s+)?(?:{_NAME}\s+)?{_HOST}){_PLEASE}"
        rf"{_END}",
        "reboot {what}", "restart the service on {what}",
        kinds="ansible.host_reboot ansible.service_restart", asks="always",
    ),
    # "don't turn selinux off, make it permissive"
    way(
        r"\b(?:do\s+not|don['’]?t)\s+(?:(?:turn|switch)\s+(?P<what>selinux)\s+off|(?:turn\s+off"
        r"|switch\s+off|disable)\s+(?P<thing>selinux))\s*[,;.]?\s*(?:but\s+|just\s+|only\s+"
        r"|instead\s+)*"
        r"(?:make|set|put|switch|turn|change)\s+it\s+(?:in\s+|into\s+|to\s+)?"
        rf"(?P<mode>permissive|enforcing)(?:\s+mode)?(?:\s+instead)?{_PLEASE}{_END}",
        "set selinux to {mode}", kinds="ansible.selinux_set",
    ),
    # "only kim and lee may log in over ssh": accounts, or machines?
    way(
        rf"{_OPEN}(?:only\s+(?:let|allow)|(?:let|allow)\s+only|only)\s+(?P<who>{_NAME}(?:{_AND}"
        rf"{_NAME})*?)\s+(?:may\s+|can\s+|should\s+|to\s+|are\s+allowed\s+to\s+|is\s+allowed"
        r"\s+to\s+)?(?:be\s+able\s+to\s+)?"
        r"(?:log\s*in|connect|get\s+in|ssh(?:\s+in)?|use\s+ssh|in)(?:\s+(?:over|via|through|by"
        rf"|with|using)\s+ssh)?{_PLEASE}{_END}",
        "set AllowUsers to {who}", kinds="ansible.sshd_set", asks="always",
    ),
    # "limit login attempts to 3": of sshd?
    way(
        rf"{_OPEN}(?:limit|set|restrict|allow|change)\s+(?:(?:the|only|max|maximum|number\s+of"
        r"|at\s+most)\s+)*(?:(?:ssh\s+)?log-?in|authentication|auth)\s+(?:attempts|tries)\s+to"
        rf"\s+(?P<times>[0-9]+){_PLEASE}{_END}",
        "set MaxAuthTries to {times}", kinds="ansible.sshd_set", asks="always",
    ),
    # "download ... and unpack it to /opt"
    way(
        rf"\b(?:download|fetch|get|grab)\s+{_URL}\s*(?:,|and|then|,\s*then|and\s+then)\s+"
        r"(?:unpack|extract|untar|unzip|decompress)(?:\s+(?:it|that|this))?\s+(?:in|into|to"
        rf"|under|at)\s+(?P<dir>/[^\s,;]*){_PLEASE}{_END}",
        "download {url} to /var/tmp/{file} and unpack /var/tmp/{file} to {dir}",
        kinds="ansible.archive_extract",
    ),
)  # fmt: skip
