"""What commands in containers printed, as files beside the run.

Called by ``target``. It is text of whoever wrote the container: secrets that it announces are taken
out, and nothing else is made of it.
"""

import json
from typing import Any

from kiki.model.intent import Intent
from kiki.targets.ansible.collecting import report_key
from kiki.targets.ansible.compose import fields_of, module_of
from kiki.targets.podman.operations.container_exec.operation import KIND
from kiki.targets.port import Masked

FILE = "output.json"


def files(intent: Intent, reports: dict[str, Any], masked: Masked) -> dict[str, str]:
    """One file with what each command printed on each host; none where there was no command."""
    asked = [operation for operation in intent.operations if operation.kind == KIND]
    found = []
    for operation in asked:
        fields = fields_of(operation, module_of(operation))
        key = report_key(KIND, fields)
        for host, one in sorted(reports.items()):
            if isinstance(one, dict) and key in one:
                lines = masked("\n".join(map(str, one[key]))).split("\n")
                about = {"host": host, "container": fields.name, "command": fields.command}
                found.append({**about, "output": lines})
    return {FILE: json.dumps(found, indent=1, ensure_ascii=False) + "\n"} if found else {}
