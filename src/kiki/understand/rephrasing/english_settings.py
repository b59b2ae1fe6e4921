"""How English says how hosts are to be set: states without a verb, what is said and then corrected,
what goes on from the words before.

Read by ``rephrased`` after ``english``. As there: a form is a construction, what is named in it is
free, and the rules read what is put for it.
"""

from kiki.model.intent import Operation
from kiki.understand.rephrasing.way import question, way

_NAME = r"[A-Za-z][A-Za-z0-9_.@-]*"
_END = r"[\s.!]*$"
_OPEN = r"^\s*(?:(?:hi|hey|hello|ok|okay|so|please|and)[,\s]+)*"
_PLEASE = r"(?:[\s,]+(?:please|thanks|thank\s+you))*"
_AND = r"(?:\s*,\s*(?:and\s+)?|\s+and\s+)"
# What tells how something is, and asks for nothing.
_REPORT = (
    r"(?![^.;!?]*\b(?:is|are|was|were|be|been|has|have|had|got|went|does|do|did|not|no|never|why"
    r"|when|if|should|must|keeps?|still|already|make|makes)\b)"
)
_STATE = (
    r"(?:on|off|enabled|disabled|open|closed|installed|loaded|mounted|present|absent|uninstalled"
    r"|masked)"
)
_AFTER = r"(?:[.,;:!\s]|\s-+\s|–|—)+"
_WRONG = (
    r"(?:(?:no|oh|oops|sorry|wait|hm+|actually|rather|i\s+mean|i\s+meant|on\s+second\s+thought"
    r"|correction|scratch\s+that)[\s,.:;-]+)+"
)
_VERBS = (
    r"(?:start|stop|restart|reload|enable|disable|install|remove|uninstall|update|upgrade|mask"
    r"|unmask|create|delete|open|close|block|lock|unlock|mount|unmount|reboot)"
)
_UP, _DOWN = r"(?:start|enable|unmask)", r"(?:stop|disable|mask)"
_JOINED = r"\s*(?:\+|&|,|/|and|then)\s*"
_PORTS = rf"[0-9]{{1,5}}(?:/(?:tcp|udp))?(?:{_AND}[0-9]{{1,5}}(?:/(?:tcp|udp))?)*"
_WISH = r"(?:i|we)\s+(?:want|need|would\s+like)\s+(?:to\s+be\s+)?"
_SETTING = r"(?:host\s?name|time\s?zone)"
_VALUE = r"[A-Za-z0-9][\w.+/-]*\w"
_KEY = r"(?:PermitRootLogin|PasswordAuthentication|X11Forwarding|PermitEmptyPasswords)"
_SSHD = r"(?:/etc/ssh/sshd_config|sshd_config|the\s+sshd\s+config(?:uration)?)"
_URL = (
    r"https?://[^\s'\"]+/[A-Za-z0-9][A-Za-z0-9._+-]*"
    r"\.(?:tar\.gz|tgz|tar\.xz|txz|tar\.bz2|tbz2|tar\.zst|tar|zip)"
)
_HOST = r"(?:servers?|hosts?|machines?|box(?:es)?|nodes?)"
_DISK = r"(?:disks?(?:\s+(?:space|usage))?|memory|ram|file\s?systems?)"
_SERVICES = (
    "ansible.service_start ansible.service_stop ansible.service_enable ansible.service_disable"
    " ansible.service_mask ansible.service_unmask"
)


def _fetches(operations: tuple[Operation, ...]) -> bool:
    """Whether what comes from somewhere is installed, and where it comes from was added before."""
    kinds = [one.kind for one in operations]
    return kinds[:1] == ["ansible.repository_add"] and kinds[1:] == ["ansible.package_install"]


WAYS = (
    # "PermitRootLogin no in /etc/ssh/sshd_config"
    *(
        way(
            rf"{_OPEN}(?:(?:in|edit)\s+{_SSHD}[\s,:]+(?:and\s+)?)?(?:set|change|make|switch|turn)"
            rf"\s+(?P<key>{_KEY})(?:\s+to|\s*=)?\s+['\"]?{value}['\"]?(?:\s+(?:in|inside)\s+"
            rf"{_SSHD})?(?P<rest>(?:(?:\s*,|\s+and|\s+then).*)?){_END}",
            f"{verb} {{key}}{{rest}}", kinds="ansible.sshd_login ansible.sshd_set",
        )
        for value, verb in (("no", "disable"), ("yes", "enable"))
    ),
    # "swap off, the br_netfilter module loaded please"
    way(rf"^\s*(?:please[\s,]+)?{_REPORT}(?P<what>[^.:;!?\n]*?\S)[\s,]+please{_END}",
        "desired state: {what}"),
    way(rf"^\s*please[\s,]+{_REPORT}(?P<what>[^.:;!?\n]*?\S){_END}", "desired state: {what}"),
    # "mariadb up and enabled": what is to be so, or a report?
    way(rf"^\s*{_REPORT}(?P<what>[^.:;!?\n]*?\S\s+{_STATE}){_END}",
        "desired state: {what}", asks="always"),
    # "start redis. actually, restart it"
    way(
        rf"{_OPEN}{_VERBS}\s+(?P<what>(?:(?!\band\b|\bthen\b)[^,;.!?])*?[^\s,;.!?]){_AFTER}{_WRONG}"
        rf"(?:just\s+|please\s+)*(?P<verb>{_VERBS})\s+(?:it|them|that)(?:\s+instead)?{_PLEASE}"
        rf"{_END}",
        "{verb} {what}",
    ),
    # "stop tomcat9, upgrade it and start it again": no run of it would be the last
    way(
        rf"{_OPEN}stop\s+(?P<what>(?:the\s+)?{_NAME}(?:\s+service)?)\s*(?:,|\band\b|\bthen\b)+\s*(?:then"
        rf"\s+|and\s+)*(?P<verb>upgrade|update)\s+(?:it|{_NAME})\s*(?:,|\band\b|\bthen\b)+\s*"
        rf"(?:then\s+|and\s+)*(?:start|bring|turn)\s+(?:it|(?P=what))(?:\s+(?:back\s+)?(?:up|on))?"
        rf"(?:\s+again)?{_PLEASE}{_END}",
        "{verb} {what} and restart it", kinds="ansible.service_restart", asks="always",
    ),
    # "create user tim. Correction: the name is timothy"
    way(
        rf"^(?P<before>\s*(?:(?:please\s+)?(?:create|add|make)\s+)(?:(?:a|an|the|new)\s+)*"
        rf"(?:user|account|group)\s+){_NAME}(?P<rest>(?:\s+(?:with|in)\s+[^.;!?]*?)?)(?:[.;!]\s*"
        rf"|\s+-+\s*){_WRONG}(?:(?:the|his|her|its)\s+)?(?:(?:user|account|group)\s?)?name\s+(?:is"
        rf"|should\s+be|must\s+be)\s+(?:actually\s+)?(?P<new>{_NAME}\w){_PLEASE}{_END}",
        "{before}{new}{rest}", kinds="ansible.user_create ansible.group_create",
    ),
    # "to the groups audio and video. no, not audio, only video"
    way(
        rf"(?P<before>\bgroups?\s+)(?P<old>{_NAME}\w){_AND}(?P<new>{_NAME}\w){_AFTER}{_WRONG}"
        rf"(?:(?:not\s+(?P=old)(?:\s*,|\s+but|\s+and)?\s*(?:only|just)\s+(?P=new))|(?:(?:only|just)"
        rf"\s+(?P=new)(?:\s*,)?\s*not\s+(?P=old))){_PLEASE}{_END}",
        "{before}{new}", kinds="ansible.user_groups ansible.user_create",
    ),
    way(
        rf"(?P<before>\bgroups?\s+)(?P<new>{_NAME}\w){_AND}(?P<old>{_NAME}\w){_AFTER}{_WRONG}"
        rf"(?:(?:not\s+(?P=old)(?:\s*,|\s+but|\s+and)?\s*(?:only|just)\s+(?P=new))|(?:(?:only|just)"
        rf"\s+(?P=new)(?:\s*,)?\s*not\s+(?P=old))){_PLEASE}{_END}",
        "{before}{new}", kinds="ansible.user_groups ansible.user_create",
    ),
    # "the only port I want closed is 8443"
    way(
        rf"{_OPEN}the\s+(?:only\s+)?ports?\s+(?:that\s+)?{_WISH}closed\s+(?:is|are)\s+"
        rf"(?P<port>{_PORTS}){_PLEASE}{_END}",
        "close port {port}", kinds="ansible.firewall_close",
    ),
    way(
        rf"{_OPEN}the\s+(?:only\s+)?ports?\s+(?:that\s+)?{_WISH}open(?:ed)?\s+(?:is|are)\s+"
        rf"(?P<port>{_PORTS}){_PLEASE}{_END}",
        "open port {port}", kinds="ansible.firewall_open", asks="always",
    ),
    # "hostname mon01, timezone Asia/Seoul, then install chrony"
    way(
        rf"{_OPEN}(?P<one>{_SETTING})(?:\s+to|\s*[:=])?\s+(?P<value>{_VALUE}){_AND}(?:the\s+)?"
        rf"(?P<two>{_SETTING})(?:\s+to|\s*[:=])?\s+(?P<other>{_VALUE})(?P<rest>(?:(?:\s*,|\s+and"
        rf"|\s+then|;).*)?){_END}",
        "set the {one} to {value}, set the {two} to {other}{rest}",
        kinds="ansible.hostname_set ansible.timezone_set",
    ),
    way(
        rf"{_OPEN}(?P<one>{_SETTING})(?:\s+to|\s*[:=])?\s+(?P<value>{_VALUE})(?P<rest>(?:\s*,|\s+and"
        rf"|\s+then|;).*){_END}",
        "set the {one} to {value}{rest}", kinds="ansible.hostname_set ansible.timezone_set",
    ),
    # "filebeat off (stop + disable), vector on (start + enable)"
    *(
        way(
            rf"{_OPEN}(?P<a>{_NAME})\s+{said}\s*\((?P<v>{first}){_JOINED}(?P<w>{first})\)"
            rf"\s*(?:,|;|and|then)\s*(?:and\s+)?(?P<b>{_NAME})\s+{then}\s*\((?P<x>{second}){_JOINED}"
            rf"(?P<y>{second})\){_PLEASE}{_END}",
            '{v} and {w} the service "{a}", {x} and {y} the service "{b}"', kinds=_SERVICES,
        )
        for said, first, then, second in (
            ("off", _DOWN, "on", _UP), ("on", _UP, "off", _DOWN),
            ("off", _DOWN, "off", _DOWN), ("on", _UP, "on", _UP),
        )
    ),
    *(
        way(
            rf"{_OPEN}(?P<a>{_NAME})\s+{said}\s*\((?P<v>{verb}){_JOINED}(?P<w>{verb})\){_PLEASE}{_END}",
            '{v} and {w} the service "{a}"', kinds=_SERVICES,
        )
        for said, verb in (("off", _DOWN), ("on", _UP))
    ),
    # "add a user ci and give him a directory /var/lib/ci": a home, or one beside it?
    way(
        rf"(?P<before>\b(?:user|account)\s+)(?P<who>{_NAME})\s*(?:,|\band\b|,\s*and)\s+(?:give|get)"
        rf"\s+(?:him|her|it|them)\s+(?:a|the)\s+(?:directory|folder)\s+(?P<dir>/[^\s,;]+){_PLEASE}"
        rf"{_END}",
        "{before}{who} with home directory {dir}",
        "{before}{who} and create directory {dir} owned by {who}",
        kinds="ansible.user_create", asks="which",
    ),
    # "download ... to /tmp/a.tgz and unpack it to /opt/a"
    way(
        rf"\b(?:download|fetch|get|grab)\s+(?P<url>{_URL})\s+(?:to|as|into)\s+(?P<file>/[^\s,;]*[^\s,;/])"
        rf"\s*(?:,|\band\b|\bthen\b|,\s*then|\band\s+then|,\s*and)\s+(?:unpack|extract|untar|unzip"
        rf"|decompress)(?:\s+(?:it|that|this))?\s+(?:in|into|to|under|at)\s+(?P<dir>/[^\s,;]*)"
        rf"{_PLEASE}{_END}",
        "download {url} to {file} and unpack {file} to {dir}", kinds="ansible.archive_extract",
    ),
    # "chown /srv/app to app:app and make it 750", "append 'x' to /etc/motd and make it 644"
    way(
        r"^(?P<before>(?:(?!\s/)[^\n])*\s)"
        rf"(?P<path>/[^\s,;]*[^\s,;/])(?P<owner>(?:\s+to\s+[\w.:-]+)?)\s*(?:,|\band\b|,\s*and)"
        rf"\s+(?:make|set|chmod)\s+it\s+(?:to\s+|mode\s+)*(?P<mode>0?[0-7]{{3}}){_PLEASE}{_END}",
        "{before}{path}{owner} and chmod {path} to {mode}", kinds="ansible.file_rights",
    ),
    # "set vm.swappiness=10 and make it permanent"
    way(
        rf"(?P<before>\S)\s*(?:,|\band\b|,\s*and)\s+(?:(?:make|keep)\s+(?:it|them|that|this)\s+"
        rf"(?:permanent|persistent)|(?:it|they|this)\s+(?:should|must)\s+(?:survive\s+(?:a\s+)?"
        rf"reboots?|be\s+(?:permanent|persistent))|(?:to\s+)?survive\s+(?:a\s+)?reboots?){_PLEASE}"
        rf"{_END}",
        "{before}", kinds="ansible.sysctl_set ansible.mount_add",
    ),
    # "add the epel repo and install htop from it"
    way(
        rf"\s+from\s+(?:it|there|that\s+repo(?:sitory)?){_PLEASE}{_END}", "",
        kinds="ansible.package_install ansible.repository_add", fits=_fetches,
    ),
    # "log rotate /var/log/app/*.log weekly, keep 4"
    way(
        rf"{_OPEN}(?:set\s+up\s+)?log\s+rotat(?:e|ion)\s+(?:for\s+|of\s+)?(?P<rest>/\S.*?){_PLEASE}"
        rf"{_END}",
        "set up log rotation for {rest}", kinds="ansible.logrotate_set",
    ),
    # "selinux permissive"
    way(
        rf"{_OPEN}(?:se\s?linux)(?:\s+(?:to|in|into))?\s+(?P<mode>permissive|enforcing|disabled)"
        rf"(?:\s+mode)?(?P<rest>(?:(?:\s*,|\s+and|\s+then|;).*)?){_PLEASE}{_END}",
        "set selinux to {mode}{rest}", kinds="ansible.selinux_set",
    ),
    # "which servers are over 80% disk?"
    way(
        rf"{_OPEN}(?:(?:tell|show)\s+me\s+)?(?:which|what|the|any|list)?\s*{_HOST}\s+(?:(?:are|have"
        rf"|is|has|that|use|uses|with|whose)\s+)*(?:{_DISK}\s+)?(?:usage\s+)?(?:(?:is|are)\s+)?"
        rf"(?:(?:over|above|beyond|past|more\s+than|exceeds?|exceeding)\s+)[0-9]{{1,3}}\s?(?:%"
        rf"|percent)(?:\s+(?:of\s+)?(?:their\s+|the\s+)?{_DISK})?[\s?.!]*$",
        "show the disk usage", kinds="ansible.health_check",
    ),
    # "install postgresql 15": its version, or a package of that name?
    way(
        rf"\binstall\s+(?P<what>{_NAME})\s+(?P<n>[0-9]{{1,3}})(?=\s*(?:,|;|\band\b|\bthen\b|on\b|[.!]?\s*$))",
        "install {what} version {n}", "install {what}-{n}",
        kinds="ansible.package_install", asks="which",
    ),
    # "user alice, shell /bin/zsh, groups docker and wheel": to be made?
    way(
        rf"^\s*(?P<what>(?:new\s+)?(?:user|account)\s+{_NAME}\s*[,:]\s*(?:shell|home|groups?)\s[^.;!?]*?)"
        rf"{_END}",
        "create {what}", kinds="ansible.user_create", asks="always",
    ),
    # "remove kim's backup cron job"
    way(
        rf"{_OPEN}(?P<verb>remove|delete|drop)\s+(?:the\s+)?(?P<who>{_NAME})['’]s\s+(?P<job>{_NAME})\s+cron\s?"
        rf"(?:\s?job|\s?entry)?{_PLEASE}{_END}",
        '{verb} the cron job "{job}" of user {who}', kinds="ansible.cron_remove",
    ),
    # "cron: 0 4 * * 0 /opt/bin/weekly.sh, run as root": to be made?
    way(
        rf"{_OPEN}cron(?:\s?job)?\s*:?\s+(?P<when>(?:[\d*/,-]+\s+){{4}}[\d*/,-]+)\s+(?P<job>/[^\s,;]+)"
        rf"(?:[\s,]+(?:to\s+)?(?:be\s+)?run)?(?P<who>(?:[\s,]+as\s+(?:user\s+)?{_NAME})?){_PLEASE}{_END}",
        "run {job} at {when}{who}", "add the cron job {when} {job}{who}",
        kinds="ansible.cron_add",
    ),
    # "set up a site for example.com with root /var/www/example"
    way(
        r"(?P<before>\b(?:web\s?site|site|vhost|virtual\s+host|server\s+block)\b[^;!?]*?)(?:\s*,)?\s+(?:with|and|in"
        r"|at|from)\s+(?:the\s+|a\s+|its\s+)?(?:root\s+)?(?:at\s+|in\s+|of\s+)?(?P<dir>/[^\s,;]+)",
        "{before} with document root {dir}", kinds="ansible.web_site",
    ),
    # "add user kim and group ops"
    way(
        rf"{_OPEN}(?:add|register)\s+(?P<user>(?:(?:a|the|new)\s+)*(?:users?|accounts?)\s+[^;.!?]*?\S)"
        rf"(?P<and>\s*(?:,|,\s*and|\band)\s+)(?P<group>(?:(?:a|the|new)\s+)*groups?\s+{_NAME}){_PLEASE}"
        rf"{_END}",
        "create {user}{and}{group}", kinds="ansible.group_create",
    ),
    # "add group ops": to be made, or is somebody to be put into it?
    way(
        rf"{_OPEN}(?:add|register)\s+(?P<group>(?:(?:a|the|new)\s+)*groups?\s+{_NAME}(?:{_AND}{_NAME})*)"
        rf"{_PLEASE}{_END}",
        "create {group}", kinds="ansible.group_create", asks="always",
    ),
    # "unmount /mnt/old and remove it from fstab": it goes from there anyway
    way(
        rf"(?P<what>\bu(?:n)?mount\s+/[^\s,;]+)\s*(?:,|\band\b|,\s*and)\s+(?:also\s+)?(?:remove|delete|take|drop)"
        rf"\s+(?:it|its\s+(?:entry|line))\s+(?:also\s+)?(?:from|out\s+of)\s+(?:the\s+)?(?:/etc/)?fstab"
        rf"{_PLEASE}{_END}",
        "{what}", kinds="ansible.mount_remove",
    ),
    # "set swappiness to 10"
    way(r"(?<![\w.])(?P<key>swappiness|dirty_ratio|max_map_count|overcommit_memory)\b", "vm.{key}",
        kinds="ansible.sysctl_set"),
    # "change the ssh port to 2222 and open it in the firewall"
    way(
        rf"(?P<before>\bssh\s+port\s+to\s+)(?P<port>[0-9]{{1,5}})\s*(?:,|\band\b|,\s*and)\s+(?:also\s+)?open"
        rf"\s+(?:it|that|the\s+new\s+port|this\s+port)(?:\s+(?:in|on)\s+the\s+firewall)?{_PLEASE}{_END}",
        "{before}{port} and open port {port} in the firewall",
        kinds="ansible.sshd_port",
    ),
    # "is nginx enabled?"
    question(
        rf"{_OPEN}(?:is|are)\s+(?P<what>{_NAME}(?:{_AND}{_NAME})*)\s+(?:enabled|set\s+to\s+start)(?:\s+(?:at|on)"
        rf"\s+(?:boot|startup))?{_PLEASE}[\s?.!]*$",
        "show the status of {what}", kinds="ansible.service_status",
    ),
    # "restart nginx, redis (in that order)"
    way(rf"\s*\((?:in\s+(?:this|that)\s+order|in\s+order|one\s+after\s+the\s+other)\){_END}", "",
        kinds="ansible.service_restart ansible.service_start ansible.service_stop"),
    # "system user jenkins with home /var/lib/jenkins": to be made?
    way(
        rf"^\s*(?P<what>(?:new\s+)?(?:system\s+)?(?:user|account)\s+{_NAME}\s+with\s+(?:(?:the|a)\s+)?"
        rf"(?:shell|home|groups?)\s[^.;!?]*?){_END}",
        "create {what}", kinds="ansible.user_create", asks="always",
    ),
    # "hostname db07": to be set?
    way(
        rf"{_OPEN}(?P<one>{_SETTING})(?:\s+is|\s*[:=])?\s+(?P<value>{_VALUE}){_END}",
        "set the {one} to {value}", kinds="ansible.hostname_set ansible.timezone_set",
        asks="always",
    ),
)  # fmt: skip
