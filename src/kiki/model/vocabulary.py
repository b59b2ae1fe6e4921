"""The compiled vocabulary: which kinds of operation there are and what fills their fields.

Made at build time by ``tools/compile_vocabulary.py`` from every ``words.yaml``; read by
``targets.registry`` and handed to ``understand``, the CLI and the docs. Words are held as ids
(``deployment``, ``port``); how each id is written in Korean and English is in the reader's lexicon.
"""

from typing import Any, Literal

from kiki.model.catalogue import Sort
from kiki.model.records import Record

FieldType = Literal["str", "int", "bool", "list", "map"]
Shape = Literal[
    "package", "service", "user", "group", "label", "image", "flavor", "network", "keypair",
    "secgroup", "osimage", "path", "mode", "text", "page", "port", "portspec", "integer", "secret",
    "choice", "switch", "tree", "schedule", "url", "checksum", "device",
    "cronname", "cronjob", "mountoption",
    "hostname", "server", "address", "timezone", "locale", "sebool", "kmod", "swap",
    "kernel",
    "version", "release", "revision", "source", "sshkey", "database", "client",
    "container", "publish", "bind", "size", "logs", "logsize", "decimal", "imageplace", "registry",
    "site", "cidr",
    "fqdn", "portmap", "pair", "quantity", "mountspec", "toleration", "mapkey", "envsource",
    "taint", "taintkey", "envkey", "podlabels",
    "labelkey", "bytes", "entry", "disksize", "kept", "imageserver", "imagelogin",
    "urlpath", "portname", "ingressrule", "budget",
    "memory", "gigabytes", "subnetrange", "addressrange", "script",
    "resource", "selector", "since", "seconds", "given",
]  # fmt: skip
Condition = Literal["missing", "present", "stopped", "running", "closed", "open"]
NounUse = Literal[
    "required", "optional", "known", "object", "target", "placed", "shared", "said", "shown"
]  # fmt: skip


class From(Record, frozen=True):
    """Another value that fills a field nobody filled.

    *kind* is the operation of the same request that has it (empty: this one); *how* ``base`` takes
    an image's short name, ``first`` the first of a list; ``ask`` takes nothing by itself: whether
    it is meant is asked, unless "there" was said. *by* is the field with which one of the two
    operations names the other; one that names something else has nothing to do with it.
    """

    field: str
    kind: str = ""
    how: Literal["same", "base", "first", "ask"] = "same"
    by: str = ""


class FieldSpec(Record, frozen=True):
    """One field of a kind, as ``operation.Fields`` has it.

    *type* is the JSON type (``list`` is of strings, ``map`` a tree of values) and *shape* what its
    values look like.
    *required* fields have no *default*. *markers* are the ids of nouns that announce it ("80
    **port**"), *counted* whether a bare count fills it ("**3** deployments"), *bare* the links
    under which a value without a marker fills it, *links* those that a marked value may have.
    *says* maps word ids to the value that the word alone gives (``nodeport`` -> ``NodePort``).
    *implies* maps other fields to the value that they then have (a node port means ``NodePort``).
    *beside* are the nouns of the kind beside which a number alone is this field ("3306 서비스").
    *spread* fields hold for every operation of the same clause. *prompt* is the text code of the
    question that asks for it, *flag* its name on the command line. *catalogue* is the sort of live
    names that it is one of, *fresh* the sort of those among which it would be a second one.
    *with_address* names a field: where that has an address, this one is required.
    *along* names a field: where that has any value, this one is required.
    *announced*: its noun alone asks for it, and the value comes with "to" ("change the **owner** of
    /srv to nginx"). *pulled*: an image that a host fetches, so that its name has to say from which
    registry.
    /srv to nginx"). *of_cloud*: a name that hosts and their software may have as well, see
    ``understand.filling``. *assumes* are the codes of what has to be said where it has a value.
    *unless* are other fields that say enough by themselves: with one of the values listed there
    (none listed: with any) this one is not asked for and has no default.
    """

    name: str
    type: FieldType
    shape: Shape
    required: bool = False
    default: Any = None
    flag: str = ""
    prompt: str = "question.field"
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    markers: tuple[str, ...] = ()
    counted: bool = False
    bare: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    says: dict[str, Any] = {}
    sources: tuple[From, ...] = ()
    implies: dict[str, Any] = {}
    beside: tuple[str, ...] = ()
    spread: bool = False
    catalogue: Sort | None = None
    fresh: Sort | None = None
    announced: bool = False
    pulled: bool = False
    of_cloud: bool = False
    with_address: str = ""
    assumes: tuple[str, ...] = ()
    along: str = ""
    unless: dict[str, tuple[Any, ...]] = {}


class VerbUse(Record, frozen=True):
    """A verb that asks for a kind. *object* is the field that its object fills, if it is not the
    kind's own ("expose nginx": what the service selects); *without* are fields that can't be given
    with it ("add kim to the group wheel" changes a user that is there), *needs* an adverb without
    which it means another kind ("start nginx **at boot**" enables it; ``becomes``: what something
    is to become must be said, "set up web1 **as a worker node**"; ``where``: a place must be
    named, "put nginx **on web1**"; ``image_named``: an image or a known product must be, and
    ``no_image_named``: must not be), *gives* are values that the
    verb itself says ("**upgrade** nginx" is to the latest), *takes* the fields that values without
    a noun fill, by link, beyond those that they always do ("write "x" to /etc/motd"). *noun*: must
    one of the kind's nouns be said with it? ``known``: only if the object is no known product
    ("remove nginx" is clear, "remove kim" is not); ``object``: only if the object is not said;
    ``target``: only if the target is not said; ``shared``: only if the object is said here and
    not taken from an earlier clause ("설치하고 띄워줘"); ``shown``: unless what can be counted says
    it ("create 3 nginx pods"); ``placed``: unless that or the target says it ("쿠버네티스에 nginx
    띄워줘"); ``said``: yes, and without it the verb means something else."""

    verb: str
    noun: NounUse = "optional"
    object: str = ""
    without: tuple[str, ...] = ()
    needs: str = ""
    gives: dict[str, Any] = {}
    takes: dict[str, str] = {}


class Part(Record, frozen=True):
    """One operation of a recipe: its *kind*, and what the recipe says of its *fields*; *rest* are
    those that it says nothing of, with the kind's own defaults. *family*: only on hosts of it.

    In a text of *fields*, ``{version}`` stands for the recipe's own field of that name; a mapping
    with ``of`` chooses by the value of the field that it names.
    """

    kind: str
    fields: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    family: str = ""


class KindSpec(Record, frozen=True):
    """One kind of operation. *object* is the field that the verb's object fills; *product* the
    field that the name of a known product fills instead (the image of "an nginx deployment").

    Kinds with the same *shares* take a missing object from each other ("install nginx and start
    it"); those that *lends* names may take it from this one, too, which takes none. *several* says
    that several objects make several operations, as *object* holds one.
    *alone*: its noun is a property of other things, too, so that it is meant only where the clause
    names nothing else. *reads*: it looks and changes nothing, so that it is answered at once and
    waits for no approval. *named*: its nouns alone say that it is no program of a host's, whatever
    the thing is called ("the logs of the nginx **container**"). Of each list in *one_of* at least
    one field has to be said.
    *adverbs* are the ids of words that may stand anywhere and change nothing ("at boot"), *titles*
    those of what a known product is, beside its name ("squid **프록시**"). *assumes* are the codes
    of what always has to be said about it. *settles* are the conditions of its object without
    which it changes nothing, if only the object is said ("install it **if it is missing**"). *of*:
    whose the thing is that it sets ("the time zone **of n8**"). *topics*: one of these nouns has to
    be said, whatever else is ("a worker node" alone may be one of anything). *hints*: one of these
    nouns has to be anywhere in the message, or one of *weak_hints* where none of *beside* is: nouns
    of which its own is a property ("a server with **flavor** m1.small").
    *uncounted*: several
    of it are another kind ("3 nginx pods" are a deployment's). *parts*: it is a
    recipe, which stands for these operations, in this order, and is none itself.
    """

    id: str
    target: str
    name: str
    verbs: tuple[VerbUse, ...]
    fields: tuple[FieldSpec, ...]
    nouns: tuple[str, ...] = ()
    object: str = ""
    product: str = ""
    shares: str = ""
    lends: str = ""
    several: bool = False
    alone: bool = False
    reads: bool = False
    named: bool = False
    one_of: tuple[tuple[str, ...], ...] = ()
    adverbs: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()
    settles: tuple[Condition, ...] = ()
    of: Literal["", "hosts"] = ""
    titles: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    weak_hints: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    uncounted: bool = False
    parts: tuple[Part, ...] = ()

    def field(self, name: str) -> FieldSpec:
        """The field called *name*; KeyError when there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)


class GenKind(Record, frozen=True):
    """A kind that ``gen`` makes; with *when*, only if that flag is given."""

    kind: str
    when: str = ""


class TargetSpec(Record, frozen=True):
    """One target: *folder* is its package in ``kiki.targets``, *words* the ids that name it,
    *artifacts* the ids of what its code is called, *places* the ids of what its code runs on and
    need not be said ("on the servers"), *gen* what flags alone make."""

    name: str
    folder: str
    words: tuple[str, ...] = ()
    artifacts: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    gen: tuple[GenKind, ...] = ()


class Vocabulary(Record, frozen=True):
    """Everything that can be asked for. *generic* are the kinds that take any official type: only
    a model reads them, and only what is no *kinds*. *recipes* are what one message can say for
    several operations; no model chooses one."""

    targets: tuple[TargetSpec, ...]
    kinds: tuple[KindSpec, ...]
    generic: tuple[KindSpec, ...] = ()
    recipes: tuple[KindSpec, ...] = ()

    @property
    def every(self) -> tuple[KindSpec, ...]:
        """All that a person can ask for by name."""
        return (*self.kinds, *self.recipes, *self.generic)

    def target(self, name: str) -> TargetSpec:
        """The target called *name*; KeyError when there is none."""
        for target in self.targets:
            if target.name == name:
                return target
        raise KeyError(name)

    def kind(self, kind_id: str) -> KindSpec:
        """The kind or recipe with this id, generic or not; KeyError when there is none."""
        for kind in self.every:
            if kind.id == kind_id:
                return kind
        raise KeyError(kind_id)
