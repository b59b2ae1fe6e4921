"""Small definitions for the tests here."""

from typing import Any

from kiki.documents.write import to_yaml
from kiki.model.artifact import File
from kiki.vdc.reading import Read, read


def small(**more: Any) -> dict[str, Any]:
    """One server in one network, and *more*."""
    server = {"image": "cirros", "flavor": "tiny", "network": "private"}
    base = {
        "vdc": 1,
        "name": "dev",
        "networks": {"private": {"cidr": "192.168.100.0/24"}},
        "servers": {"vm": server},
    }
    return base | more


def found(data: Any) -> Read:
    """What is read of *data* as YAML."""
    return read(File(path="dev.yaml", text=to_yaml([data])))


def codes(data: Any) -> set[str]:
    """The codes of all errors and warnings about *data*."""
    return {one.code for one in found(data).findings if one.severity != "info"}
