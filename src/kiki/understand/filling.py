"""Fills the fields of one operation with values as they were written.

The base of ``drafting``, and so of ``place``, which decides where a value belongs; here it is
decided what it becomes: a known product's name, a port with its protocol, or a problem.
Contradictions and impossible values are kept as problems, which become questions.
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from kiki.model.intent import Choice, Source
from kiki.model.vocabulary import FieldSpec, KindSpec, TargetSpec, VerbUse
from kiki.understand.draft import Notes, is_wrong, note, wrong
from kiki.understand.lexer import Word
from kiki.understand.lexicon import Lexicon
from kiki.understand.nearness import slip
from kiki.understand.shapes import UnfitError, fits, item_of
from kiki.understand.values import Value, is_adverb, shape_of

OBJECT_LINKS = ("plain", "obj", "subj", "topic", "also")
_NAMED = frozenset((
    "package", "service", "user", "group", "label", "keypair", "secgroup", "page", "osimage",
    "image", "network", "flavor", "cronname", "cronjob",
    "hostname", "database", "container", "labelkey",
))  # fmt: skip
_LABELLED = frozenset(("label", "user", "group", "cronname", "cronjob", "database", "container"))


# What is written in a way of its own, or is something else.
_WRITTEN = (
    "subnetrange",
    "addressrange",
    "script",
    "portmap",
    "pair",
    "entry",
    "mountspec",
    "toleration",
    "envsource",
    "envkey",
    "taintkey",
    "podlabels",
)

_MINUTES = "분"  # which counts persons, too
_OWNERS = re.compile(r"(?P<owner>[a-z_][a-z0-9_-]{0,31}):(?P<group>[a-z_][a-z0-9_-]{0,31})")
# Ordinary words that are also what accounts are called: "grant sudo to deploy".
LOGINS = frozenset(("deploy", "backup", "monitor", "build"))
# What servers are called for what they do, in speech: "restart the web server".
_ROLES = frozenset((
    "web", "db", "database", "app", "application", "was", "mail", "dns", "ntp", "dhcp", "proxy",
    "cache", "file", "ftp", "api", "backend", "frontend", "login", "build", "ci", "test", "dev",
    "prod", "production", "staging", "backup", "log", "monitoring",
))  # fmt: skip
_UNIT = re.compile(r".+\.(?:service|socket|timer|target|mount|automount|path|slice|swap)")
# Every cluster has these namespaces. "default" may be any thing's name, too.
NAMESPACES = frozenset(("kube-system", "kube-public", "kube-node-lease", "default"))
_ANYTHING = "default"


class Problem(msgspec.Struct, frozen=True):
    """Why a field can't be filled with what was said: a question once the operation has a number.
    *mark* stands in the operation for the one value that is wrong; empty if the field is meant."""

    code: str
    field: str
    params: dict[str, str]
    choices: tuple[Choice, ...] = ()
    start: int = -1
    end: int = -1
    mark: str = ""


# Kernel modules that nothing else is called as, and how whole families of them begin.
_MODULE = re.compile(
    r"(?:br|nf|nft|ip|ip6|ipt|xt|iscsi|vhost|dm|raid|nvme|virtio|kvm|tcp|sch|cls|act|vfio|target|usb"
    r"|snd|nls|rpcsec|bnx2?|mlx[45])_[a-z0-9_]+"
)
_MODULES = frozenset((
    "overlay", "bonding", "dummy", "vxlan", "wireguard", "nbd", "btrfs", "fuse", "pcspkr",
    "nouveau", "kvm", "vhost", "zram", "ipvlan", "macvlan", "bridge", "softdog", "floppy", "ipip",
))  # fmt: skip


def is_module(name: str) -> bool:
    """Whether *name* can be but that of a kernel module where something is loaded."""
    return name in _MODULES or _MODULE.fullmatch(name) is not None


# Of two values where one has its place, and of more.
CONFLICTS = ("question.conflict", "question.conflict_several")
_TWO = 2


def _no_host(_: str) -> bool:
    return False


class Setting(msgspec.Struct, frozen=True):
    """What the places of one clause depend on. *words* are all of the message. *korean*: verbs
    stand last. *code*: the clause is about code ("... 템플릿"), so that any link may hold its
    object. *chosen*: the request names the target, *clouded*: a cloud. *limited*: the request
    already says which hosts. *contrast*: the message says what the same verb is not to be done to,
    so that "only" says no more; *among* are things that were named beside others, of
    which it chooses;
    *before* the kinds that earlier clauses ask for, *shared* the sorts of objects that these share
    or lend. *verb* is where the clause's verb stands;
    whether it *takes_away*. *is_host*: whether the inventory has a name. *alone* remembers what
    phrases are by themselves, by kind: whether they name a thing, and the fields they fill."""

    target: TargetSpec
    lexicon: Lexicon
    words: tuple[Word, ...]
    korean: bool
    code: bool = False
    chosen: bool = False
    clouded: bool = False
    limited: bool = False
    contrast: bool = False
    among: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    verb: Source = Source(origin="span")
    takes_away: bool = False
    is_host: Callable[[str], bool] = _no_host
    alone: dict[tuple[str, Any], tuple[bool, frozenset[str]]] = {}


class Filling:
    """One operation of one kind while its fields are filled."""

    def __init__(self, kind: KindSpec, setting: Setting, use: VerbUse | None = None) -> None:
        self.kind = kind
        self.setting = setting
        self.use = use
        self.own = (use.object if use else "") or kind.object
        self.barred = use.without if use else ()
        self.values: dict[str, Any] = dict(use.gives) if use else {}
        self.sources: dict[str, Source] = dict.fromkeys(self.values, setting.verb)
        self.objects: list[tuple[Any, Source]] = []
        self.products: list[Value] = []  # known products: images, or names when the image is said
        self.explicit: set[str] = set()
        self.problems: list[Problem] = []
        self.notes: Notes = []
        self.roles: dict[int, str] = {}
        self.doubts: list[tuple[int, Value]] = []  # objects that may be none
        self.announced: list[str] = []  # properties whose one value comes with "to"
        self.awaited: set[str] = set()  # fields that were named and must get a value
        self.noun_said = False
        self.shown = False  # as by "pods": what can be counted is named
        self.target_said = setting.chosen
        self.pronoun = False
        self.there = False
        self.loose = False  # a product stands by itself, with no particle
        self.apart = False  # a comma or a bracket stands before the next phrase
        self.unnamed = False  # what was said describes things that have to be named, too
        self.final = -1  # how many objects there are, where no further one may be named
        self.listing = ("", False)  # the list of groups that may go on, and whether "and" was said
        self.kin: list[Any] = []  # the placements of the same clause, if each has values of its own
        self.each = False  # what is counted is counted for each object: 각각, 개씩
        self.both = 0  # how many objects there are, if that was said
        self.all_known = True
        self.of_a_host = False  # an object's name may be that of something on hosts

    @property
    def of_named_cloud(self) -> bool:
        """As in "vm1 꺼줘" of a request for a cloud, or for the target of clouds: the name of a
        server needs no noun there."""
        named = self.setting.clouded or (self.setting.chosen and not self.of_a_host)
        known = (field for field in self.kind.fields if field.name == self.own)
        return named and bool(self.objects) and any(field.of_cloud for field in known)

    @property
    def complete(self) -> bool:
        """Whether every field that was named got its value."""
        return self.awaited <= set(self.values)

    def _usable(
        self, value: Value, field: FieldSpec, *, explicit: bool, marked: bool = False
    ) -> bool:
        """Whether this sort of value can be meant for *field* at all."""
        if value.secret != (field.shape == "secret"):
            return False
        if field.of_cloud and not value.quoted and self._elsewhere(value):
            return False
        if "kept" in (value.form, field.shape):
            return value.form == field.shape
        if field.shape == "schedule":
            return value.form == "time" or fits("schedule", value.text)
        if field.shape == "seconds" and not value.quoted:
            return self._lasts(value)
        if value.form in ("time", "lasting", "said"):
            return False
        if field.shape == "path" and not value.text.strip("/*.~"):
            return False  # "rm -rf /": all of it is no thing that can be named
        if field.shape == "server" and value.ordinary and not value.quoted:
            return False  # "change the time servers to stopped ..."
        if field.shape == "taint":  # without its effect it is asked for
            return fits("taintkey" if marked else "taint", value.text)
        if field.shape in _WRITTEN:
            return fits(field.shape, value.text.replace("->", ":"))
        if field.shape in ("quantity", "bytes", "disksize", "memory", "gigabytes"):
            return value.text[:1].isdigit()
        if field.shape in ("port", "integer"):
            return value.number is not None or value.text.lstrip("-").isdigit()
        if field.shape in _NAMED and not any(char.isalpha() for char in value.text):
            return field.shape in ("osimage", "keypair") and explicit
        if field.shape == "mode":
            return value.text.isdigit()
        if field.shape == "version":
            return value.text[:1].isdigit()
        if field.shape == "release":
            return value.text.lower().removeprefix("v")[:1].isdigit()
        if field.shape == "revision" and marked:
            return True  # a branch may be called release, and a component stable
        return (
            explicit
            or value.quoted
            or not value.ordinary
            or (marked and value.text.lower() in field.choices)
            or self._foreign_name(value, field, marked)
        )

    def _lasts(self, value: Value) -> bool:
        """Whether *value* is a length of time; a number counts nothing but minutes: 5분."""
        counted = self._counters(value)
        return fits("seconds", value.text) and set(counted) <= {_MINUTES}

    def _counters(self, value: Value) -> list[str]:
        words = (self.setting.words[index] for index in value.words)
        return [word.text for word in words if word.has("cnt")]

    def _foreign_name(self, value: Value, field: FieldSpec, marked: bool) -> bool:
        """As in "order 디플로이먼트": an English word beside a Korean noun is a name."""
        lower, lexicon = value.text.lower(), self.setting.lexicon
        if not marked or field.shape not in _NAMED:
            return False
        if lower in lexicon.labels and field.shape in _LABELLED:
            return True
        if lower in lexicon.groups and field.shape == "group":
            return True
        functional = lower in lexicon.functional or is_adverb(lower)
        if field.shape == "labelkey":  # "team" is said around requests, and is a label everywhere
            return not functional or lower == "team"
        return field.name == self.own and self.setting.korean and not functional

    def _elsewhere(self, value: Value) -> bool:
        """As in "restart the web server", "nginx 서버 중지해줘": what is likelier a host of the
        inventory, or its software, than a server of a cloud that nobody spoke of."""
        if self.target_said:
            return False
        host = self.setting.is_host(value.text) or value.text.lower() in _ROLES
        return self.known(value) or (host and not self.setting.clouded)

    def _of_hosts(self, value: Value) -> bool:
        """As in "nginx 꺼줘", "DHCP 꺼줘", "restart backup.timer": what is called so is likelier
        software, a protocol, a unit or a host of the inventory than a server of a cloud."""
        name = value.text
        short = name.isupper() and name.isalpha()
        written = short or bool(shape_of(value)) or _UNIT.fullmatch(name) is not None
        return self.known(value) or self.setting.is_host(name) or (written and not value.quoted)

    def known(self, value: Value) -> bool:
        """Whether *value* names a product, package or service that there is."""
        name = value.text.lower().removesuffix(".service")
        lexicon = self.setting.lexicon
        return bool(value.product) or name in lexicon.packages or name in lexicon.products

    def _give_object(
        self,
        value: Value,
        field: FieldSpec,
        *,
        explicit: bool,
        marked: bool = False,
        doubt: bool = False,
    ) -> bool:
        """Add an object of the operation; with *doubt* it is asked whether it is meant."""
        if not self._usable(value, field, explicit=explicit, marked=marked):
            return False
        made = self._made(value, field)
        if doubt:
            self.doubts.append((len(self.objects), value))
        known = self.known(value) or bool(self._near(value, field))  # which of the two, is asked
        known = is_module(value.text) if field.shape == "kmod" else known
        self.all_known = self.all_known and known
        if field.of_cloud and self.setting.chosen:
            self.of_a_host = self.of_a_host or self._of_hosts(value)
        if explicit:
            self.explicit.add(field.name)
        self.objects.append((made, span_of((value,))))
        self._roles((value,), field)
        return True

    def _well_known(self, value: Value, *, placed: bool) -> bool:
        """As in "kube-system 파드 보여줘": a namespace that every cluster has is where something is
        looked for, and not what it is called; "default" only where it is looked at, or *placed*."""
        found = (f for f in self.kind.fields if f.spread and f.catalogue == "namespaces")
        field = next(found, None)
        if field is None or value.text not in NAMESPACES or value.quoted:
            return False
        if value.text == _ANYTHING and not (self.kind.reads or placed):
            return False
        return self._give(value, field, explicit=True)

    def _ask_doubts(self) -> None:
        """A word beside the noun may be meant otherwise; without the noun, that is asked first."""
        member = any(f.required and f.shape == "group" and f.name in self.values
                     for f in self.kind.fields)  # fmt: skip
        for index, value in self.doubts if self.noun_said and not member else ():
            choices = (Choice(value=value.text),)
            field = self.kind.field(self.own)
            mark = self._wrong("question.place", field, value, {"value": value.text}, choices)
            self.objects[index] = (mark, self.objects[index][1])

    def _give(
        self, value: Value, field: FieldSpec, *, explicit: bool, marked: bool = False
    ) -> bool:
        usable = self._usable(value, field, explicit=explicit, marked=marked)
        if field.name in self.barred or not usable:
            return False
        both = _OWNERS.fullmatch(value.text) if field.name == "owner" else None
        if both is not None and not value.quoted and "group" in {f.name for f in self.kind.fields}:
            return self._give_owners(value, field, both)
        self._roles((value,), field)
        return self._set(field, self._made(value, field), span_of((value,)), explicit=explicit)

    def _give_said(self, value: Value) -> bool:
        """What names its fields itself, as "2~10개" of an autoscaler does: min=2;max=10."""
        said = said_fields(value)
        fields = {field.name: field for field in self.kind.fields}
        if not said.keys() <= fields.keys() - set(self.barred):
            return False
        for name, text in said.items():
            made = self._made(msgspec.structs.replace(value, text=text), fields[name])
            self._set(fields[name], made, span_of((value,)), explicit=True)
            self._roles((value,), fields[name])
        return True

    def _give_owners(self, value: Value, field: FieldSpec, both: re.Match[str]) -> bool:
        """As app:www: the owner and the group in one."""
        self._roles((value,), field)
        place = span_of((value,))
        group = self.kind.field("group")
        given = self._set(field, both["owner"], place, explicit=True)
        return given and self._set(group, both["group"], place, explicit=True)

    def _near(self, value: Value, field: FieldSpec) -> str:
        """The known name that is one slip away: is that one meant?"""
        if field.shape not in ("package", "service") or value.quoted or self.known(value):
            return ""
        lexicon = self.setting.lexicon
        return slip(value.text.lower(), (*lexicon.products, *lexicon.packages))

    def _made(self, value: Value, field: FieldSpec) -> Any:
        """The field's value, or the mark of a problem."""
        try:
            made = item_of(field, self._written(value, field))
        except UnfitError as unfit:
            return self._wrong(unfit.code, field, value, unfit.params, ())
        near = self._near(value, field)
        if near:
            choices = (Choice(value=near), Choice(value=value.text))
            params = {"value": value.text, "near": near}
            return self._wrong("question.near", field, value, params, choices)
        return made

    def _wrong(
        self,
        code: str,
        field: FieldSpec,
        value: Value,
        params: dict[str, str],
        choices: tuple[Choice, ...],
    ) -> str:
        mark = wrong(value.start)
        self._problem(code, field, span_of((value,)), params, choices, mark)
        return mark

    def _problem(
        self,
        code: str,
        field: FieldSpec,
        source: Source,
        params: dict[str, str],
        choices: tuple[Choice, ...],
        mark: str = "",
    ) -> None:
        about = {"field": field.name, "kind": self.kind.id, **params}
        self.problems.append(
            Problem(code, field.name, about, choices, source.start, source.end, mark)
        )

    def _written(self, value: Value, field: FieldSpec) -> str:
        """The text that stands for *value* in a field of this shape."""
        lexicon = self.setting.lexicon
        if field.shape in ("package", "service", "choice") and value.product:
            return self._canonical(value, field)
        if field.shape == "image" and value.product:
            return lexicon.images.get(value.product, value.text.lower())
        if field.shape == "portspec" and value.text.lower() in lexicon.ports:
            port = lexicon.ports[value.text.lower()]
            note(self.notes, "assumption.port_name", name=value.text, port=port)
            return port
        if field.shape == "portspec" and "/" not in value.text:
            note(self.notes, "assumption.protocol", port=value.text)
        if field.shape == "label" and value.text != value.text.lower():
            note(self.notes, "assumption.lowercased", given=value.text, value=value.text.lower())
        if field.shape == "seconds" and self._counters(value):
            return f"{value.number}m"
        return value.text

    def _canonical(self, value: Value, field: FieldSpec) -> str:
        """What a known product is called, which may not be how it was written."""
        lower = value.text.lower()
        if lower in self.setting.lexicon.kept and field.shape != "choice":
            return lower
        given = self._text_of(value)
        if given.lower() != value.product:
            note(self.notes, "assumption.product", given=given, value=value.product)
        return value.product

    def _text_of(self, value: Value) -> str:
        return " ".join(self.setting.words[index].text for index in value.words)

    def _set(self, field: FieldSpec, made: Any, source: Source, *, explicit: bool) -> bool:
        if explicit:
            self.explicit.add(field.name)
        if field.type == "list":
            self.values[field.name] = [*self.values.get(field.name, []), made]
            self.sources.setdefault(field.name, source)
            return True
        known = self.values.get(field.name)
        if known is not None and (is_wrong(known) or is_wrong(made)):
            return True  # what it is to be is asked already
        if known is not None and known != made:
            self._conflict(field, source, (str(known), str(made)))
            return True
        self.values[field.name] = made
        self.sources[field.name] = source
        return True

    def _conflict(self, field: FieldSpec, source: Source, values: tuple[str, ...]) -> None:
        """Ask which of *values* is meant for *field*, and of those that were found before."""
        asked = [one for one in self.problems if one.field == field.name and one.code in CONFLICTS]
        said = (choice.value for one in asked for choice in one.choices)
        told = (*said, *values)
        every = tuple(dict.fromkeys(told))
        every = every if len(every) > 1 else told  # one thing that was named twice
        params = {"first": every[0], "second": every[1], "values": ", ".join(every)}
        self.problems = [one for one in self.problems if one not in asked]
        code = CONFLICTS[len(every) > _TWO]
        self._problem(code, field, source, params, tuple(Choice(value=one) for one in every))

    def _roles(self, values: tuple[Value, ...], field: FieldSpec) -> None:
        for value in values:
            self.roles |= dict.fromkeys(value.words, f"field:{field.name}")

    @property
    def otherwise(self) -> bool:
        """Whether another field stands for the object: a group instead of a user."""
        instead = {name for names in self.kind.one_of if self.own in names for name in names}
        return any(self.values.get(name) for name in instead - {self.own})

    @property
    def object_said(self) -> bool:
        """Whether the clause says what it is about."""
        return bool(self.objects or self.products or self.kind.product in self.values)

    @property
    def needs_object(self) -> bool:
        """Whether the operation is nothing without its object; what another field says as well is
        asked for only where neither is said."""
        field = self.kind.field(self.own) if self.own else None
        return field is not None and field.required and not field.unless

    def _field_named(self, name: str) -> FieldSpec | None:
        return self.kind.field(name) if name else None


def said_fields(value: Value) -> dict[str, str]:
    """The fields that *value* fills where it names them itself; see ``particulars``."""
    named = [part.partition("=") for part in value.text.split(";")] if value.form == "said" else []
    return {name: text for name, _, text in named}


def span_of(values: tuple[Value, ...]) -> Source:
    """The place from the first to the last of *values*."""
    return Source(origin="span", start=values[0].start, end=values[-1].end)
