"""What is changed in a thing that is there, said with a verb that also makes things.

Called by ``interpret``. "이미지를 nginx:1.28로 올려줘" raises what there is to another version;
"nginx:1.28 이미지로 올려줘" brings up something new. "update deployment web to nginx:1.28" says
by the value alone what is updated. Knows no kinds: their ``needs`` name what is said here.
"""

from collections.abc import Iterator
from itertools import pairwise

from kiki.understand.changes import DEPLOYS, RAISES, RESIZES, SETS
from kiki.understand.filling import Setting
from kiki.understand.phrases import Item
from kiki.understand.unsaid import is_new
from kiki.understand.values import shape_of

_WORKLOADS = {"deployment", "k8s_statefulset", "k8s_daemonset"}
_COUNTED = {"replica", "copies", "pod"}
_IMAGES = {"image", "container_image"}
_SIZES = {"flavor", "server_size"}
_VALUED = {*_IMAGES, "memory_limit", "cpu_limit", "memory_request", "cpu_request", *_SIZES}
_LIFTS = ("올려", "올리", "올린", "올릴", "올렸")
_TO = ("inst", "to", "with")


def said_of_change(items: tuple[Item, ...], verb: str, setting: Setting) -> set[str]:
    """Which changes of what is there *items* may say under *verb*."""
    made: set[str] = set()
    if any("image" in item.ids or "container_image" in item.ids for item in items):
        made.add(SETS)
    if any(set(item.ids) & _WORKLOADS for item in items) and any(map(_tagged, items)):
        made.add(SETS)
    if verb == "launch" and _lifts(setting) and (raised(items) or _may_be_raised(items)):
        made.add(RAISES)
    there = any(map(_there, items)) and any(map(_names_version, items))
    there = there and not is_new(items, setting)
    if verb == "deploy" and (there or (setting.korean and _of_object(items))):
        made.add(DEPLOYS)
    if any(map(_names_flavor, items)):
        made.add(RESIZES)
    return made


def raises(items: tuple[Item, ...], verb: str, setting: Setting) -> bool:
    """Whether something that is there is raised, so that nothing is made: "이미지를 web:2로
    올려줘"."""
    return verb == "launch" and _lifts(setting) and raised(items)


def raised(items: tuple[Item, ...]) -> bool:
    """Whether a property stands before what it is raised to, and nothing counts things that are
    to be made."""
    return any(said for said in _raised(items))


def _raised(items: tuple[Item, ...]) -> Iterator[bool]:
    counted = any(item.sort == "count" for item in items)
    for item, after in pairwise((*items, None)):
        if item is None or not set(item.ids) & (_VALUED | _COUNTED):
            continue
        own = bool(item.values) and not item.before and item.inner in ("", "obj")
        if own and item.link in _TO and _fits(item, item):
            yield item.inner == "obj" or (not counted and bool(set(item.ids) & _IMAGES))
        bare = after is not None and after.sort in ("bare", "count") and after.link in _TO
        if after is not None and not item.values and item.link == "obj" and bare:
            yield _fits(item, after)


def _fits(item: Item, said: Item) -> bool:
    """Whether a number is said of what is counted: "파드를 nginx:1.28로" raises nothing."""
    return bool(set(item.ids) & _VALUED) or all(v.number is not None for v in said.values)


def _may_be_raised(items: tuple[Item, ...]) -> bool:
    """As in "web 디플로이먼트를 nginx:1.28로 올려줘": another image, or what it is made of."""
    return any(
        set(item.ids) & _WORKLOADS and after.sort == "bare" and _tagged(after)
        for item, after in pairwise(items)
    )


def _there(item: Item) -> bool:
    """As in "deploy api:2 to deployment web": to what is there."""
    named = item.link in ("loc", "to") and bool(item.values)
    return named and bool(set(item.ids) & _WORKLOADS)


def _names_version(item: Item) -> bool:
    return "image" in item.ids or any(":" in v.text for v in item.values)


def _of_object(items: tuple[Item, ...]) -> bool:
    """As in "web 디플로이먼트 이미지를 api:2로 배포해줘", which may also be how it is made."""
    said = (item for item in items if "image" in item.ids)
    return any("obj" in (item.link, item.inner) for item in said) and raised(items)


def _names_flavor(item: Item) -> bool:
    """As in "to m1.large", "사양을 high로": what a server that is there is to be like."""
    said = any(shape_of(value) == "flavor" for value in item.values)
    return said or not _SIZES.isdisjoint(item.ids)


def _tagged(item: Item) -> bool:
    """An image with its version, which something is brought to."""
    to = item.sort == "bare" and item.link in _TO
    return to and any(":" in v.text and shape_of(v) == "image" for v in item.values)


def _lifts(setting: Setting) -> bool:
    """Whether the verb is 올리다, which also raises."""
    starts = [word.text for word in setting.words if word.start == setting.verb.start]
    return bool(starts) and setting.korean and starts[0].startswith(_LIFTS)
