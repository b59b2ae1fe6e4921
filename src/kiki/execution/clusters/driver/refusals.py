"""What the API server's refusals mean, as codes with parameters.

Called by ``check``. Pure. The server's own message is handed on, but never that of a Secret, which
may quote a value.
"""

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clusters.driver.connection import Refused
else:
    from connection import Refused

Problem = dict[str, Any]

_RBAC = re.compile(
    r'User "(?P<user>[^"]*)" cannot (?P<verb>\w+) resource "(?P<resource>[^"]*)"'
    r' in API group "(?P<group>[^"]*)"(?: in the namespace "(?P<namespace>[^"]*)")?'
)
_WEBHOOK = re.compile(r'admission webhook "(?P<webhook>[^"]+)"')
_NO_WEBHOOK = re.compile(r'failed calling webhook "(?P<webhook>[^"]+)": *(?P<why>.*)', re.DOTALL)
_OWNER = re.compile(r'conflict with "(?P<owner>[^"]*)"')
_LONGEST = 1000


def explained(refused: Refused, body: dict[str, Any]) -> Problem:
    """The code and parameters of a refusal of *body*."""
    text = message(refused, body)
    webhook = _WEBHOOK.search(text)
    if webhook:
        name = "webhook_no_dry_run" if "does not support dry run" in text else "webhook"
        return _problem(name, webhook=webhook["webhook"], message=text)
    unheard = _NO_WEBHOOK.search(text)
    if unheard:
        return _problem("webhook_down", webhook=unheard["webhook"], message=unheard["why"])
    rights = _RBAC.search(text)
    if rights:
        resource = rights["resource"] + (f".{rights['group']}" if rights["group"] else "")
        about = {"user": rights["user"], "verb": rights["verb"], "resource": resource}
        if not rights["namespace"]:
            return _problem("forbidden_wide", **about)
        return _problem("forbidden", **about, namespace=rights["namespace"])
    if "exceeded quota" in text:
        return _problem("quota", message=text)
    return _by_reason(refused, text, body)


def _by_reason(refused: Refused, text: str, body: dict[str, Any]) -> Problem:
    details = refused.body.get("details") or {}
    if refused.reason == "NotFound" and details.get("kind") == "namespaces":
        return _problem("namespace_missing", namespace=str(details.get("name", "")))
    if refused.reason == "Forbidden":
        return _problem("refused", message=text)
    if refused.reason != "Invalid":
        return _problem("refused", message=text)
    causes = refused.causes
    fixed = [one["field"] for one in causes if "immutable" in one["message"]]
    if fixed:
        return _problem("immutable", fields=", ".join(dict.fromkeys(fixed)))
    if body.get("kind") == "Secret":
        return _problem("invalid", message=", ".join(one["field"] for one in causes) or "-")
    said = "; ".join(f"{one['field']}: {one['message']}" for one in causes)
    return _problem("invalid", message=(said or text)[:_LONGEST])


def conflicts(refused: Refused) -> list[Problem]:
    """The fields that others own, one problem for each owner; none for another refusal."""
    found: dict[str, list[str]] = {}
    for cause in refused.causes:
        if cause["reason"] == "FieldManagerConflict":
            owner = _OWNER.search(cause["message"])
            name = owner["owner"] if owner else "?"
            found.setdefault(name, []).append(cause["field"].removeprefix("."))
    return [
        _problem("conflict", owner=owner, fields=", ".join(fields))
        for owner, fields in sorted(found.items())
    ]


def message(refused: Refused, body: dict[str, Any]) -> str:
    """The server's own words."""
    if body.get("kind") == "Secret" and refused.reason == "Invalid":
        return refused.reason
    return str(refused.body.get("message") or refused.reason)[:_LONGEST]


def _problem(what: str, **params: str) -> Problem:
    return {"code": f"k8s.live_{what}", "params": params}
