"""All names of one container image, so that a rule on images can't be walked past by a short one.

Called by ``facts``. ``nginx`` is ``nginx:latest``, and where the site has no mirror it is Docker
Hub's ``docker.io/library/nginx:latest``, as podman and Kubernetes complete it.
"""

from kiki.model.profile import Profile

_HUB = "docker.io"


def spellings(image: str, profile: Profile) -> frozenset[str]:
    """*image* as it was asked for and as it is completed, each with its tag."""
    asked = profile.images.get(image, image)
    whole = {asked} if _has_registry(asked) else {asked, _completed(asked, profile)}
    return frozenset(map(_tagged, whole))


def _completed(image: str, profile: Profile) -> str:
    if profile.registry_mirror:
        return f"{profile.registry_mirror.rstrip('/')}/{image}"
    return f"{_HUB}/{image}" if "/" in image else f"{_HUB}/library/{image}"


def _has_registry(image: str) -> bool:
    """A first part with a dot or a port, or ``localhost``, is a registry; Docker's own rule."""
    first, slash, _ = image.partition("/")
    return bool(slash) and (first == "localhost" or "." in first or ":" in first)


def _tagged(image: str) -> str:
    """With ``:latest`` where it has neither tag nor digest."""
    last = image.rpartition("/")[2]
    return image if ":" in last or "@" in last else f"{image}:latest"
