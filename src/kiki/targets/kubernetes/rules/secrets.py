"""Secrets whose values stand in the file.

Called by ``check`` for every object. Base64 hides nothing: who reads the file has the secret.
"""

from kiki.targets.kubernetes.items import Item


def judge(item: Item) -> None:
    """Report values of a Secret that would be kept wherever the file is kept."""
    if item.kind != "Secret" or item.group:
        return
    for field in ("data", "stringData"):
        values = item.data.get(field)
        if isinstance(values, dict) and any(values.values()):
            item.report("k8s.secret_in_file", "warning", (field,))
