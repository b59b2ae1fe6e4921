"""The types of the values that operations take, with OpenStack's own limits.

Called by every operation. A value outside its limits is a ``msgspec.ValidationError`` that names
the field; ``render`` turns it into the code that :data:`INVALID` has for that field.
"""

from typing import Annotated

from msgspec import Meta

# A pattern's "$" also matches before a last newline: "(?!\n)" closes that hole.
# Nova takes any text of 255 characters, but the host name is made from it (RFC 1123).
ServerName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$(?!\n)", max_length=200)]
# Names in Glance, Nova, Neutron and Keystone are free text: one line, and not empty
CatalogueName = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]+$(?!\n)", max_length=255)]
OptionalCatalogueName = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)", max_length=255)]
# heat.conf: max_resources_per_stack is 1000, and the group itself is one
Count = Annotated[int, Meta(ge=1, le=999)]
FileName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$(?!\n)", max_length=200)]

CatalogueNames = tuple[CatalogueName, ...]
# A port, a range of ports, or a protocol without ports
PortSpec = Annotated[str, Meta(pattern=r"^[0-9]{1,5}(?:-[0-9]{1,5})?/(?:tcp|udp)$(?!\n)")]
Limit = Annotated[int, Meta(ge=-1, le=2**31 - 1)]
UNSAID = -2  # of a limit: -1 means without limit
UnsaidLimit = Annotated[int, Meta(ge=UNSAID, le=2**31 - 1)]
Gigabytes = Annotated[int, Meta(ge=0, le=1_000_000)]
SecretName = Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_-]{0,99}$(?!\n)")]

# The message that explains what each field accepts
INVALID = {
    "name": "openstack.name_invalid",
    "count": "openstack.count_invalid",
    "image": "openstack.catalogue_name_invalid",
    "flavor": "openstack.catalogue_name_invalid",
    "network": "openstack.catalogue_name_invalid",
    "key_name": "openstack.catalogue_name_invalid",
    "security_groups": "openstack.catalogue_name_invalid",
    "cidr": "openstack.cidr_invalid",
    "gateway": "openstack.gateway_invalid",
    "pools": "openstack.pools_invalid",
    "dns": "openstack.dns_invalid",
    "ports": "openstack.ports_invalid",
    "remote": "openstack.cidr_invalid",
    "fixed_ip": "openstack.fixed_ip_invalid",
    "public_key": "openstack.public_key_invalid",
    "user_data": "openstack.user_data_invalid",
    "url": "openstack.url_invalid",
    "password": "openstack.password_invalid",
    "segment": "openstack.segment_invalid",
    "physical_network": "openstack.physical_network_invalid",
    "limits": "openstack.limits_missing",
    "ram": "openstack.size_invalid",
    "min_ram": "openstack.size_invalid",
    "size": "openstack.size_invalid",
    "boot_volume": "openstack.size_invalid",
    "volume": "openstack.size_invalid",
    "group_name": "openstack.group_default",
    "server": "openstack.server_invalid",
}
# Fields that may hold what nobody is to see: an error does not repeat their values
SILENT = frozenset(("password", "public_key", "user_data"))
