"""Which known cause is behind a failure of podman or skopeo, from what these print.

Called by ``reasons``. Source: podman 4.3 and skopeo 1.9 in the lab (labs/podman.sh), which have
these words from containers/image, libpod and Go's net and crypto/x509. In order: a mirror's answer
stands before that of the registry it stands for.
"""

_AWAY = (
    r"connection refused|no such host|i/o timeout|no route to host|network is unreachable|"
    r"TLS handshake timeout|connection reset by peer|Temporary failure in name resolution|"
    r"received unexpected HTTP status: 50[234]"
)

CONTAINERS = (
    ("execution.registry_password", r"logging into \"[^\"]*\": invalid username/password"),
    ("execution.image_not_mirrored", r"Mirrors also failed: \[.*manifest unknown"),
    (
        "execution.registry_certificate",
        r"(?:pinging container|creds for|/v2/).*(?:x509: |tls: failed to verify certificate)",
    ),
    ("execution.registry_plain", r"server gave HTTP response to HTTPS client"),
    ("execution.registry_away", rf"(?:pinging container|creds for|/v2/).*(?:{_AWAY})"),
    (
        "execution.registry_login",
        r"unauthorized: authentication required|requested access to the resource is denied|"
        r"unable to retrieve auth token: invalid username/password",
    ),
    ("execution.image_unknown", r"reading manifest .*(?:manifest|name|repository) unknown"),
    ("execution.port_privileged", r"cannot expose privileged port"),
    ("execution.port_taken", r"(?:listen|bind|port|proxy).*address already in use"),
    (
        "execution.container_name_taken",
        r"container name \"[^\"]*\" is already in use|"
        r"name \"[^\"]*\" is in use: (?:container|pod) already exists|"
        r"name [^ ]+ is in use: pod already",
    ),
    ("execution.container_part_used", r"(?:network|volume) is being used"),
    ("execution.image_used", r"image (?:is )?(?:in use|used) by|image is in use by a container"),
    ("execution.checkpoint_goes", r"was run with --rm: it would be gone"),
    ("execution.image_not_here", r"There is no image \S+ here, and no registry has it"),
    (
        "execution.no_criu",
        r"requires at least CRIU|There is no CRIU here|CRIU .*not (?:found|installed)",
    ),
    (
        "execution.no_podman",
        r"No such file or directory: b?'(?:/usr/bin/)?podman'|"
        r"Failed to find required executable \"?podman|command not found: '?podman",
    ),
)
