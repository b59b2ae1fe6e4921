"""Heat's own judgement, offline: run by a Python that has openstack-heat, JSON lines in and out.

A line ``{"type": ..., "properties": ...}`` is answered by Heat's validation of properties, a line
``{"template": ...}`` by that of a whole stack; the answer is ``{"error": null}`` or Heat's message.
Constraints that only a cloud can judge are passed over.
"""

import json
import sys
import warnings
from typing import Any

warnings.filterwarnings("ignore")

from heat.common import context, template_format  # noqa: E402
from heat.engine import (  # noqa: E402
    constraints,
    environment,
    properties,
    resource,
    resources,
    stack,
    template,
)
from oslo_config import cfg  # noqa: E402

VALUES = {"number": 1, "json": {}, "boolean": True, "comma_delimited_list": ["x"]}
OFFLINE = ("ip_addr", "net_cidr", "ip_or_cidr", "mac_addr")


def main() -> None:
    cfg.CONF([], project="heat")
    real = constraints.CustomConstraint.validate

    def validate(self: Any, value: Any, *rest: Any) -> Any:
        return real(self, value, *rest) if self.name in OFFLINE else None

    constraints.CustomConstraint.validate = validate
    resource.Resource.is_service_available = classmethod(lambda cls, context: (True, None))
    types = {
        info.name: info.get_class() for info in infos(resources.global_env().registry._registry)
    }
    for line in sys.stdin:
        print(json.dumps({"error": judge(json.loads(line), types)}), flush=True)


def infos(registry: Any) -> Any:
    for value in registry.values():
        if isinstance(value, dict):
            yield from infos(value)
        else:
            yield value


def judge(asked: dict[str, Any], types: dict[str, Any]) -> str | None:
    try:
        if "template" in asked:
            judge_template(asked["template"])
        else:
            schema = types[asked["type"]].properties_schema
            properties.Properties(schema, asked["properties"]).validate()
    except Exception as error:  # noqa: BLE001 -- whatever Heat raises is its answer
        return f"{type(error).__name__}: {error}"[:500]
    return None


def judge_template(text: str) -> None:
    user = context.RequestContext(
        project_id="p", user_id="u", roles=[], is_admin=False, show_deleted=False
    )
    body = template_format.parse(text)
    given = {
        name: VALUES.get(parameter.get("type"), "x")
        for name, parameter in (body.get("parameters") or {}).items()
        if "default" not in parameter
    }
    parsed = template.Template(body, env=environment.Environment({"parameters": given}))
    made = stack.Stack(user, "case", parsed)
    made.validate(validate_res_tmpl_only=True)


if __name__ == "__main__":
    main()
