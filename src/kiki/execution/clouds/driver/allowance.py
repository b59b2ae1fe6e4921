"""What a project may have and has, and who it is that asks.

Called by ``reading``. A service that is not there, or tells this login nothing, is left out and
said to be so, as the others have their own quotas.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver import things
    from kiki.execution.clouds.driver.connection import Cloud, Refused
else:
    import things
    from connection import Cloud, Refused

Told = dict[str, Any]
_UNLIMITED = -1
_PATHS = {
    "compute": ("/os-quota-sets/{id}/detail", "quota_set"),
    "network": ("/quotas/{id}/details.json", "quota"),
    "block_storage": ("/os-quota-sets/{id}?usage=True", "quota_set"),
}
_OLD = ("fixed_ips", "floating_ips", "security_groups", "security_group_rules", "networks",
        "injected_files", "injected_file_content_bytes", "injected_file_path_bytes")  # fmt: skip
"""What Nova had before Neutron and Glance; its numbers for them mean nothing."""


def quota(cloud: Cloud, ask: Told) -> Told:
    """A row for each limit: what it is of, how much is used, how much is left."""
    project, name = cloud.access.project_id, str(cloud.access.project_name)
    if ask.get("project") and ask["project"] not in (project, name):
        found = things.the_one(cloud, "projects", ask["project"])
        project, name = str(found["id"]), str(found["name"])
    data: Told = {}
    remarks: list[Told] = []
    for service in _PATHS:
        data[service] = _of(cloud, service, project, remarks)
    columns = ["service", "resource", "limit", "used", "reserved", "left"]
    rows = [row for service, told in data.items() for row in _rows(service, told)]
    tables = [{"title": name, "columns": columns, "rows": rows}]
    return {"tables": tables, "data": {"project": project, **data}, "remarks": remarks}


def _of(cloud: Cloud, service: str, project: str, remarks: list[Told]) -> Told:
    path, key = _PATHS[service]
    try:
        told = cloud.ask(service, "get", path.format(id=project))[key]
    except Refused as refused:
        params = {"service": service, "message": str(refused)}
        remarks.append({"code": "cloud_quota_refused", "params": params})
        return {}
    except Exception as error:
        if type(error).__name__ not in ("EndpointNotFound", "EmptyCatalog"):
            raise
        remarks.append({"code": "cloud_quota_none", "params": {"service": service}})
        return {}
    return {
        name: {"limit": one["limit"], "used": one.get("in_use", one.get("used", 0)),
               "reserved": one.get("reserved", 0)}
        for name, one in told.items() if isinstance(one, dict) and _counts(service, name, one)
    }  # fmt: skip


def _counts(service: str, name: str, one: Told) -> bool:
    return "limit" in one and not (service == "compute" and name in _OLD)


def _rows(service: str, told: Told) -> list[list[str]]:
    return [
        [service, name, _limit(one["limit"]), str(one["used"]), str(one["reserved"]), _left(one)]
        for name, one in sorted(told.items())
    ]


def _limit(limit: Any) -> str:
    return "unlimited" if limit == _UNLIMITED else str(limit)


def _left(one: Told) -> str:
    if one["limit"] == _UNLIMITED:
        return "-"
    return str(one["limit"] - one["used"] - one["reserved"])


def token(cloud: Cloud, ask: Told) -> Told:
    """Who asks, for which project, as what, and until when; never the token itself."""
    access = cloud.access
    services = sorted({str(one.get("type")) for one in access.service_catalog.catalog})
    about = {
        "user": str(access.username), "user_id": str(access.user_id),
        "user_domain": str(access.user_domain_name or "-"),
        "project": str(access.project_name), "project_id": str(access.project_id),
        "project_domain": str(access.project_domain_name or "-"),
        "roles": sorted(map(str, access.role_names)), "expires": str(access.expires),
        "region": cloud.region or "-", "server": cloud.address, "services": services,
    }  # fmt: skip
    rows = [[key, ", ".join(one) if isinstance(one, list) else one] for key, one in about.items()]
    table = {"title": "", "columns": ["property", "value"], "rows": rows}
    return {"tables": [table], "data": about}
