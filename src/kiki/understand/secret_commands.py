"""Secrets in command lines and in snippets of configuration that people paste into a message.

Called by ``secrets`` only. A command's own manual says which argument is the password. In the
patterns, group ``v`` is the value, with or without its quotes; a part of a line ends at ``|``,
``;`` or ``&``. All run in linear time.
"""

import re
from functools import cache

# A value as an argument: in quotes, or up to a blank or the end of the command.
_ARGUMENT = r"(?P<v>\"[^\"\n\0]+\"|'[^'\n\0]+'|[^\s\"'|;&\0가-힣-][^\s\"'|;&\0]*)"
_GLUED = r"(?P<v>\"[^\"\n\0]+\"|'[^'\n\0]+'|[^\s\"'|;&\0]+)"
_USER = r"[\"']?[A-Za-z_][\w.@\\-]{0,63}"
_REST = r"(?P<v>[^\s\"'|;&\0]+)[\"']?"
_LINE = r"[^|;&\n]{0,400}?"
_WORD = r"(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s\"'|;&]+)"

_PATTERNS = (
    rf"\b(?:mysql\w*|mariadb[\w-]*|mycli)\b{_LINE}\s-p{_GLUED}",
    rf"\bsshpass\s+(?:-\w+\s+)?-p\s*{_GLUED}",
    rf"\b(?:7z[ar]?|rar|unrar)\b{_LINE}\s-h?p{_GLUED}",
    rf"\b(?:zip|unzip|ipmitool|freerdp|xfreerdp)\b{_LINE}\s-P\s*{_ARGUMENT}",
    rf"\b(?:login|mongosh?|mongodump|mongorestore|cqlsh)\b{_LINE}\s-p\s+{_ARGUMENT}",
    rf"\b(?:useradd|usermod|adduser)\b{_LINE}\s-p\s+{_ARGUMENT}",
    rf"\bssh-keygen\b{_LINE}\s-[NP]\s+{_ARGUMENT}",
    rf"\bopenssl\b{_LINE}\s(?:-k\s+|-pass(?:in|out)?\s+pass:){_ARGUMENT}",
    rf"\bsnmp\w+\b{_LINE}\s-A\s+{_ARGUMENT}",
    rf"\bsnmp\w+\b{_LINE}\s-X\s+{_ARGUMENT}",
    rf"\bmc\s+(?:alias\s+set|config\s+host\s+add)\s+{_WORD}\s+{_WORD}\s+{_WORD}\s+{_ARGUMENT}",
    rf"\bredis-cli\b{_LINE}\s-a\s+{_ARGUMENT}",
    rf"\bldap\w+\b{_LINE}\s-w\s*{_ARGUMENT}",
    rf"\b(?:curl|wget|httpie|https?)\b{_LINE}\s(?:-u|-U|--user|--proxy-user|-a|--auth)[ =]?\s*"
    rf"{_USER}:{_REST}",
    rf"\s--creds(?:=|\s+){_USER}:{_REST}",
    rf"\b(?:smbclient|rpcclient|smbget|net)\b{_LINE}\s-U\s*{_USER}%{_REST}",
    rf"\bnet\s+user\s+{_WORD}\s+(?!/){_ARGUMENT}",
    rf"\bopenssl\s+passwd(?:\s+-\w+(?:\s+(?=-))?)*\s+{_ARGUMENT}",
    # htpasswd -b FILE USER PASSWORD; with -n there is no file
    rf"\bhtpasswd(?:\s+-[a-mo-zA-Z]+){{1,4}}\s+{_WORD}\s+{_WORD}\s+{_ARGUMENT}",
    rf"\bhtpasswd\s+-[a-zA-Z]*n[a-zA-Z]*(?:\s+-\w+){{0,3}}\s+{_WORD}\s+{_ARGUMENT}",
    rf"\brabbitmqctl\b{_LINE}\s(?:add_user|change_password)\s+{_WORD}\s+{_ARGUMENT}",
    # echo PASSWORD | passwd --stdin kim, echo PASSWORD | sudo -S id
    rf"\b(?:echo|printf)\s+(?:-\w+\s+)?{_GLUED}\s*\|\s*(?:sudo\s+(?:-\w+\s+)*)?passwd\b",
    rf"\b(?:echo|printf)\s+(?:-\w+\s+)?{_GLUED}\s*\|\s*(?:sudo\s+(?:-\w+\s+)*-\w*S|su\b)",
    rf"\b(?:sudo|su|passwd|kinit)\b{_LINE}<<<\s*{_GLUED}",
    # redis.conf, kickstart, ldap.conf, sssd.conf, net-snmp
    r"(?i)\b(?:requirepass|masterauth|rootpw|sshpw|bindpw|ldap_default_authtok|rocommunity|rwcommunity)"
    rf"\s+(?:--(?:plaintext|iscrypted)\s+)?{_ARGUMENT}",
)
_SIGNS = (
    "mysql", "maria", "mycli", "sshpass", "7z", "rar ", "zip ", "ipmitool", "freerdp", "login",
    "mongo", "cqlsh", "vnc", "useradd", "usermod", "adduser", "redis", "ldap", "curl", "wget",
    "http", "creds", "smb", "rpcclient", "net ", "openssl", "htpasswd", "rabbitmqctl", "echo",
    "printf", "<<<", "requirepass", "masterauth", "rootpw", "sshpw", "bindpw", "community",
    "chpasswd", "ssh-keygen", "snmp", "mc alias", "mc config",
)  # fmt: skip
# "kim:password" lines, wherever the text says that they are for chpasswd(8) or cloud-init's module
_LISTED = r"(?<![\w/.:-])[A-Za-z_][\w.-]{0,31}:(?!//)(?P<v>[^\s:\"'|,}\0][^\s\"'|,}\0]*)"


def signed(lower: str) -> bool:
    """Whether a text in small letters may have a command or setting that takes a secret."""
    return any(sign in lower for sign in _SIGNS)


def commands(text: str) -> tuple[re.Pattern[str], ...]:
    """The patterns for *text*; none when it has no command or setting that takes a secret."""
    lower = text.lower()
    if not signed(lower):
        return ()
    return (*_compiled(), _listed()) if "chpasswd" in lower else _compiled()


@cache
def _compiled() -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, _PATTERNS))


@cache
def _listed() -> re.Pattern[str]:
    return re.compile(_LISTED)
