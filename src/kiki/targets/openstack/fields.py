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

# The message that explains what each field accepts
INVALID = {
    "name": "openstack.name_invalid",
    "count": "openstack.count_invalid",
    "image": "openstack.catalogue_name_invalid",
    "flavor": "openstack.catalogue_name_invalid",
    "network": "openstack.catalogue_name_invalid",
    "key_name": "openstack.catalogue_name_invalid",
    "security_groups": "openstack.catalogue_name_invalid",
}
