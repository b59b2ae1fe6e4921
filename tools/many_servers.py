"""A definition of many servers: ``many_servers.py COUNT FILE``. For ``make bench`` and tests.

A tenth of the servers are written one by one, with fixed addresses and volumes; the others are
groups of twenty. Twenty networks on one router.
"""

import sys
from pathlib import Path
from typing import Any

from kiki.documents.write import to_yaml

NETWORKS = 20


def definition(count: int) -> dict[str, Any]:
    """*count* servers."""
    single = count // 10
    groups, rest = divmod(count - single, 20)
    made = {f"one-{index}": _one(index) for index in range(single)}
    sizes = [20] * groups + ([rest] if rest else [])
    for index, size in enumerate(sizes):
        made[f"group-{index}"] = _server(index) | ({"count": size} if size > 1 else {})
    return {
        "vdc": 1,
        "name": "many",
        "quotas": dict.fromkeys(("instances", "vcpus", "ports", "volumes"), -1),
        "networks": {f"net-{index}": _network(index) for index in range(NETWORKS)},
        "routers": {"r1": {"external": "public"}},
        "tiers": {f"tier-{index}": {} for index in range(5)},
        "rules": [
            {"any -> tier-0": "80,443/tcp"},
            *({f"tier-{index} -> tier-{index + 1}": f"{8000 + index}/tcp"} for index in range(4)),
        ],
        "servers": made,
    }


def _network(index: int) -> dict[str, Any]:
    pool = f"10.{index}.4.0-10.{index}.255.250"
    return {"cidr": f"10.{index}.0.0/16", "pool": pool, "router": "r1"}


def _server(index: int) -> dict[str, Any]:
    return {
        "tier": f"tier-{index % 5}",
        "image": "rocky-9",
        "flavor": "m1.small",
        "network": f"net-{index % NETWORKS}",
        "key": "ops",
    }


def _one(index: int) -> dict[str, Any]:
    net, host = index % NETWORKS, index // NETWORKS
    address = f"10.{net}.{1 + host // 250}.{1 + host % 250}"
    return _server(index) | {"addresses": [address], "volumes": {"data": {"size": "10GB"}}}


def main() -> int:
    """Write the file."""
    count, path = int(sys.argv[1]), Path(sys.argv[2])
    path.write_text(to_yaml([definition(count)]), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
