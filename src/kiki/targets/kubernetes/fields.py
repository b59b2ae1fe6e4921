"""The types of the values that operations take, with Kubernetes' own limits.

Called by every operation. A value outside its limits is a ``msgspec.ValidationError`` that names
the field; ``render`` turns it into the code that :data:`INVALID` has for that field.
"""

from typing import Annotated

from msgspec import Meta

# A pattern's "$" also matches before a last newline: "(?!\n)" closes that hole.
_LABEL = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_COMPONENT = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_HOST = r"(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"
_REGISTRY = rf"(?:{_HOST}(?::\d{{1,5}})?|[A-Za-z0-9-]+:\d{{1,5}})"

# RFC 1123 label: the API allows dots in a deployment's name, but its label values and pods don't
Name = Annotated[str, Meta(pattern=rf"^{_LABEL}$(?!\n)", max_length=63)]
OptionalName = Annotated[str, Meta(pattern=rf"^(?:|{_LABEL})$(?!\n)", max_length=63)]
# RFC 1035 label: a service's name is a DNS name of its own and begins with a letter
ServiceName = Annotated[str, Meta(pattern=r"^[a-z](?:[-a-z0-9]*[a-z0-9])?$(?!\n)", max_length=63)]
# github.com/distribution/reference: registry, path, tag, digest; upper case only in the registry
IMAGE = (
    rf"(?:{_REGISTRY}/)?{_COMPONENT}(?:/{_COMPONENT})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}})?"
    r"(?:@sha256:[0-9a-f]{64})?"
)
Image = Annotated[str, Meta(pattern=rf"^{IMAGE}$(?!\n)", max_length=400)]
Replicas = Annotated[int, Meta(ge=0, le=10_000)]
Port = Annotated[int, Meta(ge=1, le=65_535)]
OptionalPort = Annotated[int, Meta(ge=0, le=65_535)]
NodePort = Annotated[int, Meta(ge=0, le=32_767)]

FileName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$(?!\n)", max_length=200)]
# A file or folder of the user's own, as a shell has it after its quotes are gone
GivenPath = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]+$(?!\n)", max_length=1000)]
# A host name with a dot (RFC 1123), and an address of IPv4 or IPv6
_DOMAIN = r"(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?"
OptionalDomain = Annotated[str, Meta(pattern=rf"^(?:|{_DOMAIN})$(?!\n)", max_length=253)]
OptionalAddress = Annotated[str, Meta(pattern=r"^(?:|(?=.*[.:])[0-9a-f.:]{2,45})$(?!\n)")]

FIRST_NODE_PORT = 30_000

# The message that explains what each field accepts
INVALID = {
    "name": "k8s.name_invalid",
    "namespace": "k8s.name_invalid",
    "selector": "k8s.name_invalid",
    "image": "k8s.image_invalid",
    "replicas": "k8s.replicas_invalid",
    "port": "k8s.port_invalid",
    "target_port": "k8s.port_invalid",
    "node_port": "k8s.node_port_invalid",
    "type": "k8s.service_type_invalid",
    "size": "k8s.volume_invalid",
    "volume_size": "k8s.volume_invalid",
    "volume_path": "k8s.volume_invalid",
    "storage_class": "k8s.name_invalid",
    "data": "k8s.data_invalid",
    "file": "k8s.data_invalid",
    "schedule": "k8s.schedule_invalid",
    "completions": "k8s.number_invalid",
    "parallelism": "k8s.number_invalid",
    "retries": "k8s.number_invalid",
    "env": "k8s.variable_invalid",
    "labels": "k8s.pair_invalid",
    "node_selector": "k8s.pair_invalid",
    "spread": "k8s.spread_invalid",
    "tolerations": "k8s.toleration_invalid",
    "taints": "k8s.taint_invalid",
    "mounts": "k8s.mount_invalid",
    "near": "k8s.pod_labels_invalid",
    "apart": "k8s.pod_labels_invalid",
    "env_keys": "k8s.env_key_invalid",
    "env_from": "k8s.env_source_invalid",
    "cpu_request": "k8s.quantity_invalid",
    "memory_request": "k8s.quantity_invalid",
    "cpu_limit": "k8s.quantity_invalid",
    "memory_limit": "k8s.quantity_invalid",
    "command": "k8s.command_invalid",
    "args": "k8s.command_invalid",
    "pull_secret": "k8s.name_invalid",
    "service_account": "k8s.name_invalid",
    "container": "k8s.name_invalid",
    "ports": "k8s.ports_invalid",
    "cluster_ip": "k8s.cluster_ip_invalid",
    "external_name": "k8s.external_name_invalid",
    **dict.fromkeys(
        ("rules", "service", "host", "path", "port_name", "path_type", "ingress_class", "tls"),
        "k8s.ingress_invalid",
    ),
    **dict.fromkeys(("min", "max", "cpu", "memory"), "k8s.autoscaler_invalid"),
    "target": "k8s.name_invalid",
    "workload": "k8s.name_invalid",
    "min_available": "k8s.budget_invalid",
    "max_unavailable": "k8s.budget_invalid",
    "account": "k8s.account_invalid",
    "user": "k8s.account_invalid",
    "group": "k8s.account_invalid",
    "account_namespace": "k8s.name_invalid",
    "role": "k8s.role_invalid",
    "access": "k8s.rights_invalid",
    "verbs": "k8s.rights_invalid",
    "resources": "k8s.rights_invalid",
    "hard": "k8s.quota_invalid",
    "limits": "k8s.limits_invalid",
    **{
        f"{way}{what}": "k8s.quantity_invalid"
        for way in ("default_", "default_request_", "min_", "max_", "request_", "limit_")
        for what in ("cpu", "memory")
    },
    "storage": "k8s.quantity_invalid",
    **dict.fromkeys(
        ("pods", "services", "configmaps", "secrets", "claims", "load_balancers", "node_ports"),
        "k8s.quota_invalid",
    ),
    "deny": "k8s.network_policy_invalid",
    "direction": "k8s.network_policy_invalid",
    "to_pods": "k8s.pair_invalid",
    "from_pods": "k8s.pair_invalid",
    "to_namespaces": "k8s.name_invalid",
    "from_namespaces": "k8s.name_invalid",
    "to_networks": "k8s.network_policy_invalid",
    "from_networks": "k8s.network_policy_invalid",
}
