"""Secrets whose values stand in the file.

Called by ``check`` for every object. Base64 hides nothing: who reads the file has the secret. A
value that is only named is in no file, but a plain ``kubectl apply`` would store the name.
"""

from kiki.targets.kubernetes.items import Item
from kiki.targets.kubernetes.kept import FIELD, only_names


def judge(item: Item) -> None:
    """Report values of a Secret that would be kept wherever the file is kept."""
    if item.kind != "Secret" or item.group:
        return
    for field in ("data", "stringData"):
        values = item.data.get(field)
        if not isinstance(values, dict) or not any(values.values()):
            continue
        if field == FIELD and only_names(values):
            item.report("k8s.secret_only_named", "info", (field,))
        else:
            item.report("k8s.secret_in_file", "warning", (field,))
