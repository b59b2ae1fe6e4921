"""The podman lab, for machines that are not this one."""

from tests.live.conftest import podman

__all__ = ["podman"]
