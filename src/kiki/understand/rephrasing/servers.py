"""How people say which OpenStack servers they want, in other words than those of the rules.

Read by ``rephrased`` after the ways of each language. As there, a form is a construction and what
is named in it is free.
"""

from kiki.understand.rephrasing.way import way

_NAME = r"[A-Za-z][A-Za-z0-9_.-]*"
_THINGS = r"(?:servers?|instances?|vms?|virtual\s+machines?)"
_NUMBER = r"(?:[0-9]+|one|two|three|four|five|six|seven|eight|nine|ten)"
# "ubuntu-24.04", "rocky-9": a name and a version.
_IMAGE = r"[A-Za-z]+(?:-[A-Za-z]+)*-?[0-9]+(?:\.[0-9]+)*"
_FLAVOR = r"[A-Za-z][A-Za-z0-9]*\.[A-Za-z0-9]+"
# A network is known by its name where no word says that it is one: "private-net", "net1".
_NET = r"[A-Za-z0-9_-]*net[A-Za-z0-9_-]*"
_WANTED = (
    rf"\s*(?:(?:please|create|launch|make|(?:i|we)\s+need|need)\s+)*(?:{_NUMBER}\s+)?"
    rf"(?:{_NAME}\s+)?{_THINGS}"
)
_THAT_ONE = (
    r"[,.;]\s*(?:that|this|it)(?:['’]s|\s+is)\s+(?:the\s+|my\s+|our\s+)"
    rf"(?P<name>{_NAME})\s+{_THINGS}\s+(?:that\s+)?(?:i|we)\s+(?:need|want)[\s.!]*$"
)
_SERVER = "openstack.server_create"
_COUNTED = "openstack.server_create podman.container_run k8s.deployment_create k8s.pod_create"

KOREAN = (
    # "ubuntu-22.04 이미지 쓰는 서버 두 대"
    way(
        r"(?:(?P<flavor>[A-Za-z][A-Za-z0-9]*\.[A-Za-z0-9]+)\s+사양(?:에|의|이고|으로)?\s+)?"
        rf"(?P<image>{_IMAGE})\s+이미지(?:를|을)?\s?(?:쓰는|사용하는|(?:로|으로)\s?된|기반의?)\s+"
        r"(?=(?:[A-Za-z0-9-]+\s+)?(?:서버|인스턴스|VM|가상\s?머신))",
        "{flavor} {image} 이미지로 ", kinds=_SERVER,
    ),
    # "rocky-9 image로 m1.small server 2대 launch on ext-net"
    way(
        rf"\s+(?P<verb>launch|create|boot|deploy|spin\s+up)\s+(?:on|in|at|to)\s+(?P<net>{_NAME})"
        r"(?P<end>[\s.!]*(?:please)?[\s.!]*)$",
        " {net}에 {verb}해줘", kinds=_SERVER,
    ),
)  # fmt: skip

ENGLISH = (
    # "3 servers, no, 4, from rocky-9"
    way(
        rf"\b{_NUMBER}\s+(?P<things>(?:{_NAME}\s+)?[A-Za-z]+s)\s*(?:,|-+|\.\.\.)\s*(?:no|sorry|wait"
        r"|actually|scratch\s+that|i\s+mean|make\s+(?:that|it))\b(?:[\s,]+(?:no|sorry|wait"
        rf"|actually|i\s+mean|make\s+(?:that|it)))*[\s,]+(?P<count>{_NUMBER})\s*,?\s+"
        r"(?=(?:from|with|on|of|named|called|using)\s)",
        "{count} {things} ", kinds=_COUNTED,
    ),
    # "bring up 2 web VMs using ubuntu-22.04": those are new, as the image says
    way(
        rf"\b(?:bring\s+up|fire\s+up|start\s+up|start)\s+(?P<what>(?:(?:a|an|the|new)\s+)*(?:{_NUMBER}\s+)?"
        rf"(?:{_NAME}\s+)?{_THINGS}\s+(?:from|using|with)\s+(?:image\s+)?)(?P<image>{_IMAGE})(?=[\s,.]|$)",
        "launch {what}{image}", kinds=_SERVER,
    ),
    # "a couple of ubuntu-22.04 m1.small VMs": how many, is asked
    way(
        r"\ba\s+(?:(?:couple|handful|bunch)\s+of|few)\s+", "several ", kinds=_COUNTED,
    ),
    # "4 app servers: ubuntu-24.04, m1.small, private-net, ..."
    way(
        rf"^(?P<head>{_WANTED})\s*[:,-]\s*(?P<image>{_IMAGE})\s*,\s*(?P<flavor>{_FLAVOR})\s*,\s*"
        rf"(?P<net>{_NET})(?=\s*(?:,|$))",
        "{head}: image {image}, flavor {flavor}, network {net}", kinds=_SERVER,
    ),
    way(
        rf"^(?P<head>{_WANTED})\s*[:,-]\s*(?P<flavor>{_FLAVOR})\s*,\s*(?P<image>{_IMAGE})\s*,\s*"
        rf"(?P<net>{_NET})(?=\s*(?:,|$))",
        "{head}: image {image}, flavor {flavor}, network {net}", kinds=_SERVER,
    ),
    # "network dmz, image debian-12, size m1.medium, that's the proxy server I need"
    way(
        rf"^(?P<values>\s*(?:network|image|size|key)\s.*?)\bsize\s+(?P<flavor>{_FLAVOR})"
        rf"(?P<more>.*?){_THAT_ONE}",
        "create the {name} server, {values}flavor {flavor}{more}", kinds=_SERVER,
    ),
    way(
        rf"^(?P<values>\s*(?:network|image|flavor|key)\s.*?){_THAT_ONE}",
        "create the {name} server, {values}", kinds=_SERVER,
    ),
    way(
        rf"\b(?P<size>(?:vm|server|instance)\s+size|size)\s+(?P<flavor>{_FLAVOR})(?=[\s,.;]|$)",
        "flavor {flavor}", kinds=_SERVER,
    ),
)  # fmt: skip
