"""What is made by templates that were given, in the words of Kiki's kinds: what policy judges.

Called by ``target.judged`` for stacks of a definition and for a template of the user's own. A
resource that a kind of Kiki's makes too is of that kind, with the properties that Heat knows; a
rule of a security group has its ports as that kind says them. Of the user's own any other is
generic; of a definition, which Kiki made, it counts as the stacks do. What can't be known before
Heat has worked it out stands there as ``{get_attr}``, so that a rule for every value is for it as
well, and one that lists what is allowed does not have it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from kiki.documents.read import read_yaml
from kiki.model.intent import Intent, Operation
from kiki.targets.openstack import stacks
from kiki.targets.openstack.working import worked_out

_KINDS = {
    "OS::Nova::Server": "server_create", "AWS::EC2::Instance": "server_create",
    "OS::Nova::Flavor": "flavor_create", "OS::Nova::KeyPair": "keypair_create",
    "OS::Nova::ServerGroup": "server_group_create", "OS::Glance::WebImage": "image_create",
    "OS::Cinder::Volume": "volume_create", "AWS::EC2::Volume": "volume_create",
    "OS::Cinder::VolumeAttachment": "volume_attach",
    "OS::Neutron::Net": "network_create", "OS::Neutron::ProviderNet": "network_create",
    "OS::Neutron::Subnet": "subnet_create", "OS::Neutron::Router": "router_create",
    "OS::Neutron::RouterInterface": "router_attach",
    "OS::Neutron::SecurityGroup": "security_group_create",
    "OS::Neutron::SecurityGroupRule": "security_rule_add",
    "OS::Neutron::FloatingIP": "floating_ip_create",
    "OS::Neutron::FloatingIPAssociation": "floating_ip_use",
    "OS::Octavia::LoadBalancer": "load_balancer_create",
    "OS::Keystone::Project": "project_create", "OS::Keystone::User": "user_create",
    "OS::Keystone::Role": "role_create", "OS::Keystone::UserRoleAssignment": "role_assign",
    "OS::Nova::Quota": "quota_set", "OS::Cinder::Quota": "quota_set",
    "OS::Neutron::Quota": "quota_set", "OS::Octavia::Quota": "quota_set",
}  # fmt: skip
# Parts of what those kinds make, and what is nothing in the cloud: no risk of their own.
_PARTS = frozenset((
    "OS::Neutron::Port", "OS::Octavia::Listener", "OS::Octavia::Pool", "OS::Octavia::PoolMember",
    "OS::Octavia::HealthMonitor", "OS::Heat::ResourceGroup", "OS::Heat::AutoScalingGroup",
    "OS::Heat::RandomString", "OS::Heat::Value", "OS::Heat::None",
))  # fmt: skip
_GENERIC = "openstack.resource"
_CHAIN, _NESTED = "OS::Heat::ResourceChain", "OS::Heat::Stack"
_WORLD = {"IPv6": "::/0"}
_ICMP = ("icmp", "icmpv6", "ipv6-icmp", "1", "58")
_LAST_PORT = 65535


def judged(intent: Intent, risks: tuple[str, ...]) -> tuple[Intent, tuple[str, ...]]:
    """*intent* with what its templates make beside its operations, and the risk of each; *risks*
    are those of its operations."""
    pairs = list(zip(intent.operations, risks, strict=True))
    for operation, risk in tuple(pairs):
        pairs += [(one, "high" if one.kind == _GENERIC else risk) for one in meant(operation)]
    operations = tuple(operation for operation, _ in pairs)
    return replace(intent, operations=operations), tuple(risk for _, risk in pairs)


def meant(operation: Operation) -> Iterator[Operation]:
    """What *operation* makes."""
    if operation.kind not in (stacks.KIND, stacks.OWN):
        return
    files = {file.path: file.text for file in stacks.files(operation)}
    for one in stacks.fields_of(operation).stacks:
        for template in read_yaml(files[one.file], one.file).documents:
            yield from _of_template(template, one.parameters, operation.kind)


def _of_template(template: Any, given: Mapping[str, Any], of: str) -> Iterator[Operation]:
    if not isinstance(template, dict):
        return
    known = template.get("parameters")
    defaults = {
        name: about["default"]
        for name, about in (known.items() if isinstance(known, dict) else ())
        if isinstance(about, dict) and "default" in about and not _hidden(about)
    }
    yield from _made(worked_out(template.get("resources"), defaults | dict(given)), of)


def _hidden(about: dict[Any, Any]) -> bool:
    """What it has is a secret, and nothing for policy to look at."""
    return str(about.get("hidden", "false")).lower() not in ("false", "no", "off", "0", "n", "f")


def _made(body: Any, of: str) -> Iterator[Operation]:
    """What a resource makes: itself, and those that stand in it, as the servers of a group do."""
    if isinstance(body, list):
        for one in body:
            yield from _made(one, of)
    if not isinstance(body, dict):
        return
    name, told = body.get("type"), body.get("properties")
    if isinstance(name, str) and "::" in name:
        for one in told if isinstance(told, list) else [told]:  # a list: the one or the other
            yield from _operations(name, one if isinstance(one, dict) else {}, of)
    for one in body.values():
        yield from _made(one, of)


def _operations(name: str, told: dict[str, Any], of: str) -> Iterator[Operation]:
    kind = f"openstack.{_KINDS[name]}" if name in _KINDS else ""
    if not kind:
        kind = of if name in _PARTS or of == stacks.KIND else _GENERIC
    for more in _details(name, told):
        yield Operation(kind=kind, fields={**more, "type": name, "body": told})
    if name == _CHAIN and isinstance(told.get("resources"), list):
        inner = {"properties": told.get("resource_properties")}
        yield from _made([{"type": one, **inner} for one in told["resources"]], of)
    if name == _NESTED and isinstance(told.get("template"), str):
        for template in read_yaml(told["template"], name).documents:
            yield from _of_template(template, told.get("parameters") or {}, of)


def _details(name: str, told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What the kind calls otherwise than Heat does; of a group with rules once for each of them."""
    if name == "OS::Neutron::SecurityGroupRule":
        yield _rule(told)
    elif name == "OS::Neutron::SecurityGroup" and told.get("rules"):
        rules = told["rules"] if isinstance(told["rules"], list) else [{}]
        yield from (_rule(one if isinstance(one, dict) else {}) for one in rules)
    elif name == "OS::Neutron::FloatingIP" and isinstance(told.get("floating_network"), str):
        yield {"external_network": told["floating_network"]}
    else:
        yield {}


def _rule(told: dict[str, Any]) -> dict[str, Any]:
    """As ``rules.Allowed`` has it. Without ports it is for all of them, unless it is ICMP; without
    a source it is for the world, which is said here."""
    protocol = str(told.get("protocol") or "any").lower()
    there: dict[str, Any] = {"direction": str(told.get("direction") or "ingress")}
    group = told.get("remote_group") or told.get("remote_group_id")
    if group or told.get("remote_mode") == "remote_group_id":
        there["remote_group"] = group if isinstance(group, str) else ""
    else:
        world = _WORLD.get(str(told.get("ethertype")), "0.0.0.0/0")
        there["remote"] = str(told.get("remote_ip_prefix") or world)
    if protocol in _ICMP:
        return {**there, "icmp": True}
    return {**there, "ports": [f"{_ports(told)}/{protocol if protocol.isalnum() else 'any'}"]}


def _ports(told: dict[str, Any]) -> str:
    """What can't be known yet may be any port."""
    first, last = (str(told.get(f"port_range_{end}", "")) for end in ("min", "max"))
    if not (first.isdecimal() and last.isdecimal()):
        return f"1-{_LAST_PORT}"
    return first if first == last else f"{first}-{last}"
