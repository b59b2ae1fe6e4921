"""How English says things that the rules have other words for.

Read by ``rephrased``. As with ``korean``: a form is a construction, and what is named in it is
free.
"""

from kiki.model.intent import Operation
from kiki.understand.rephrasing.way import way


def _of_one(operations: tuple[Operation, ...]) -> bool:
    """Whether all is about one and the same name, which "its" then points at."""
    named = [tuple(one.fields["names"]) for one in operations if "names" in one.fields]
    return len(set(named)) == 1 and len(named[0]) == 1


_NAME = r"[A-Za-z][A-Za-z0-9_.-]*"
_END = r"[\s?.!]*$"
_OPEN = r"^\s*(?:(?:hi|hey|hello|ok|okay|so|please|and)[,\s]+)*"
_TELL = (
    r"(?:(?:(?:can|could|would)\s+you\s+)?(?:please\s+)?(?:check|see|verify|test|look|tell\s+me|let\s+me\s+know|find\s+out|show\s+me)\s+(?:if|whether|that)\s+)"
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
_SHOW = r"(?P<verb>show(?:\s+me|\s+us)?|get(?:\s+me)?|check|view|see|print|tail|display|list|give\s+me)"
_AND = r"(?:\s*,\s*(?:and\s+)?|\s+and\s+)"
_PLEASE = r"(?:[\s,]+please)?"
_STATUS = "ansible.service_status ansible.ping hosts"

_PORT = r"(?:port\s+)?(?P<port>[0-9]{1,5})"
_WHERE = r"(?P<where>(?:\s+on\s+.+?)?)"
_WHOSE = rf"(?:(?:the\s+)?(?:user|account|users|accounts)\s+)?(?P<who>{_NAME}(?:{_AND}{_NAME})*)"
_OWNER = rf"(?P<who>{_NAME})['’]s?"
_AGE = r"password\s+(?:expiry|expiration|age|max\s+age|maximum\s+age|lifetime)(?:\s+(?:time|period))?"
_SET = r"(?:set|change|limit|make)\s+(?:the\s+)?"

WAYS = (
    # "who is using port 8080?"
    way(
        rf"{_OPEN}(?:(?:tell|show)\s+me\s+)?(?:who|what|which\s+(?:process|program|service|daemon)(?:es|s)?)(?:\s+is|\s+are|['’]s)?\s+(?:currently\s+|already\s+)?(?:using|uses?|listening\s+on|listens?\s+on|on|holding|holds?|occupying|bound\s+to|has|blocking|taking)\s+{_PORT}{_WHERE}{_PLEASE}{_END}",
        "show the listeners on port {port}{where}", kinds="ansible.port_listeners",
    ),
    # "set password expiry of kim to 90 days", "set kim's password expiry to 90 days"
    way(
        rf"{_OPEN}{_SET}{_AGE}\s+(?:of|for)\s+{_WHOSE}\s+(?:to|at)\s+(?P<days>[0-9]{{1,5}})\s+days?{_PLEASE}{_END}",
        "set the password age in days of user {who} to {days}", kinds="ansible.user_password_age",
    ),
    way(
        rf"{_OPEN}{_SET}{_OWNER}\s+{_AGE}\s+(?:to|at)\s+(?P<days>[0-9]{{1,5}})\s+days?{_PLEASE}{_END}",
        "set the password age in days of user {who} to {days}", kinds="ansible.user_password_age",
    ),
    way(
        rf"{_OPEN}(?:expire|let|make|have)\s+(?:{_OWNER}\s+password|the\s+passwords?\s+of\s+(?P<whom>{_NAME}(?:{_AND}{_NAME})*))(?:\s+expire)?\s+(?:after|every)\s+(?P<days>[0-9]{{1,5}})\s+days?{_PLEASE}{_END}",
        "set the password age in days of user {who}{whom} to {days}", kinds="ansible.user_password_age",
    ),
    # "are there package updates?"
    way(
        rf"{_OPEN}(?:(?:{_TELL})?(?:are\s+there|there\s+are|do\s+we\s+have|we\s+have)|check\s+for|look\s+for|any)\s+(?:any\s+)?(?:new\s+|pending\s+|available\s+|outstanding\s+)*(?:package\s+|software\s+|system\s+|os\s+)?(?:updates|upgrades)(?:\s+(?:available|pending|left|there))?{_WHERE}{_PLEASE}{_END}",
        "show the package updates{where}", kinds="ansible.package_updates",
    ),
    way(
        rf"{_OPEN}(?:which|what)\s+packages\s+(?:(?:can|could|need\s+to|have\s+to|should)\s+be\s+(?:updated|upgraded)|need\s+(?:an\s+)?(?:updates?|updating|upgrading)|have\s+(?:an\s+)?(?:updates?|upgrades?)|are\s+(?:outdated|upgradable|out\s+of\s+date)){_WHERE}{_PLEASE}{_END}",
        "show the package updates{where}", kinds="ansible.package_updates",
    ),
    # "is the nginx service running?"
    way(
        rf"{_OPEN}(?:{_TELL}(?:the\s+)?(?P<what>{_NAME})\s+(?:service|daemon|process)\s+is|is\s+(?:the\s+)?(?P<thing>{_NAME})\s+(?:service|daemon|process))"
        rf"\s+{_STILL}{_RUNS}{_NOW}{_PLEASE}{_END}",
        "show the status of the {what}{thing} daemon", kinds="ansible.service_status",
    ),
    # "is n1 up?", "are nginx and redis running?"
    way(
        rf"{_OPEN}(?:is|are)\s+(?P<what>.+?)\s+{_STILL}(?:{_UP}|{_RUNS}){_NOW}{_PLEASE}{_END}",
        "show the status of {what}", "check the connection on {what}", kinds=_STATUS,
    ),
    # "check if n1 is up"
    way(
        rf"{_OPEN}{_TELL}(?P<what>.+?)\s+(?:is|are)\s+{_STILL}(?:{_UP}|{_RUNS}){_NOW}{_PLEASE}{_END}",
        "show the status of {what}", "check the connection on {what}", kinds=_STATUS,
    ),
    # "does n1 respond?", "check whether n1 answers"
    way(
        rf"{_OPEN}(?:(?:does|do)\s+(?P<what>.+?)\s+(?:still\s+)?(?:respond|answer|reply)|{_TELL}(?P<thing>.+?)\s+(?:still\s+)?(?:responds?|answers?|repl(?:y|ies)))(?:\s+to\s+(?:a\s+)?pings?)?{_PLEASE}{_END}",
        "check the connection on {what}{thing}", kinds="ansible.ping hosts",
    ),
    # "restart httpd and check its status"
    way(
        r"\b(?P<verb>check|show|see|verify)(?P<me>\s+me)?\s+its\s+(?P<what>status|state|logs?|journal)\b",
        "{verb}{me} the {what}", kinds="ansible.service_status ansible.service_logs", fits=_of_one,
    ),
    # "how much memory is used?"
    way(
        rf"{_OPEN}(?:{_TELL[:0]}(?:tell|show)\s+me\s+)?how\s+(?:much|full)\s+(?:is\s+)?(?:free\s+)?(?:the\s+)?(?P<what>{_SPACE})"
        rf"(?:\s+(?:is|are|do|does|has|have|we|it|they|the|{_HOST}|being|been|used|free|left|available|using|use|in))*(?P<where>(?:\s+on\s+.+?)?){_PLEASE}{_END}",
        "show the disk usage{where}", kinds="ansible.health_check",
    ),
    # "which servers are out of disk space?"
    way(
        rf"{_OPEN}(?:(?:which|what)\s+{_HOST}\s+(?:are|is|have|has)|(?:is|are)\s+(?:there\s+)?any\s+{_HOST}|any\s+{_HOST})\s+(?:almost\s+|nearly\s+|running\s+)?"
        rf"(?:with\s+)?(?:(?:out\s+of|low\s+on|short\s+of|short\s+on|a\s+full|full)\s+{_SPACE}|{_SPACE}\s+(?:full|left)){_END}",
        "show the disk usage", kinds="ansible.health_check",
    ),
    # "show nginx logs": of the service, of a container, of a pod?
    way(
        rf"{_OPEN}{_SHOW}\s+(?:the\s+)?(?:(?:last|latest|recent)\s+)?(?P<what>{_NAME})['’]?s?\s+logs?(?P<rest>(?:\s+(?:on|in|from)\s+.+?)?){_PLEASE}{_END}",
        "show the {what} service logs{rest}", "show the {what} container logs{rest}", "show the {what} pod logs{rest}",
        kinds=_LOGS, asks="which",
    ),
    way(
        rf"{_OPEN}{_SHOW}\s+(?:the\s+)?logs?\s+(?:of|for|from)\s+(?:the\s+)?(?P<what>{_NAME})(?P<rest>(?:\s+(?:on|in|from)\s+.+?)?){_PLEASE}{_END}",
        "show the {what} service logs{rest}", "show the {what} container logs{rest}", "show the {what} pod logs{rest}",
        kinds=_LOGS, asks="which",
    ),
    # "restart the server": the host, or a service of it?
    way(
        rf"{_OPEN}(?:(?:can|could)\s+you\s+)?(?:please\s+)?restart\s+(?P<what>(?:(?:the|all|our|all\s+the|all\s+of\s+the|both|these|this|that)\s+)?(?:{_NAME}\s+)?{_HOST}){_PLEASE}{_END}",
        "reboot {what}", "restart the service",
        kinds="ansible.host_reboot ansible.service_restart", asks="always",
    ),
    # "don't turn selinux off, make it permissive"
    way(
        r"\b(?:do\s+not|don['’]?t)\s+(?:(?:turn|switch)\s+(?P<what>selinux)\s+off|(?:turn\s+off|switch\s+off|disable)\s+(?P<thing>selinux))\s*[,;.]?\s*(?:but\s+|just\s+|only\s+|instead\s+)*"
        rf"(?:make|set|put|switch|turn|change)\s+it\s+(?:in\s+|into\s+|to\s+)?(?P<mode>permissive|enforcing)(?:\s+mode)?(?:\s+instead)?{_PLEASE}{_END}",
        "set selinux to {mode}", kinds="ansible.selinux_set",
    ),
    # "only kim and lee may log in over ssh": accounts, or machines?
    way(
        rf"{_OPEN}(?:only\s+(?:let|allow)|(?:let|allow)\s+only|only)\s+(?P<who>{_NAME}(?:{_AND}{_NAME})*?)\s+(?:may\s+|can\s+|should\s+|to\s+|are\s+allowed\s+to\s+|is\s+allowed\s+to\s+)?(?:be\s+able\s+to\s+)?"
        rf"(?:log\s*in|connect|get\s+in|ssh(?:\s+in)?|use\s+ssh|in)(?:\s+(?:over|via|through|by|with|using)\s+ssh)?{_PLEASE}{_END}",
        "set AllowUsers to {who}", kinds="ansible.sshd_set", asks="always",
    ),
    # "limit login attempts to 3": of sshd?
    way(
        rf"{_OPEN}(?:limit|set|restrict|allow|change)\s+(?:(?:the|only|max|maximum|number\s+of|at\s+most)\s+)*(?:(?:ssh\s+)?log-?in|authentication|auth)\s+(?:attempts|tries)\s+to\s+(?P<times>[0-9]+){_PLEASE}{_END}",
        "set MaxAuthTries to {times}", kinds="ansible.sshd_set", asks="always",
    ),
    # "download ... and unpack it to /opt"
    way(
        rf"\b(?:download|fetch|get|grab)\s+{_URL}\s*(?:,|and|then|,\s*then|and\s+then)\s+(?:unpack|extract|untar|unzip|decompress)(?:\s+(?:it|that|this))?\s+(?:in|into|to|under|at)\s+(?P<dir>/[^\s,;]*){_PLEASE}{_END}",
        "download {url} to /var/tmp/{file} and unpack /var/tmp/{file} to {dir}",
        kinds="ansible.archive_extract",
    ),
)  # fmt: skip
