"""Hosts: a table or a tree, whether they answer, their keys, their facts.

Called by ``hosting``. Of thousands of hosts the first are shown, and how many there are.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from kiki.cli.layout import one_line, table
from kiki.cli.look import Look
from kiki.model.exits import Exit
from kiki.model.hosts import HostFacts, HostKey, KeyState, Reached, Way
from kiki.model.inventory import Inventory

MOST = 50
_GROUPS = 3
_OWN = frozenset({"all", "ungrouped"})
_ANSWER = {"answers": "green", "bastion": "yellow"}
_KEY: dict[KeyState, str] = {"known": "green", "new": "yellow", "changed": "alarm",
                             "revoked": "alarm"}  # fmt: skip


def fine(reached: Reached) -> bool:
    """Whether a change could connect as far as can be seen without logging in."""
    return reached.answer == "bastion" or ready(reached)


def ready(reached: Reached) -> bool:
    """Whether the host itself answers with a key that is known."""
    return reached.answer == "answers" and reached.key == "known"


def human(ways: Sequence[Way], reached: Sequence[Reached], look: Look, *, every: bool) -> str:
    """A row for each host: groups, address, user, how it is reached; with *reached* whether it
    answers, those that don't first."""
    about = {one.host: one for one in reached}
    ordered = sorted(ways, key=lambda way: fine(about[way.host])) if reached else list(ways)
    titles = ["host_name", "host_groups", "host_address", "host_user", "host_way"]
    titles += ["host_answer", "host_key"] if reached else []
    shown = ordered if every else ordered[:MOST]
    rows = [_row(way, about.get(way.host), look) for way in shown]
    parts = [table([[look.heading(name) for name in titles], *rows])]
    return "\n".join([*parts, _count(len(ways), len(shown), reached, look)])


def _row(way: Way, reached: Reached | None, look: Look) -> list[str]:
    user = way.user or look.paint("-", "dim")
    row = [one_line(way.host), _groups(way), _place(way), one_line(user), _way(way, look)]
    return [*row, _answer(reached, look), _key(reached, look)] if reached else row


def _groups(way: Way) -> str:
    shown = [one_line(group) for group in way.groups]
    more = len(shown) - _GROUPS
    return ", ".join(shown[:_GROUPS]) + (f" +{more}" if more > 0 else "") if shown else "-"


def _place(way: Way) -> str:
    return one_line(way.address if way.port == 22 else f"{way.address}:{way.port}")


def _way(way: Way, look: Look) -> str:
    through = look.label("host_through", jump=one_line(way.jump)) if way.jump else ""
    return " ".join(part for part in (one_line(way.connection or "ssh"), through) if part)


def _answer(reached: Reached, look: Look) -> str:
    style = _ANSWER.get(reached.answer, "red")
    words = look.label(f"host_{reached.answer}", via=one_line(reached.via))
    spent = f" {reached.ms} ms" if reached.ms else ""
    extra = f" ({one_line(reached.detail)})" if reached.answer in ("failed", "not_ssh") else ""
    return look.paint(words, style) + spent + extra


def _key(reached: Reached, look: Look) -> str:
    if not reached.key:
        return "-"
    return look.paint(look.label(f"key_{reached.key}"), _KEY[reached.key])


def _count(whole: int, shown: int, reached: Sequence[Reached], look: Look) -> str:
    parts = [look.label("hosts_counted", count=whole)]
    if reached:
        parts.append(look.label("hosts_fine", count=sum(ready(one) for one in reached)))
    if shown < whole:
        parts.append(look.label("hosts_first", shown=shown))
    return look.paint(" ".join(parts), "dim")


def tree(
    inventory: Inventory, inside: Mapping[str, Sequence[str]], look: Look, *, every: bool
) -> str:
    """Groups with their groups and hosts; hosts in no group at the end."""
    below = {child for children in inside.values() for child in children}
    tops = [name for name in sorted(inventory.groups) if name not in below | _OWN]
    wanted = frozenset(inventory.hosts)
    grove = _Grove(inventory, inside, wanted, look, every=every)
    lines = [line for name in tops for line in grove.branch(name, "")]
    alone = [host for host in inventory.groups.get("ungrouped", ()) if host in wanted]
    if alone:
        lines.append(look.paint(look.label("host_ungrouped"), "bold"))
        lines += [f"  {line}" for line in _hosts(alone, look, every=every)]
    return "\n".join([*lines, _count(len(wanted), len(wanted), (), look)])


class _Grove:
    """Groups as lines."""

    def __init__(
        self,
        inventory: Inventory,
        inside: Mapping[str, Sequence[str]],
        wanted: frozenset[str],
        look: Look,
        *,
        every: bool,
    ) -> None:
        self._groups = inventory.groups
        self._inside = inside
        self._wanted = wanted
        self._look = look
        self._every = every

    def branch(self, name: str, pad: str) -> Iterator[str]:
        """The lines of one group; none when the limit leaves none of its hosts."""
        hosts = [host for host in self._groups.get(name, ()) if host in self._wanted]
        if not hosts:
            return
        children = self._inside.get(name, ())
        yield f"{pad}{self._look.paint(one_line(name), 'bold')} ({len(hosts)})"
        for child in children:
            yield from self.branch(child, pad + "  ")
        below = {host for child in children for host in self._groups.get(child, ())}
        own = [host for host in hosts if host not in below]
        lines = _hosts(own, self._look, every=self._every)
        yield from (f"{pad}  {line}" for line in lines)


def _hosts(hosts: Sequence[str], look: Look, *, every: bool) -> list[str]:
    shown = hosts if every else hosts[:MOST]
    left = len(hosts) - len(shown)
    return [*map(one_line, shown), *([look.label("hosts_more", count=left)] if left else [])]


def keys(
    ways: Sequence[Way],
    found: Mapping[str, Sequence[HostKey]],
    look: Look,
    picture: Callable[[HostKey], str] | None,
) -> str:
    """Each host's keys with their fingerprints, and pictures when they are wanted."""
    rows = [[look.heading(name) for name in ("host_name", "host_key", "key_type", "key_print")]]
    pictures = []
    for way in ways:
        for key in found[way.host]:
            state = look.paint(look.label(f"key_{key.state}"), _KEY[key.state])
            rows.append([one_line(way.host), state, one_line(key.type), key.fingerprint])
            if picture is not None:
                pictures.append(f"{one_line(way.host)} {key.type}\n{picture(key)}")
    return "\n".join([table(rows), *pictures])


def facts(found: Sequence[HostFacts], look: Look, *, every: bool) -> str:
    """A row for each host, with how old its facts are; why a host could not be asked below."""
    titles = ("host_name", "fact_system", "fact_kernel", "fact_cpus", "fact_memory", "fact_disk",
              "fact_address", "fact_age")  # fmt: skip
    shown = found if every else found[:MOST]
    rows = [[look.heading(name) for name in titles], *(_facts_row(one, look) for one in shown)]
    lines = [table(rows)]
    for one in shown:
        if one.reason:
            why = look.say(one.reason, host=one.host, message=one.message, hosts=one.host)
            lines.append(f"{one_line(one.host)}: {look.paint(one_line(why), 'red')}")
    return "\n".join([*lines, _count(len(found), len(shown), (), look)])


def _facts_row(one: HostFacts, look: Look) -> list[str]:
    told = one.facts
    system = " ".join(str(told[key]) for key in ("distribution", "version") if key in told)
    memory = f"{round(told['memory_mb'] / 1024, 1)} GiB" if _number(told, "memory_mb") else "-"
    addresses = told.get("addresses")
    address = str(addresses[0]) if isinstance(addresses, list) and addresses else "-"
    row = [one.host, system or "-", str(told.get("kernel", "-")), str(told.get("cpus", "-")),
           memory, _disk(told), address, age(one.at, look)]  # fmt: skip
    return [one_line(cell) for cell in row]


def _disk(told: Mapping[str, Any]) -> str:
    if not _number(told, "disk_bytes"):
        return "-"
    free = told.get("disk_free_bytes", 0) / told["disk_bytes"]
    return f"{round(told['disk_bytes'] / 2**30)} GiB, {free:.0%}"


def _number(told: Mapping[str, Any], key: str) -> bool:
    return isinstance(told.get(key), int | float) and told[key] > 0


def age(at: str, look: Look) -> str:
    """How long ago *at* was."""
    if not at:
        return "-"
    seconds = int((datetime.now(UTC) - datetime.fromisoformat(at)).total_seconds())
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= size:
            return look.label(f"age_{unit}", count=seconds // size)
    return look.label("age_seconds", count=max(0, seconds))


def as_json(
    ways: Sequence[Way],
    reached: Sequence[Reached],
    inventory: Inventory,
    inside: Mapping[str, Sequence[str]],
    ended: Exit,
) -> dict[str, Any]:
    """Keys: exit, hosts (name, groups, address, port, user, connection, jump, and with
    ``--reachable`` answer, key, ms, via, detail), groups (name to hosts), children."""
    about = {one.host: one for one in reached}
    wanted = frozenset(inventory.hosts)
    groups = {name: [host for host in hosts if host in wanted]
              for name, hosts in inventory.groups.items()}  # fmt: skip
    return {
        "exit": int(ended),
        "hosts": [_way_json(way, about.get(way.host)) for way in ways],
        "groups": groups,
        "children": {name: list(children) for name, children in inside.items()},
    }


def _way_json(way: Way, reached: Reached | None) -> dict[str, Any]:
    made = {"name": way.host, "groups": list(way.groups), "address": way.address, "port": way.port,
            "user": way.user, "connection": way.connection, "jump": way.jump}  # fmt: skip
    if reached is None:
        return made
    return made | {"answer": reached.answer, "key": reached.key, "ms": reached.ms,
                   "via": reached.via, "detail": reached.detail, "ok": fine(reached)}  # fmt: skip


def keys_as_json(
    ways: Sequence[Way],
    found: Mapping[str, Sequence[HostKey]],
    written: Sequence[HostKey],
    path: str,
) -> dict[str, Any]:
    """Keys: path, written (a count), hosts: name, keys (name, type, fingerprint, state, place)."""
    hosts = [
        {"name": way.host, "keys": [{"name": key.name, "type": key.type, "state": key.state,
                                     "fingerprint": key.fingerprint, "place": key.place}
                                    for key in found[way.host]]}
        for way in ways
    ]  # fmt: skip
    return {"path": path, "written": len(written), "hosts": hosts}


def facts_as_json(found: Sequence[HostFacts], look: Look, ended: Exit) -> dict[str, Any]:
    """Keys: exit, hosts: name, at, facts, reason, text."""
    hosts = [
        {"name": one.host, "at": one.at, "facts": one.facts, "reason": one.reason,
         "text": look.say(one.reason, host=one.host, message=one.message) if one.reason else ""}
        for one in found
    ]  # fmt: skip
    return {"exit": int(ended), "hosts": hosts}
