"""Which of what Heat's preview of an update calls a change is one.

Called by ``check``. The preview does not know the ids of the resources that a resource refers to,
and calls each that refers to another one changed, or replaced; and every nested stack, whatever is
in it. What is written the same, with the same values, does change only if it failed before, or if
what it refers to becomes another one.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING or __package__:
    from kiki.execution.clouds.driver import stacks
    from kiki.execution.clouds.driver.templates import Template
else:
    import stacks
    from templates import Template

Found = dict[str, Any]
Judged = list[tuple[Found, str]]
_NEW = ("create", "replace", "delete")


class Judge:
    """Compares two templates. *failed* are the paths of resources that are not well; *known*:
    hidden parameters are known to have the values that they are to have."""

    def __init__(self, old: Template, new: Template, failed: set[str], *, known: bool) -> None:
        self._old = old
        self._new = new
        self._failed = failed
        self._known = known
        self._same = old.body == new.body and old.values == new.values

    def judged(self, found: Judged) -> Judged:
        """*found* with ``none`` for what does not change."""
        quiet = {stacks.path_of(one) for one, verb in found if self._may_be_quiet(one, verb)}
        while True:
            moving = self._moving(found, quiet)
            woken = {
                stacks.path_of(one)
                for one, _ in found
                if stacks.path_of(one) in quiet and self.following(_top(one), moving)
            }
            if not woken:
                break
            quiet -= woken
        settled = [(one, "none" if stacks.path_of(one) in quiet else verb) for one, verb in found]
        return self._groups(settled)

    def following(self, name: str, moving: dict[str, str]) -> list[str]:
        """The properties of the resource *name* that refer to what becomes another one."""
        body = self._new.resources.get(name) or {}
        properties = body.get("properties") or {}
        return [key for key, value in properties.items() if _follows(value, moving)]

    def _may_be_quiet(self, one: Found, verb: str) -> bool:
        path, name = stacks.path_of(one), _top(one)
        if verb not in ("update", "replace") or path in self._failed or name in self._failed:
            return False
        if name not in self._new.resources:  # deep in a nested stack: nobody here knows what it is
            return self._same
        if not self._known and self._new.conceals(self._new.resources[name]):
            return False  # only Heat can tell whether a hidden value is another one
        old, new = self._old.resources.get(name), self._new.resources[name]
        return bool(old == new and self._old.filled(old) == self._new.filled(new))

    def _moving(self, found: Judged, quiet: set[str]) -> dict[str, str]:
        return {
            _top(one): verb
            for one, verb in found
            if verb != "none" and stacks.path_of(one) not in quiet
        }

    def _groups(self, found: Judged) -> Judged:
        """A nested stack changes if something in it does."""
        moved = {str(one.get("parent_resource")) for one, verb in found if verb != "none"}
        return [(one, "none" if _quiet_group(one, verb, moved) else verb) for one, verb in found]


def _quiet_group(one: Found, verb: str, moved: set[str]) -> bool:
    nested = "nested_stack_id" in one and verb == "update"
    return nested and str(one["resource_name"]) not in moved


def _top(one: Found) -> str:
    return str(one.get("parent_resource") or one["resource_name"])


def _follows(value: Any, moving: dict[str, str]) -> bool:
    return any(
        moving.get(name) in _NEW or (attribute and name in moving)
        for name, attribute in references(value)
    )


def references(value: Any) -> Iterator[tuple[str, bool]]:
    """The resources that *value* refers to, and whether by an attribute."""
    if isinstance(value, list):
        for one in value:
            yield from references(one)
    if not isinstance(value, dict):
        return
    for key, one in value.items():
        if key == "get_resource":
            yield str(one), False
        elif key == "get_attr" and isinstance(one, list) and one:
            yield str(one[0]), True
        else:
            yield from references(one)
