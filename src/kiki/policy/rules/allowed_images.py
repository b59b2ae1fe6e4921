"""Images must be ones that the site allows.

The site profile's ``allowed_images`` are shell patterns (``*`` also matches ``/``); without any,
every image is allowed. An image counts under the name that was asked for and under the one that
the profile makes of it.
"""

from kiki.model.finding import Finding
from kiki.model.intent import Operation
from kiki.model.profile import Profile
from kiki.policy.case import Case, Opinion
from kiki.policy.fields import matches, texts


def judge(case: Case) -> tuple[Opinion, ...]:
    """A refusal for every image that isn't allowed."""
    if not case.profile.allowed_images:
        return ()
    return tuple(
        _refused(operation, image)
        for operation in case.intent.operations
        for image in texts(operation, "image", "images")
        if not matches_any(image, case.profile)
    )


def matches_any(image: str, profile: Profile) -> bool:
    """Whether *image* is allowed as asked for, or as the profile completes it."""
    full = profile.images.get(image, image)
    names = {image, full}
    if profile.registry_mirror and not _has_registry(full):
        names.add(profile.registry_mirror.rstrip("/") + "/" + full)
    return any(matches(name, profile.allowed_images) for name in names)


def _has_registry(image: str) -> bool:
    """A first part with a dot or a port, or ``localhost``, is a registry; Docker's own rule."""
    first, slash, _ = image.partition("/")
    return bool(slash) and (first == "localhost" or "." in first or ":" in first)


def _refused(operation: Operation, image: str) -> Finding:
    params = {"kind": operation.kind, "image": image}
    return Finding(code="policy.image_not_allowed", severity="error", params=params)
