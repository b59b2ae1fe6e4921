"""What the value of a field may look like, and how a text becomes one.

Called by every reader: rules, flags, model and answers. A pattern is compiled when its shape is
first met, as ``gen`` meets only a few. Sources of the limits: RFC 1123 for Kubernetes names, the
image reference grammar of the OCI distribution specification, useradd(8), deb-control(5),
systemd.unit(5), RFC 6335 for ports.
"""

import re
from functools import cache
from typing import Any

from kiki.model.secret import REFERENCE
from kiki.model.vocabulary import FieldSpec

MAX_PORT = 65535
MAX_PATH = 4096

_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?"
_REPOSITORY = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_LOGIN = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
_SITE = r"[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?"
_REST = r"[^\x00-\x20\x7f{}\"'`<>|\\]{0,2000}"
SSH_KEY = (
    r"(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-nistp[0-9]{3}|sk-[a-z0-9-]{1,40}@openssh\.com)"
    r"[ \t]+AAAA[A-Za-z0-9+/]{20,16000}={0,3}(?:[ \t]+[A-Za-z0-9_.-]+@[A-Za-z0-9_.-]*[A-Za-z0-9])?"
)
"""The line of a public key; its comment counts only where it is like kim@pc."""
_DAY = r"(?:sun|mon|tue|wed|thu|fri|sat)"
_PLACE = r"/[^\x00-\x1f\x7f*?\[\]{}~$`;|&<>\\:,]*"
_CRON = r"[0-9*][0-9*,/-]*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# The roots of /proc/sys, sysctl.d(5).
_PARAMETER = r"(?:abi|crypto|debug|dev|fs|kernel|net|sunrpc|user|vm)(?:\.[A-Za-z0-9_*-]+)+"
_POD_LABEL = (
    r"(?:[a-z0-9][a-z0-9.-]{0,251}/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?"
    r"=(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?"
)
_TAINT = r"[A-Za-z0-9][A-Za-z0-9_./-]{0,252}(?:=[A-Za-z0-9_.-]{0,63})?"
_EFFECT = r"(?:NoSchedule|PreferNoSchedule|NoExecute)"
_FILE_ENDINGS = frozenset((
    "sh", "py", "pl", "rb", "js", "html", "htm", "yml", "yaml", "json", "txt", "conf", "cfg", "ini",
    "md", "log", "tar", "gz", "zip", "xml", "env", "pem", "key", "deb", "rpm", "exe",
))  # fmt: skip
_ENDINGS = "|".join(sorted(_FILE_ENDINGS))
_OWN = r"[^\x00-\x20\x7f*?\[\]{}`$;|&<>\\\"'():,]"
_PATTERNS = {
    "package": r"[A-Za-z0-9][A-Za-z0-9+._~-]{0,127}(?:=[0-9][A-Za-z0-9.+:~_-]{0,99})?",
    "service": r"[A-Za-z0-9_][A-Za-z0-9:_.@-]{0,254}",
    "user": r"[a-z_][a-z0-9_-]{0,31}",
    "group": r"[a-z_][a-z0-9_-]{0,31}",
    "label": r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?",
    "image": rf"(?:{_HOST}/)?{_REPOSITORY}(?:/{_REPOSITORY})*"
    r"(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(?:@sha256:[0-9a-f]{64})?",
    "osimage": r"[A-Za-z0-9][A-Za-z0-9 ._:+()-]{0,254}",
    "flavor": r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}",
    "network": r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}",
    "keypair": r"[A-Za-z0-9][A-Za-z0-9._@-]{0,254}",
    "secgroup": r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}",
    "page": r"[A-Za-z0-9_][A-Za-z0-9._-]{0,250}\.html?",
    "path": r"/[^\x00-\x1f\x7f*?\[\]{}~$`;|&<>\\]+",
    # A file or folder of the user's own, as a sentence names it without saying what it is: nothing
    # that lies on every host (/etc/netplan/x.yaml), and no file of another sort. After its noun or
    # an option of a command any name is one, see ``_given``.
    "given": rf"(?![-/~])(?:{_OWN}+\.(?:ya?ml|json)|(?:{_OWN}*/)+(?:[^.\s/]*|\.\.?)(?<!\s)"
    rf"|https?://{_REST})",
    # Logs: as a path, with * and ? behind its first folder.
    "logs": r"/[A-Za-z0-9_.@+-]+(?:/[A-Za-z0-9_.@%+*?-]+)+",
    "mode": r"[0-7]{3,4}",
    "version": r"[0-9][A-Za-z0-9.+~_-]{0,99}",
    "release": r"[0-9]{1,3}\.[0-9]{1,3}",
    "revision": r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9._/+-]{0,199}",
    "source": rf"https?://{_REST}|/[^\x00-\x20\x7f*?\[\]{{}}~$`;|&<>\\]+",
    "sshkey": rf"{SSH_KEY}|https://{_REST}",
    "cronjob": r"[A-Za-z0-9][A-Za-z0-9 ._:/-]{0,99}|/[^\x00-\x1f\x7f]+",
    "cronname": r"[A-Za-z0-9][A-Za-z0-9 ._:/-]{0,99}",
    "mountoption": r"[A-Za-z0-9][A-Za-z0-9._=:/+-]*",
    "schedule": rf"{_CRON}(?: {_CRON}){{3}} (?:{_CRON}|{_DAY}(?:[,-]{_DAY})*)|@[a-z]+",
    "url": rf"(?:(?:https?|ftp|git)://|ssh://(?:{_LOGIN}@)?){_SITE}(?:/{_REST})?"
    rf"|{_LOGIN}@[A-Za-z0-9][A-Za-z0-9.-]*:{_REST}",
    "checksum": r"(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})",
    "device": r"(?:/dev/|(?:PART)?(?:UUID|LABEL)=|[A-Za-z0-9][A-Za-z0-9.-]*:/)[A-Za-z0-9/_.:+-]+",
    "portspec": r"([0-9]{1,5})(?:[-~]([0-9]{1,5}))?(?:/(tcp|udp))?",
    "integer": r"-?[0-9]{1,9}",
    "port": r"[0-9]{1,9}",
    "secret": r"\{\{secret:([A-Za-z_][A-Za-z0-9_-]{0,99})\}\}",
    "name": r"[A-Za-z0-9_][A-Za-z0-9_.-]*",
    "hostname": rf"(?=.*[A-Za-z]){_LABEL}(?:\.{_LABEL})*",
    "server": rf"{_LABEL}(?:\.{_LABEL})*|(?=.*:)[0-9A-Fa-f:.]{{2,45}}",
    "address": r"(?=.*[.:])[0-9A-Fa-f:.]{2,45}",
    "timezone": r"[A-Z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){1,2}|UTC|GMT",
    "locale": r"(?:[a-z]{2,3}_[A-Z]{2}|C|POSIX)(?:\.[A-Za-z0-9-]{1,20})?",
    "kmod": r"[A-Za-z0-9][A-Za-z0-9_-]{0,54}",
    "swap": r"(?:(?:PART)?(?:UUID|LABEL)=|/)[A-Za-z0-9/._+:-]*[A-Za-z0-9._+:-]",
    "sebool": r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+",
    "kernel": rf"{_PARAMETER}=[0-9A-Za-z.,:+-][0-9A-Za-z.,:+ \t-]{{0,200}}",
    "parameter": _PARAMETER,
    # No server's name: "the mariadb database" says in which server, and not which database.
    "database": r"(?!(?i:mariadb|mysql|postgres|postgresql)\Z)[A-Za-z_][A-Za-z0-9_-]{0,62}",
    # Where skopeo has an image; what may stand there exactly is for the target to say.
    "imageplace": r"(?:docker://|containers-storage:)[A-Za-z0-9][A-Za-z0-9._/:@-]*"
    rf"|(?:dir|oci|oci-archive|docker-archive):/{_REST}",
    "container": r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}",
    "publish": r"(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}:)?[0-9]{1,5}:[0-9]{1,5}(?:/(?:tcp|udp|sctp))?",
    "bind": rf"(?:{_PLACE}|[A-Za-z0-9][A-Za-z0-9_.-]*):{_PLACE}(?::[A-Za-z]+(?:,[A-Za-z]+)*)?",
    "logsize": r"[1-9][0-9]{0,8}[kMG]?",
    "size": r"[1-9][0-9]{0,8}[bkmg]?",
    "decimal": r"[0-9]{1,4}(?:\.[0-9]{1,3})?",
    "registry": r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?",
    # Where a registry of images is, as a login of it says, and who logs in there.
    "imageserver": r"(?:https?://)?(?=.*[.:]|localhost)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
    r"(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~-]+)*/?",
    "imagelogin": r"[A-Za-z0-9_$][A-Za-z0-9_.@+$-]{0,254}",
    # What an API calls a kind, labels that choose objects of it, and how far back to look.
    "resource": r"[A-Za-z][A-Za-z0-9]{0,62}(?:\.[a-z0-9.-]{1,200})?",
    "selector": r"!?[A-Za-z0-9._/-]+(?:(?:=|==|!=)[A-Za-z0-9._-]*)?"
    r"(?:,!?[A-Za-z0-9._/-]+(?:(?:=|==|!=)[A-Za-z0-9._-]*)?){0,9}",
    "seconds": r"([0-9]{1,6})([smh]?)",
    "since": r"[1-9][0-9]{0,5}[smh]",
    "client": r"%|[A-Za-z0-9][A-Za-z0-9.:%-]{0,254}",
    # A name with a dot that is no file's: what is no host's and no program's name.
    "site": rf"(?!.*\.(?:{_ENDINGS})\Z)(?=.*\.[A-Za-z][A-Za-z0-9-]*\Z){_LABEL}(?:\.{_LABEL})+",
    "cidr": r"(?=.*[.:])[0-9A-Fa-f:.]{2,45}(?:/[0-9]{1,3})?",
    "fqdn": rf"(?=.{{3,253}}\Z)(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]{{0,61}}[A-Za-z0-9]",
    "portmap": r"(?:[a-z](?:[a-z0-9-]{0,13}[a-z0-9])?=)?[0-9]{1,5}(?::[0-9]{1,5}){0,2}",
    "pair": r"[A-Za-z0-9_.][A-Za-z0-9_./-]{0,252}=[^\x00]{0,4000}",
    # A pair of a map's own; "data.KEY=v" and "metadata.name=b" are paths of its manifest.
    "entry": r"(?!(?:data|binaryData)\.|metadata\.(?:name|namespace|labels|annotations)\b)"
    r"[A-Za-z0-9_.][A-Za-z0-9_./-]{0,252}=[^\x00]{0,4000}",
    "kept": rf"[A-Za-z0-9_.-]{{1,253}}={REFERENCE}",
    "mapkey": r"[A-Za-z0-9_.-]{1,253}",
    "labelkey": r"(?:[a-z0-9][a-z0-9.-]{0,251}/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?",
    "bytes": r"(?=[0-9.]*[1-9])[0-9]{1,15}(?:\.[0-9]{1,6})?(?:[kMGTPE]|[KMGTPE]i)",
    "disksize": r"(?i:([0-9]{1,9}(?:\.[0-9]{1,3})?)([kmgtp])(?:ib?|b)?)",
    # Of a cloud: memory and volumes, as 512M and 4G whatever their unit is called; whole GB.
    "memory": r"(?i:([0-9]{1,9}(?:\.[0-9]{1,3})?)([mgt])(?:ib?|b)?)",
    "gigabytes": r"(?i:([0-9]{1,7})(g|t)?(?:ib?|b)?)",
    "subnetrange": r"(?=[^/]*[.:])[0-9A-Fa-f:.]{2,45}/[0-9]{1,3}",
    "addressrange": r"((?=[^-~]*[.:])[0-9A-Fa-f:.]{2,45})[-~]((?=.*[.:])[0-9A-Fa-f:.]{2,45})",
    # What cloud-init takes for user data says its sort in its first line.
    "script": r"(?s:#(?:!/|cloud-)[^\x00]{1,48000})",
    "urlpath": r"/[A-Za-z0-9._~%+/-]{0,500}",
    "portname": r"(?=.*[a-z])[a-z0-9](?:[a-z0-9-]{0,13}[a-z0-9])?",
    "ingressrule": r"(?:(?:\*\.)?(?:[A-Za-z0-9-]+\.)+[A-Za-z][A-Za-z0-9-]*)?"
    r"(?:/[A-Za-z0-9._~%+/-]{0,500})?\*?"
    r"=[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?:[a-z0-9-]{1,15}(?:,tls=[a-z0-9.-]{1,253})?",
    "budget": r"[0-9]{1,5}|(?:[0-9]|[1-9][0-9]|100)%",
    "quantity": r"[0-9]{1,15}(?:\.[0-9]{1,6})?(?:m|[kMGTPE]|[KMGTPE]i)?",
    "mountspec": r"(?:pvc|configmap|secret|empty)/[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?"
    r":/[^\x00-\x1f\x7f:]*(?::ro)?",
    "envsource": r"(?:configmap|secret)/[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?",
    "envkey": r"[A-Za-z_.-][A-Za-z0-9_.-]{0,252}=(?:configmap|secret)"
    r"/[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?:[A-Za-z0-9._-]{1,253}",
    # Which pods: all of these labels.
    "podlabels": rf"{_POD_LABEL}(?:,{_POD_LABEL}){{0,9}}",
    # A taint is whole with its effect; its key says enough of which are to go.
    "taint": rf"{_TAINT}:{_EFFECT}",
    "taintkey": rf"{_TAINT}(?::{_EFFECT})?",
    "toleration": rf"{_TAINT}(?::{_EFFECT})?",
}
# A port of a service with where it leads, and what such a port may be called.
MAPPED = re.compile(r"[0-9]{1,5}(?:(?::|->)[0-9]{1,5}){1,2}")
PORT_NAME = re.compile(r"[a-z](?:[a-z0-9-]{0,13}[a-z0-9])?")
_SUMS = {64: "sha256", 96: "sha384", 128: "sha512"}  # by hexadecimal digits
SWITCHES = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class UnfitError(ValueError):
    """A text that is no value of its field; *code* is a question that says what is expected."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@cache
def pattern(shape: str) -> re.Pattern[str]:
    """The compiled pattern of *shape*."""
    return re.compile(_PATTERNS[shape])


def fits(shape: str, text: str) -> bool:
    """Whether the whole *text* has this shape."""
    return pattern(shape).fullmatch(text) is not None


def value_of(spec: FieldSpec, text: str) -> Any:
    """The JSON value of *text* for a field; a list field splits at commas. UnfitError."""
    if spec.type == "list":
        cut = text.split(",") if spec.shape != "ingressrule" else re.split(",(?!tls=)", text)
        parts = [part.strip() for part in cut if part.strip()]
        if not parts:
            raise UnfitError("question.unfit", value=text, field=spec.name)
        return list(dict.fromkeys(item_of(spec, part) for part in parts))
    return item_of(spec, text)


def item_of(spec: FieldSpec, text: str) -> Any:
    """The JSON value of one item of *spec*. UnfitError."""
    reader = _READERS.get(spec.shape)
    return reader(spec, text) if reader else _plain(spec, text)


def port_number(text: str) -> int | None:
    """A TCP or UDP port, or None."""
    number = int(text) if fits("port", text) else 0
    return number if 1 <= number <= MAX_PORT else None


def _unfit(spec: FieldSpec, text: str) -> UnfitError:
    return UnfitError(f"question.unfit_{spec.shape}", value=text, field=spec.name)


def _plain(spec: FieldSpec, text: str) -> str:
    if not fits(spec.shape, text):
        raise _unfit(spec, text)
    return text


def _service(spec: FieldSpec, text: str) -> str:
    stem, dot, ending = text.rpartition(".")
    if dot and ending.lower() in _FILE_ENDINGS:
        raise _unfit(spec, text)
    return _plain(spec, stem if ending == "service" and dot else text)


def _package(spec: FieldSpec, text: str) -> str:
    if text.rpartition(".")[2].lower() in _FILE_ENDINGS and "." in text:
        raise _unfit(spec, text)
    return _plain(spec, text)


def _label(spec: FieldSpec, text: str) -> str:
    return _plain(spec, text.lower())


def _path(spec: FieldSpec, text: str) -> str:
    clean = text.rstrip("/")
    if len(text) > MAX_PATH or ".." in text.split("/") or not fits("path", clean) or "//" in text:
        raise _unfit(spec, text)
    return clean


def _given(spec: FieldSpec, text: str) -> str:
    """What a shell would still have to fill in is refused, and so is the standard input."""
    clean = text.strip()
    bad = clean[:1] in ("", "-") or len(clean) > MAX_PATH or set("*?[]{}$`") & {*clean}
    if bad or not clean.isprintable():
        raise _unfit(spec, text)
    return clean.rstrip("/") or "/"


def _sshkey(spec: FieldSpec, text: str) -> str:
    return _plain(spec, " ".join(text.split()))


def _portmap(spec: FieldSpec, text: str) -> str:
    """``name=port:target:node``, of which only the port has to be said."""
    made = _plain(spec, text.lower().replace("->", ":"))
    if not all(port_number(one) for one in made.rpartition("=")[2].split(":")):
        raise _unfit(spec, text)
    return made


def _mode(spec: FieldSpec, text: str) -> str:
    return _plain(spec, text.removeprefix("0o")).zfill(4)


def _release(spec: FieldSpec, text: str) -> str:
    return _plain(spec, text.lower().removeprefix("v"))


def _checksum(spec: FieldSpec, text: str) -> str:
    lower = text.lower()
    return _plain(spec, f"{_SUMS[len(lower)]}:{lower}" if len(lower) in _SUMS else lower)


def _port(spec: FieldSpec, text: str) -> int:
    number = port_number(text)
    low, high = spec.minimum or 1, spec.maximum or MAX_PORT
    if number is None or not low <= number <= high:
        raise UnfitError(
            "question.unfit_range", value=text, field=spec.name, low=str(low), high=str(high)
        )
    return number


def _portspec(spec: FieldSpec, text: str) -> str:
    match = pattern("portspec").fullmatch(text.lower())
    first, last = (match[1], match[2] or match[1]) if match else ("0", "0")
    if not (port_number(first) and port_number(last) and int(first) <= int(last)):
        raise _unfit(spec, text)
    span = first if first == last else f"{int(first)}-{int(last)}"
    return f"{span.lstrip('0')}/{(match[3] if match else '') or 'tcp'}"


def _integer(spec: FieldSpec, text: str) -> int:
    low = spec.minimum if spec.minimum is not None else 0
    high = spec.maximum if spec.maximum is not None else 2**31 - 1
    if not fits("integer", text) or not low <= int(text) <= high:
        raise UnfitError(
            "question.unfit_range", value=text, field=spec.name, low=str(low), high=str(high)
        )
    return int(text)


def _seconds(spec: FieldSpec, text: str) -> int:
    """A length of time in seconds: 90, 90s, 5m and 1h."""
    match = pattern("seconds").fullmatch(text)
    if match is None:
        raise _unfit(spec, text)
    return _integer(spec, str(int(match[1]) * {"m": 60, "h": 3600}.get(match[2], 1)))


def _disksize(spec: FieldSpec, text: str) -> str:
    """A size of LVM, whose units are all of 1024 bytes: 10Gi is also 10G, 10g and 10GB."""
    match = pattern("disksize").fullmatch(text)
    if match is None or float(match[1]) == 0:
        raise _unfit(spec, text)
    return f"{match[1]}{match[2].upper()}i"


def _memory(spec: FieldSpec, text: str) -> str:
    """An amount that OpenStack counts in MiB: 4Gi is also 4G, 4g and 4GB."""
    match = pattern("memory").fullmatch(text)
    if match is None or float(match[1]) == 0:
        raise _unfit(spec, text)
    return f"{match[1]}{match[2].upper()}"


def _gigabytes(spec: FieldSpec, text: str) -> int:
    """Whole GiB: 20, 20G, 20GB and 1T."""
    match = pattern("gigabytes").fullmatch(text)
    if match is None:
        raise _unfit(spec, text)
    return _integer(spec, str(int(match[1]) * (1024 if (match[2] or "").lower() == "t" else 1)))


def _addressrange(spec: FieldSpec, text: str) -> str:
    """The first and the last address of a range; the first is the lower one."""
    from ipaddress import ip_address  # noqa: PLC0415 -- lazy: few fields are addresses

    match = pattern("addressrange").fullmatch(text)
    try:
        first, last = (ip_address(one) for one in match.groups()) if match else (None, None)
        if first is None or last is None or first > last:  # type: ignore[operator]
            raise _unfit(spec, text)
    except (ValueError, TypeError) as error:
        raise _unfit(spec, text) from error
    return f"{first}-{last}"


def _address(spec: FieldSpec, text: str) -> str:
    from ipaddress import ip_address  # noqa: PLC0415 -- lazy: few fields are addresses

    try:
        return str(ip_address(text))
    except ValueError as error:
        raise _unfit(spec, text) from error


def _cidr(spec: FieldSpec, text: str) -> str:
    """A network, or an address; 10.0.0.5/24 is refused, as it is not clear which is meant."""
    from ipaddress import ip_network  # noqa: PLC0415 -- lazy: few fields are networks

    try:
        found = ip_network(text)
    except ValueError as error:
        raise _unfit(spec, text) from error
    alone = found.prefixlen == found.max_prefixlen
    return str(found.network_address if alone else found)


def _site(spec: FieldSpec, text: str) -> str:
    return _plain(spec, text.lower())


def _choice(spec: FieldSpec, text: str) -> str:
    for choice in spec.choices:
        if choice.lower() == text.lower():
            return choice
    known = ", ".join(spec.choices)
    raise UnfitError("question.unfit_choice", value=text, field=spec.name, choices=known)


def _switch(spec: FieldSpec, text: str) -> bool:
    if text.lower() not in SWITCHES:
        raise UnfitError(
            "question.unfit_choice", value=text, field=spec.name, choices="true, false"
        )
    return SWITCHES[text.lower()]


def _text(_: FieldSpec, text: str) -> str:
    return text


def _publish(spec: FieldSpec, text: str) -> str:
    clean = _plain(spec, text.lower())
    ports = clean.partition("/")[0].split(":")[-2:]
    if any(port_number(port) is None for port in ports):
        raise _unfit(spec, text)
    return clean


def _bind(spec: FieldSpec, text: str) -> str:
    if ".." in text.replace(":", "/").split("/") or len(text) > MAX_PATH:
        raise _unfit(spec, text)
    return _plain(spec, text)


def _size(spec: FieldSpec, text: str) -> str:
    """512MB, 512mi and 512m are all podman's 512m, which counts in 1024s."""
    return _plain(spec, re.sub(r"(?<=[kmg])i?b?$", "", text.lower()))


def _logsize(spec: FieldSpec, text: str) -> str:
    """100MB, 100m and 100M are all logrotate's 100M."""
    clean = re.sub(r"(?i)(?<=[kmg])i?b?$", "", text).upper().replace("K", "k")
    return _plain(spec, clean)


def _decimal(spec: FieldSpec, text: str) -> str:
    clean = _plain(spec, text)
    if float(clean) == 0:
        raise _unfit(spec, text)
    return clean


def _secret(spec: FieldSpec, text: str) -> str:
    match = pattern("secret").fullmatch(text)
    if match:
        return match[1]
    raise _unfit(spec, text)


def _kept(spec: FieldSpec, text: str) -> str:
    """Another text may be a secret's value: it is not repeated."""
    if fits("kept", text):
        return text
    raise UnfitError("question.unfit_kept", field=spec.name)


_READERS = {
    "service": _service, "package": _package, "label": _label, "path": _path, "mode": _mode,
    "given": _given,
    "port": _port, "portspec": _portspec, "portmap": _portmap,
    "integer": _integer, "seconds": _seconds, "choice": _choice,
    "sshkey": _sshkey, "release": _release,
    "switch": _switch, "checksum": _checksum, "text": _text, "secret": _secret, "kept": _kept,
    "address": _address, "publish": _publish, "bind": _bind, "size": _size, "decimal": _decimal,
    "memory": _memory, "gigabytes": _gigabytes, "subnetrange": _cidr,
    "addressrange": _addressrange,
    "cidr": _cidr, "site": _site, "logsize": _logsize, "disksize": _disksize,
}  # fmt: skip
