"""How commands write values that the fields of an operation have in another form.

Called by ``filling`` with the name that ``programs/*.yaml`` give. Each function returns the fields
that a text fills, as texts; UnspeltError when it can't be one. Sources: systemd.unit(5),
apt-get(8), ufw(8), kubectl's and the OpenStack client's own help.
"""

import re
from collections.abc import Callable, Mapping

Filled = dict[str, str]

_UNIT_ENDS = (".target", ".mount", ".automount", ".swap", ".slice", ".scope", ".device")
_KINDS = ("deployment", "deployments", "deploy", "deployment.apps", "deployments.apps")
# kubectl's own short names (kubectl api-resources), singulars and plurals.
_PLURALS = {
    "pods": ("po", "pod", "pods"), "services": ("svc", "service", "services"),
    "deployments": ("deploy", "deployment", "deployments"), "nodes": ("no", "node", "nodes"),
    "namespaces": ("ns", "namespace", "namespaces"), "jobs": ("job", "jobs"),
    "statefulsets": ("sts", "statefulset", "statefulsets"), "secrets": ("secret", "secrets"),
    "daemonsets": ("ds", "daemonset", "daemonsets"), "cronjobs": ("cj", "cronjob", "cronjobs"),
    "replicasets": ("rs", "replicaset", "replicasets"), "all": ("all",),
    "configmaps": ("cm", "configmap", "configmaps"), "ingresses": ("ing", "ingress", "ingresses"),
    "persistentvolumeclaims": ("pvc", "persistentvolumeclaim", "persistentvolumeclaims"),
    "persistentvolumes": ("pv", "persistentvolume", "persistentvolumes"),
    "serviceaccounts": ("sa", "serviceaccount", "serviceaccounts"),
    "horizontalpodautoscalers": ("hpa", "horizontalpodautoscaler", "horizontalpodautoscalers"),
    "poddisruptionbudgets": ("pdb", "poddisruptionbudget", "poddisruptionbudgets"),
    "networkpolicies": ("netpol", "networkpolicy", "networkpolicies"),
    "resourcequotas": ("quota", "resourcequota", "resourcequotas"),
}  # fmt: skip
_UFW = re.compile(r"(\d+(?:[:,]\d+)*)(?:/(tcp|udp))?")
_UFW_NAMES = {"ssh": "22/tcp", "OpenSSH": "22/tcp", "http": "80/tcp", "https": "443"}
_OWNER = re.compile(r"([^:]*)(?::([^:]+))?")


class UnspeltError(ValueError):
    """A text that the command could not have, or that means something else there."""


class BothError(ValueError):
    """A port of ufw without a protocol, which means TCP and UDP; *port* is written Kiki's way."""

    def __init__(self, port: str) -> None:
        super().__init__(port)
        self.port = port


def package(field: str, text: str) -> Filled:
    """A package; ``name-`` and ``name+`` tell apt to remove and to install it."""
    if text.endswith("-") or (text.endswith("+") and not text.endswith("++")):
        raise UnspeltError(text)
    return {field: text}


def unit(field: str, text: str) -> Filled:
    """A service; other units are no services (``poweroff.target``)."""
    if text.endswith(_UNIT_ENDS):
        raise UnspeltError(text)
    return {field: text}


def ufw(field: str, text: str) -> Filled:
    """``80/tcp``, ``80,443/tcp``, ``6000:6007/tcp``. BothError without a protocol."""
    match = _UFW.fullmatch(_UFW_NAMES.get(text, text))
    if match is None:
        raise UnspeltError(text)
    ports = match[1].replace(":", "-").split(",")
    if not match[2]:
        raise BothError(",".join(ports))
    return {field: ",".join(f"{port}/{match[2]}" for port in ports)}


def tcp(field: str, text: str) -> Filled:
    """``80:8080``: the service's port and the container's."""
    port, colon, target = text.partition(":")
    return {field: port, "target_port": target if colon else port}


def owner(field: str, text: str) -> Filled:
    """``app``, ``app:www``, ``:www``; ``app:`` means the user's own group, which is not said."""
    if field != "owner":
        return {field: text}
    match = _OWNER.fullmatch(text)
    if match is None or not (match[1] or match[2]):
        raise UnspeltError(text)
    said = {"owner": match[1], "group": match[2] or ""}
    return {name: value for name, value in said.items() if value}


def deployment(field: str, text: str) -> Filled:
    """``deployment/web``."""
    kind, slash, name = text.partition("/")
    if not slash or kind not in _KINDS:
        raise UnspeltError(text)
    return {field: name}


def resource(field: str, text: str) -> Filled:
    """``po``, ``pods``, ``deployments.apps``: as the API calls it; what is not known stays. Several
    at once and an object's own name (``pods,svc``, ``pod/web``) are none of ours."""
    if field != "resource":
        return {field: text}
    if "," in text or "/" in text:
        raise UnspeltError(text)
    return {field: _plural(text)}


def of_kind(field: str, text: str) -> Filled:
    """``web``, ``deploy/web``."""
    if field != "name":
        return {field: text}
    kind, slash, name = text.rpartition("/")
    if (slash and not (kind and name)) or "/" in kind:
        raise UnspeltError(text)
    return {field: name, **({"resource": _plural(kind)} if kind else {})}


def scaled(field: str, text: str) -> Filled:
    """``deploy/web``, and ``70%``; an amount (``500m``) is none of ours."""
    if field == "target":
        if "/" not in text:
            raise UnspeltError(text)
        made = of_kind("name", text)
        return {"target" if name == "name" else name: value for name, value in made.items()}
    return {field: text.removesuffix("%") if field in ("cpu", "memory") else text}


def ingress_rule(field: str, text: str) -> Filled:
    """``shop.example.com/api*=api:8080,tls=shop-tls``: without the ``*`` a path is exact. TLS with
    the controller's own certificate is none of ours."""
    if field != "rules":
        return {field: text}
    rule, _, tls = text.partition(",")
    place, equals, _ = rule.partition("=")
    if not equals or (tls and not tls.startswith("tls=")):
        raise UnspeltError(text)
    return {field: text} | ({} if place.endswith("*") else {"path_type": "Exact"})


def of_container(field: str, text: str) -> Filled:
    """``deploy/web`` and ``nginx=nginx:1.28``; ``*=`` is for all containers, and none of ours."""
    if field != "image":
        return of_kind(field, text)
    container, equals, image = text.partition("=")
    if not (equals and image) or container in ("", "*"):
        raise UnspeltError(text)
    return {"container": container, field: image}


def mark(field: str, text: str) -> Filled:
    """``team=web``; ``team-`` takes it away, and is none of what is set."""
    if field in ("name", "resource"):
        return of_kind(field, text) if field == "name" else resource(field, text)
    if "=" not in text:
        raise UnspeltError(text)
    return {field: text}


def unmark(field: str, text: str) -> Filled:
    """``team-``."""
    if field in ("name", "resource"):
        return mark(field, text)
    if "=" in text or not text.endswith("-"):
        raise UnspeltError(text)
    return {field: text.removesuffix("-")}


def taint(field: str, text: str) -> Filled:
    """``dedicated=gpu:NoSchedule``; with a ``-`` at its end it is taken away."""
    if field == "taints" and (":" not in text or text.endswith("-")):
        raise UnspeltError(text)
    return {field: text}


def untaint(field: str, text: str) -> Filled:
    """``dedicated-``, ``dedicated=gpu:NoSchedule-``."""
    if field == "taints" and not text.endswith("-"):
        raise UnspeltError(text)
    return {field: text.removesuffix("-") if field == "taints" else text}


def node(field: str, text: str) -> Filled:
    """``n1``, ``node/n1``."""
    kind, slash, name = text.rpartition("/")
    if slash and _plural(kind) != "nodes":
        raise UnspeltError(text)
    return {field: name}


def _plural(text: str) -> str:
    lowered = text.lower().removesuffix(".apps").removesuffix(".batch")
    return next((plural for plural, names in _PLURALS.items() if lowered in names), text)


def rights(field: str, text: str) -> Filled:
    """``pods,svc,deployments.apps,pods/log``: as the API calls them."""
    parts = [one.strip().partition("/") for one in text.split(",") if one.strip()]
    return {field: ",".join(f"{_plural(kind)}{slash}{part}" for kind, slash, part in parts)}


def account(field: str, text: str) -> Filled:
    """``demo:ci``: a service account with its namespace, which the command can't do without."""
    namespace, colon, name = text.partition(":")
    if not (colon and namespace and name) or ":" in name:
        raise UnspeltError(text)
    return {field: name, "account_namespace": namespace}


_HARD = {
    "cpu": "request_cpu", "requests.cpu": "request_cpu", "memory": "request_memory",
    "requests.memory": "request_memory", "limits.cpu": "limit_cpu",
    "limits.memory": "limit_memory", "requests.storage": "storage", "pods": "pods",
    "services": "services", "configmaps": "configmaps", "secrets": "secrets",
    "persistentvolumeclaims": "claims", "services.loadbalancers": "load_balancers",
    "services.nodeports": "node_ports",
}  # fmt: skip


def hard(field: str, text: str) -> Filled:
    """``cpu=4,memory=8Gi,pods=20``: what a quota is of, and how much."""
    return _amounts(text, _HARD)


def limits(field: str, text: str) -> Filled:
    """``cpu=500m,memory=512Mi``: what a container may take at most."""
    return _amounts(text, {"cpu": "cpu_limit", "memory": "memory_limit"})


def requests(field: str, text: str) -> Filled:
    """The same of what it asks for."""
    return _amounts(text, {"cpu": "cpu_request", "memory": "memory_request"})


def _amounts(text: str, fields: Mapping[str, str]) -> Filled:
    """How much of what; *fields* say where each goes, and nothing else may be named."""
    said = [one.partition("=") for one in text.split(",")]
    if not all(key in fields and value for key, _, value in said):
        raise UnspeltError(text)
    return {fields[key]: value for key, _, value in said}


def nic(field: str, text: str) -> Filled:
    """``net-id=lab``; a port or an address of its own is none of ours."""
    key, _, name = text.partition("=")
    if key != "net-id":
        raise UnspeltError(text)
    return {field: name}


def lang(field: str, text: str) -> Filled:
    """``LANG=ko_KR.UTF-8``, or the locale itself; other categories are none of ours."""
    key, equals, name = text.partition("=")
    if equals and key != "LANG":
        raise UnspeltError(text)
    return {field: name if equals else text}


def enforce(field: str, text: str) -> Filled:
    """``0``, ``1`` and the words that setenforce knows."""
    mode = {"0": "permissive", "1": "enforcing"}.get(text, text.lower())
    if mode not in ("permissive", "enforcing"):
        raise UnspeltError(text)
    return {field: mode}


def switch(field: str, text: str) -> Filled:
    """``on``, ``1``, ``off``, ``0`` of the field ``on``; other fields are as they are."""
    known = {"1": "on", "0": "off", "on": "on", "off": "off", "true": "on", "false": "off"}
    if field != "on":
        return {field: text}
    if text not in known:
        raise UnspeltError(text)
    return {field: known[text]}


def single(field: str, text: str) -> Filled:
    """One value, whose commas are its own: what Kiki would take for several."""
    if "," in text:
        raise UnspeltError(text)
    return {field: text}


def signal(field: str, text: str) -> Filled:
    """``SIGTERM``, ``TERM``, ``15``."""
    numbers = {"1": "HUP", "2": "INT", "3": "QUIT", "9": "KILL", "10": "USR1", "15": "TERM"}
    return {field: numbers.get(text, text.upper().removeprefix("SIG"))}


SPELLINGS: dict[str, Callable[[str, str], Filled]] = {
    "package": package, "unit": unit, "ufw": ufw, "tcp": tcp, "owner": owner,
    "deployment": deployment, "nic": nic, "lang": lang, "enforce": enforce, "switch": switch,
    "single": single, "signal": signal,
    "rights": rights, "account": account, "hard": hard, "limits": limits, "requests": requests,
    "node": node, "taint": taint, "untaint": untaint, "mark": mark, "unmark": unmark,
    "resource": resource, "of_kind": of_kind, "of_container": of_container,
    "scaled": scaled, "ingress_rule": ingress_rule,
}  # fmt: skip

CLOSED = ("switch", "enforce")
"""Spellings with a few words of their own, which may also be words of a sentence: "off"."""
