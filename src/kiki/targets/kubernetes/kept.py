"""Secrets of a cluster whose values Kiki keeps: what stands in the artifact, and in the program.

Called by ``program``, ``rules.secrets`` and ``operations.secret_create``. The artifact names each
value as ``{{secret:NAME}}`` in ``stringData``, or a registry's login whose password is one
(``logins``); the program has the object without values, and fills in ``data`` when it runs: of
``stringData`` a server keeps no owners of fields, so that neither conflicts nor a key that is gone
could be seen. The driver reads the same task (``execution/clusters/driver/program.py``).
"""

from collections.abc import Mapping
from typing import Any

from kiki.model.secret import named, placeholder, variable
from kiki.targets.kubernetes import logins
from kiki.targets.kubernetes.logins import Login
from kiki.targets.kubernetes.objects import Manifest

FIELD = "stringData"
_OBJECT = "{{ lookup('ansible.builtin.file', playbook_dir ~ '/' ~ kiki_file) | from_yaml }}"
_FILLED = "{{ kiki_object | combine({'data': kiki_values}) }}"
_PATCHED = "{{ kiki_object | combine({'data': kiki_values}, recursive=true) }}"
"""The patch of an undo may have keys of its own that are taken away."""


def name_in(value: Any) -> str:
    """The name of the secret that all of *value* is; empty for anything else."""
    names = named(value) if isinstance(value, str) else ()
    return names[0] if len(names) == 1 and value == placeholder(names[0]) else ""


def only_named(key: str, value: Any) -> str | Login:
    """What stands for the secret that *value* of *key* only names: its name, or the login with it;
    empty for a value in plain."""
    login = logins.login_in(value) if key == logins.KEY else None
    return login or name_in(value)


def only_names(values: Mapping[str, Any]) -> bool:
    """Whether every one of a Secret's *values* is only named."""
    return all(only_named(key, value) for key, value in values.items())


def split(body: Manifest) -> tuple[Manifest, dict[str, str | Login]]:
    """A Secret without the values that are only named, and their names by key; any other object,
    and a Secret with a value in plain beside them, as it is."""
    values = body.get(FIELD) if body["kind"] == "Secret" else None
    names = {key: only_named(key, value) for key, value in values.items()} if values else {}
    if not names or not all(names.values()) or "data" in body:
        return body, {}
    return {key: value for key, value in body.items() if key != FIELD}, names


def laid(path: str, module: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """The task that gives *module* the object of the file *path* as it is: what it says is no
    template of Ansible's."""
    return {module: {**arguments, "definition": _OBJECT}, "vars": {"kiki_file": path}}


def filled(
    path: str,
    values: Mapping[str, str | Login],
    module: str,
    arguments: dict[str, Any],
    *,
    coded: bool = False,
) -> dict[str, Any]:
    """The task that applies the object of the file *path* with *values*, which are *coded* when
    they were held as the API has them."""
    told = {key: value for key, value in arguments.items() if key != "src"}
    data = {key: _value(one, coded=coded) for key, one in values.items()}
    login = next((logins.told(one) for one in values.values() if isinstance(one, Login)), None)
    about = {"kiki_login": login} if login else {}
    patched = told.get("state") == "patched"
    return {
        module: {**told, "definition": _PATCHED if patched else _FILLED},
        "vars": {"kiki_file": path, "kiki_object": _OBJECT, **about, "kiki_values": data},
    }


def _value(one: str | Login, *, coded: bool) -> str:
    if isinstance(one, Login):
        return logins.expression(one)
    return f"{{{{ {variable(one)}{'' if coded else ' | b64encode'} }}}}"
