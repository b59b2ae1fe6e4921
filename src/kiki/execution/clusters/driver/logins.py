"""The login of a registry as a Secret of type ``kubernetes.io/dockerconfigjson`` has it.

Called by ``program``. The task of the playbook has Ansible compose the same bytes
(targets/kubernetes/logins.py), so that what is planned is what is applied. Standard library only.
"""

import base64
import json
from typing import Any

KEY = ".dockerconfigjson"


def composed(login: dict[str, Any], values: dict[str, str]) -> str:
    """*login*, a server with its user, as the API has it: in base64. KeyError for a password that
    nobody handed over."""
    password = values[login["variable"]]
    entry = {"username": login["username"], "password": password}
    entry |= {"email": login["email"]} if "email" in login else {}
    entry["auth"] = _coded(f"{login['username']}:{password}")
    return _coded(json.dumps({"auths": {login["server"]: entry}}))


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
