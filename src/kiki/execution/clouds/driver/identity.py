"""Which cloud this is, and who asks: what an approval is bound to.

Asked as ``identity``. Keystone says it of the token that it gave: project, user and their domains;
the address and the region are those of ``clouds.yaml``, which is only believed about where to ask.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver.connection import Cloud
    from kiki.execution.clouds.driver.faults import Fault
else:
    from connection import Cloud
    from faults import Fault


def answer(cloud: Cloud, order: dict[str, Any], say: Callable[[Any], None]) -> dict[str, str]:
    """cloud, server, project, project_id, domain, user, user_id and region. Fault
    ``cloud.no_heat``, ``region_unknown``."""
    access = cloud.access
    heat = access.service_catalog.get_endpoints_data(service_type="orchestration")
    regions = {str(one.region_name) for found in heat.values() for one in found}
    if not regions:
        raise Fault("cloud.no_heat")
    if cloud.region and cloud.region not in regions:
        raise Fault("cloud.region_unknown", region=cloud.region, regions=", ".join(sorted(regions)))
    return {
        "cloud": cloud.name,
        "server": cloud.address,
        "project": str(access.project_name),
        "project_id": str(access.project_id),
        "domain": str(access.project_domain_name or "-"),
        "user": str(access.username),
        "user_id": str(access.user_id),
        "region": cloud.region or "-",
    }
