"""Namespaces of the Kubernetes lab, and kubectl beside Kiki. Used by the suites ``test_kube_*``."""

import json
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WAIT = "90s"


class Cluster:
    """The lab as kubectl sees it, which stands for everybody who is not Kiki."""

    def __init__(self, kubeconfig: Path) -> None:
        self.kubeconfig = kubeconfig
        self._kubectl = kubeconfig.parent / "bin" / "kubectl"

    def __call__(self, *words: str, typed: str = "") -> str:
        """kubectl's output; it has to work."""
        done = subprocess.run(
            [str(self._kubectl), "--kubeconfig", str(self.kubeconfig), *words],
            input=typed, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{words}: {done.stderr}"
        return done.stdout

    def object(self, *words: str) -> dict[str, Any]:
        """One object, without who wrote it, when, and its status."""
        found: dict[str, Any] = json.loads(self("get", *words, "-o", "json"))
        found.pop("status", None)
        for key in ("managedFields", "resourceVersion", "generation"):
            found["metadata"].pop(key, None)
        return found

    def versions(self) -> dict[str, str]:
        """The version of every object of the kinds that a look could have touched."""
        kinds = "ns,deploy,svc,cm,secret,sts,ds,job,cronjob,ingress,networkpolicy,hpa,quota"
        listed = json.loads(self("get", kinds, "-A", "-o", "json"))["items"]
        return {
            f"{one['kind']} {one['metadata'].get('namespace', '')}/{one['metadata']['name']}": str(
                one["metadata"]["uid"] + " " + json.dumps(one.get("spec", one.get("data")))
            )
            for one in listed
            if one["metadata"].get("namespace", one["metadata"]["name"]).startswith("kl-")
        }


@contextmanager
def namespace(
    cluster: Cluster, *, made: bool = True, prefix: str = "kl", waited: bool = True
) -> Iterator[str]:
    """The name of a namespace of one's own, gone afterwards: at once, or by and by if it is not
    *waited* for, as pods that run take half a minute."""
    name = f"{prefix}-{uuid.uuid4().hex[:8]}"
    if made:
        cluster("create", "namespace", name)
    try:
        yield name
    finally:
        how = f"--timeout={WAIT}" if waited else "--wait=false"
        cluster("delete", "namespace", name, "--ignore-not-found", how)
