"""Gives the phrases of a clause their place in one kind of operation.

Called by ``interpret``. Every phrase must find exactly one place: a field, the kind's noun, the target
or a word that changes nothing; one that finds none makes the attempt fail. Contradictions and
impossible values are kept as problems, which become questions.
"""

import re
from typing import Any

import msgspec

from kiki.model.intent import Choice, Source
from kiki.model.vocabulary import FieldSpec, KindSpec, TargetSpec, VerbUse
from kiki.understand.draft import Draft, Notes, note
from kiki.understand.lexer import Word
from kiki.understand.lexicon import Lexicon
from kiki.understand.phrases import Item, Value, is_adverb
from kiki.understand.nearness import slip
from kiki.understand.shapes import UnfitError, fits, item_of

_OBJECT_LINKS = ("plain", "obj", "subj", "topic", "also")
_EXPLICIT = ("name", "cop", "topic", "subj", "obj", "of", "to")
_FLAVOR = re.compile(r"[a-z]{1,4}\d{1,2}[a-z]{0,3}\.[a-z0-9][a-z0-9-]*", re.IGNORECASE)
_NAMED = frozenset(("package", "service", "user", "group", "label", "keypair", "secgroup", "page",
                    "osimage", "image", "network", "flavor"))  # fmt: skip


class Problem(msgspec.Struct, frozen=True):
    """Why a field can't be filled with what was said: a question once the operation has a number."""

    code: str
    field: str
    params: dict[str, str]
    choices: tuple[Choice, ...] = ()
    start: int = -1
    end: int = -1


class Setting(msgspec.Struct, frozen=True):
    """What the places of one clause depend on. *words* are all of the message. *korean*: verbs stand
    last. *code*: the clause is about code ("... 템플릿"), so that any link may hold its object.
    *chosen*: the request names the target. *limited*: the request already says which hosts."""

    target: TargetSpec
    lexicon: Lexicon
    words: tuple[Word, ...]
    korean: bool
    code: bool = False
    chosen: bool = False
    limited: bool = False


class Placement:
    """One operation of one kind while phrases are given their places."""

    def __init__(self, kind: KindSpec, setting: Setting, use: VerbUse | None = None) -> None:
        self.kind = kind
        self.setting = setting
        self.own = (use.object if use else "") or kind.object
        self.use = use
        self.barred = use.without if use else ()
        self.values: dict[str, Any] = {}
        self.sources: dict[str, Source] = {}
        self.objects: list[tuple[Any, Source]] = []
        self.products: list[Value] = []
        self.explicit: set[str] = set()
        self.problems: list[Problem] = []
        self.roles: dict[int, str] = {}
        self.noun_said = False
        self.target_said = setting.chosen
        self.pronoun = False
        self.there = False
        self.loose = False
        self.awaited: set[str] = set()
        self.notes: Notes = []
        self.all_known = True

    # -- phrases -------------------------------------------------------------------------------

    def place(self, item: Item, following: Item | None = None) -> bool:
        """Whether *item* has a place here; it is taken if so."""
        if item.link == "unsupported" and not item.values:
            return self._says(item)
        placed = self._placed(item, following)
        if placed:
            self._remember(item)
        return placed

    def _placed(self, item: Item, following: Item | None) -> bool:
        if item.link == "unsupported" or (item.every and item.values):
            return False
        if item.sort in ("join", "stop", "fill"):
            return True
        if item.sort == "pronoun":
            elsewhere = self.own and any(o.kind for o in self.kind.field(self.own).sources)
            self.pronoun = bool(self.kind.shares or elsewhere)
            return self.pronoun and item.link in _OBJECT_LINKS
        if item.sort == "there":
            self.there = any(origin.how == "ask" for f in self.kind.fields for origin in f.sources)
            self.target_said = self.target_said or self.there
            return self.there
        if item.sort == "count":
            return self._count(item, following)
        if item.sort == "noun":
            if item.inner in ("obj", "subj") and item.link == "plain":
                return False  # "디플로이먼트를 web 만들고": what web is, is not said
            return self._marked(item) if item.values else self._noun(item)
        return item.sort == "bare" and self._bare(item)

    @property
    def complete(self) -> bool:
        """Whether every field that was named got its value."""
        return self.awaited <= set(self.values)

    def _remember(self, item: Item) -> None:
        role = f"noun:{item.ids[0]}" if item.ids else {"bare": "particle"}.get(item.sort, item.sort)
        for word in item.words:
            self.roles.setdefault(word, role)

    # -- nouns without a value -----------------------------------------------------------------

    def _noun(self, item: Item) -> bool:
        ids = set(item.ids)
        if item.every:
            return self._everywhere(item, ids)
        if self._says(item):
            return True
        if ids & set(self.kind.nouns) and self._holds_object(item):
            self.noun_said = True
            return True
        if ids & set(self.setting.target.words) and item.link in (
            "plain",
            "loc",
            "inst",
            "of",
            "to",
            "with",
        ):
            self.target_said = True
            return True
        if ids & set(self.setting.target.artifacts):
            return item.link in ("plain", "obj", "of", "inst", "topic")
        return self._adverb(item, ids) or self._everywhere(item, ids) or self._names_field(ids)

    def _names_field(self, ids: set[str]) -> bool:
        """ "NodePort 타입의": the noun of a field whose value is a word of its own, said beside it."""
        found = [field for field in self.kind.fields if field.says and set(field.markers) & ids]
        self.awaited |= {field.name for field in found}
        return bool(found)

    def _holds_object(self, item: Item) -> bool:
        links = (*_OBJECT_LINKS, "with", "of", "inst") if self.setting.code else _OBJECT_LINKS
        return item.link in links or (item.link == "inst" and not self.own)

    def _adverb(self, item: Item, ids: set[str]) -> bool:
        if ids & set(self.kind.adverbs):
            self.noun_said = self.noun_said or bool(ids & set(self.kind.nouns))
            return True
        return False

    def _everywhere(self, item: Item, ids: set[str]) -> bool:
        """ "모든 서버에": the inventory's hosts, unless the request limits them."""
        if not ids & set(self.setting.target.places) or (item.every and self.setting.limited):
            return False
        whole = item.link in ("loc", "to") or (not self.own and item.link in (*_OBJECT_LINKS, "of"))
        if whole and item.every:
            note(self.notes, "assumption.all_hosts")
        return whole

    def _says(self, item: Item) -> bool:
        """A word that is a value by itself: NodePort, 최신, 시스템."""
        if item.values:
            return False
        for field in self.kind.fields:
            for word, value in field.says.items():
                if word in item.ids:
                    self._remember(item)
                    return self._set(field, value, self._span_of(item), explicit=True)
        return False

    def _span_of(self, item: Item) -> Source:
        first, last = self.setting.words[item.words[0]], self.setting.words[item.words[-1]]
        return Source(origin="span", start=first.start, end=last.end)

    # -- nouns with values ---------------------------------------------------------------------

    def _marked(self, item: Item) -> bool:
        own = set(item.ids) & set(self.kind.nouns)
        for field in self.kind.fields:
            if not set(field.markers) & set(item.ids) or field.name in self.barred:
                continue
            if field.name == self.own and own:
                if self._object(item, field):
                    return True
            elif self._fits_link(item, field) and self._field(item, field):
                return True
        return (
            bool(own)
            and not any(set(f.markers) & own for f in self.kind.fields)
            and self._object_noun(item)
        )

    def _object_noun(self, item: Item) -> bool:
        """A value with a noun of the kind that marks no field: "nginx 웹사이트"."""
        if not self._holds_object(item):
            return False
        self.noun_said = True
        return all(self._auto(value) or self._product(value) for value in item.values)

    def _fits_link(self, item: Item, field: FieldSpec) -> bool:
        if self.own == field.name:
            return self._holds_object(item) or item.link in field.links
        return item.link in field.links

    def _object(self, item: Item, field: FieldSpec) -> bool:
        """The kind's noun with the object: nginx 디플로이먼트, user kim, m1.small 서버."""
        if not self._fits_link(item, field):
            return False
        explicit = item.inner in _EXPLICIT
        self.noun_said = True
        for value in item.values:
            if self._auto(value):
                continue
            if not explicit and self._product(value):
                continue
            if not self._give_object(value, field, explicit=explicit, marked=True):
                return False
        return True

    def _field(self, item: Item, field: FieldSpec) -> bool:
        """A property with its value: 80 포트, 이미지는 nginx:1.27."""
        self.noun_said = self.noun_said or bool(set(item.ids) & set(self.kind.nouns))
        self.target_said = self.target_said or field.spread
        explicit = item.inner in _EXPLICIT
        if field.name == self.own:
            return all(
                self._give_object(value, field, explicit=explicit, marked=True)
                for value in item.values
            )
        if len(item.values) > 1 and field.type != "list":
            return self._several(item, field)
        return all(
            self._give(value, field, explicit=explicit, marked=True) for value in item.values
        )

    def _several(self, item: Item, field: FieldSpec) -> bool:
        """Two values for what has one: a question."""
        if not all(self._usable(value, field, explicit=False) for value in item.values):
            return False
        choices = tuple(Choice(value=value.text) for value in item.values)
        params = {"field": field.name, "first": choices[0].value, "second": choices[1].value}
        span = (item.values[0].start, item.values[-1].end)
        self.problems.append(Problem("question.conflict", field.name, params, choices, *span))
        self._roles(item.values, field)
        return True

    # -- values alone --------------------------------------------------------------------------

    def _bare(self, item: Item) -> bool:
        value = item.values[0]
        if self._auto(value, item.link):
            return True
        product = self._field_named(self.kind.product)
        if product is not None and item.link in product.bare and self._product(value):
            self.loose = self.loose or item.link == "plain"
            return True
        for field in self._bare_fields(item):
            if self._bare_field(item, value, field):
                return True
        return item.link in ("loc", "to") and self._perhaps(value)

    def _perhaps(self, value: Value) -> bool:
        """ "demo에 ...": a place that is not named as one; whether it is meant is asked."""
        for field in self.kind.fields:
            if not field.spread or "loc" not in field.links:
                continue
            if self._usable(value, field, explicit=False) and fits(field.shape, value.text):
                self._ask_place(value, field)
                return True
        return False

    def _ask_place(self, value: Value, field: FieldSpec) -> None:
        params = {"field": field.name, "value": value.text}
        choices = (Choice(value=value.text),)
        span = (value.start, value.end)
        self.problems.append(Problem("question.place", field.name, params, choices, *span))
        self._roles((value,), field)

    def _bare_fields(self, item: Item) -> list[FieldSpec]:
        """The fields that a value with this link may fill; the object last."""
        found = [
            field
            for field in self.kind.fields
            if item.link in field.bare and (field.name == self.own or not self._only_object(field))
        ]
        return sorted(found, key=lambda field: field.name == self.own)

    def _only_object(self, field: FieldSpec) -> bool:
        """A field that a bare value fills only when the verb makes it the object."""
        objects = {use.object for use in self.kind.verbs if use.object} | {self.kind.object}
        return field.name in objects

    def _bare_field(self, item: Item, value: Value, field: FieldSpec) -> bool:
        if field.shape == "network" and not _network_like(value.text):
            return False
        shown = field.shape in ("flavor", "image", "page") and item.link != "from"
        if shown and field.name != self.own:
            return False
        if field.shape == "path" and not value.text.startswith(("/", "~", ".")):
            return False
        if field.name == self.own:
            given = self._give_object(value, field, explicit=False)
            if given and self.use is not None and self.use.noun in ("required", "target"):
                self._doubt(item, value, field)
            return given
        return self._give(value, field, explicit=False)

    def _doubt(self, item: Item, value: Value, field: FieldSpec) -> None:
        """A word that stands by itself, with no particle and no noun, may be meant otherwise."""
        if item.link == "plain":
            self._ask_place(value, field)

    def known(self, value: Value) -> bool:
        name = value.text.lower().removesuffix(".service")
        lexicon = self.setting.lexicon
        return bool(value.product) or name in lexicon.packages or name in lexicon.products

    # -- what a value shows by itself ----------------------------------------------------------

    def _auto(self, value: Value, link: str = "plain") -> bool:
        """A value whose form says what it is: nginx:1.27, m1.small, /etc/motd, 80/tcp."""
        field = self._auto_field(value)
        if field is None or (field.bare and link != "plain" and link not in field.bare):
            return False
        if field.name == self.own:
            return self._give_object(value, field, explicit=True)
        return self._give(value, field, explicit=True)

    def _auto_field(self, value: Value) -> FieldSpec | None:
        shape = shape_of(value)
        if not shape:
            return None
        wanted = [field for field in self.kind.fields if field.shape == shape]
        return wanted[0] if wanted and (wanted[0].bare or wanted[0].name == self.own) else None

    def _product(self, value: Value) -> bool:
        """A known product where the kind has a field for one; which field is decided at the end."""
        if not self.kind.product or not value.product or value.quoted:
            return False
        field = self.kind.field(self.kind.product)
        if field.choices and value.product not in field.choices:
            return False
        if not field.choices and value.product not in self.setting.lexicon.images:
            return False
        self.products.append(value)
        self._roles((value,), field)
        return True

    # -- counts --------------------------------------------------------------------------------

    def _count(self, item: Item, following: Item | None) -> bool:
        field = next((field for field in self.kind.fields if field.counted), None)
        links = (*_OBJECT_LINKS, "of", "inst", *(("with",) if self.setting.code else ()))
        if field is None and item.values[0].number == 1:
            return item.link in links  # "서비스 하나"
        if field is None or item.counter not in ("", "ea") or item.link not in links:
            return False
        if not item.counter and not self._counts_alone(item, following):
            return False
        if item.counter or item.values[0].form != "native":
            self._note_count(item.values[0], field)
        return self._give(item.values[0], field, explicit=True)

    def _note_count(self, value: Value, field: FieldSpec) -> None:
        if field.name == "replicas" and (value.number or 0) > 1:
            note(self.notes, "assumption.count_is_replicas", count=str(value.number))

    def _counts_alone(self, item: Item, following: Item | None) -> bool:
        """A number without a counter: 하나, or in English right before what it counts."""
        if item.values[0].form == "native":
            return True
        counts = following is not None and following.sort == "noun"
        own = set(following.ids) & set(self.kind.nouns) if following else set()
        return counts and bool(own) and not self.setting.korean

    # -- filling -------------------------------------------------------------------------------

    def _usable(
        self, value: Value, field: FieldSpec, *, explicit: bool, marked: bool = False
    ) -> bool:
        """Whether this sort of value can be meant for *field* at all."""
        if value.secret != (field.shape == "secret"):
            return False
        if field.shape in ("port", "integer"):
            return value.number is not None or value.text.lstrip("-").isdigit()
        if field.shape in _NAMED and not any(char.isalpha() for char in value.text):
            return field.shape in ("osimage", "keypair") and explicit
        if field.shape == "mode":
            return value.text.isdigit()
        return (
            explicit
            or value.quoted
            or not value.ordinary
            or self._foreign_name(value, field, marked)
        )

    def _foreign_name(self, value: Value, field: FieldSpec, marked: bool) -> bool:
        """ "order 디플로이먼트": an English word beside a Korean noun is a name."""
        lower = value.text.lower()
        functional = lower in self.setting.lexicon.functional or is_adverb(lower)
        return marked and field.name == self.own and self.setting.korean and not functional

    def _give_object(
        self, value: Value, field: FieldSpec, *, explicit: bool, marked: bool = False
    ) -> bool:
        if not self._usable(value, field, explicit=explicit, marked=marked):
            return False
        made = self._made(value, field)
        if made is None:
            return False
        self.all_known = self.all_known and self.known(value)
        self._near(value, field)
        if explicit:
            self.explicit.add(field.name)
        self.objects.append((made, _span(value)))
        self._roles((value,), field)
        return True

    def _give(
        self, value: Value, field: FieldSpec, *, explicit: bool, marked: bool = False
    ) -> bool:
        usable = self._usable(value, field, explicit=explicit, marked=marked)
        if field.name in self.barred or not usable:
            return False
        made = self._made(value, field)
        if made is None:
            return False
        self._roles((value,), field)
        return self._set(field, made, _span(value), explicit=explicit)

    def _near(self, value: Value, field: FieldSpec) -> None:
        """A name that is one slip away from a known one: is it that one?"""
        if field.shape not in ("package", "service") or value.quoted or self.known(value):
            return
        lexicon = self.setting.lexicon
        near = slip(value.text.lower(), (*lexicon.products, *lexicon.packages))
        if near:
            params = {"value": value.text, "near": near}
            choices = (Choice(value=near), Choice(value=value.text))
            span = (value.start, value.end)
            self.problems.append(Problem("question.near", field.name, params, choices, *span))

    def _made(self, value: Value, field: FieldSpec) -> Any:
        """The field's value, None when it can't be meant, or a problem when it is out of bounds."""
        try:
            return item_of(field, self._written(value, field))
        except UnfitError as unfit:
            span = (value.start, value.end)
            self.problems.append(Problem(unfit.code, field.name, unfit.params, (), *span))
            self._roles((value,), field)
            return _WRONG

    def _written(self, value: Value, field: FieldSpec) -> str:
        """The text that stands for *value* in a field of this shape."""
        lexicon = self.setting.lexicon
        if field.shape in ("package", "service", "label", "choice") and value.product:
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
        if known is not None and known != made and _WRONG not in (known, made):
            params = {"field": field.name, "first": str(known), "second": str(made)}
            choices = (Choice(value=str(known)), Choice(value=str(made)))
            self.problems.append(
                Problem("question.conflict", field.name, params, choices, source.start, source.end)
            )
            return True
        self.values[field.name] = made
        self.sources[field.name] = source
        return True

    def _roles(self, values: tuple[Value, ...], field: FieldSpec) -> None:
        for value in values:
            self.roles |= dict.fromkeys(value.words, f"field:{field.name}")

    @property
    def object_said(self) -> bool:
        """Whether the clause says what it is about."""
        return bool(self.objects or self.products or self.kind.product in self.values)

    @property
    def needs_object(self) -> bool:
        """Whether the operation is nothing without its object."""
        return bool(self.own) and self.kind.field(self.own).required

    def _field_named(self, name: str) -> FieldSpec | None:
        return self.kind.field(name) if name else None

    # -- the end -------------------------------------------------------------------------------

    def settle(self) -> None:
        """Decide what each known product is: the image, or the name when the image was said."""
        self._each()
        self._two_names()
        field = self._field_named(self.kind.product)
        if field is None or not self.products:
            return
        if self.kind.several and not field.choices and not self.objects:
            if field.name in self.values:
                self._name_by_products()
            return
        for value in self.products:
            self._set(field, self._made(value, field), _span(value), explicit=False)
        self.products = []

    def _two_names(self) -> None:
        """ "nginx web 디플로이먼트": is web the name, and nginx the image?"""
        own = self._field_named(self.own)
        if own is None or not (self.loose and self.objects) or self.own in self.explicit:
            return
        made, source = self.objects[0]
        params = {"field": own.name, "value": str(made)}
        choices = (Choice(value=str(made)),)
        span = (source.start, source.end)
        self.problems.append(Problem("question.place", own.name, params, choices, *span))

    def _each(self) -> None:
        """Several objects and one count: is it for each of them?"""
        field = next((f for f in self.kind.fields if f.counted), None)
        many = len(self.products) > 1 or len(self.objects) > 1
        if field is None or not many or not self.kind.several or field.name not in self.values:
            return
        value, source = self.values[field.name], self.sources[field.name]
        params = {"field": field.name, "value": str(value)}
        choices = (Choice(value=str(value)),)
        span = (source.start, source.end)
        self.problems.append(Problem("question.each", field.name, params, choices, *span))

    def _name_by_products(self) -> None:
        """The image was said, so "nginx 디플로이먼트" names the deployment."""
        own = self.kind.field(self.own)
        for value in self.products:
            self._give_object(value, own, explicit=False)
        self.products = []

    def drafts(self) -> list[Draft]:
        """The operations: one, or one for each object or product where the kind has but one."""
        own, field = self.own, self.kind.product
        if self.products:
            image = self.kind.field(field)
            return [
                self._draft(field, self._made(value, image), _span(value))
                for value in self.products
            ]
        if not self.objects or not own:
            return [Draft(self.kind, dict(self.values), dict(self.sources))]
        if not self.kind.several:
            merged = list(dict.fromkeys(made for made, _ in self.objects))
            value = merged if self.kind.field(own).type == "list" else merged[0]
            return [self._draft(own, value, _whole([source for _, source in self.objects]))]
        return [self._draft(own, made, source) for made, source in dict(self.objects).items()]

    def _draft(self, field: str, value: Any, source: Source) -> Draft:
        return Draft(self.kind, {**self.values, field: value}, {**self.sources, field: source})


_WRONG = "\0wrong"  # stands for a value that is a problem


def _span(value: Value) -> Source:
    return Source(origin="span", start=value.start, end=value.end)


def _whole(sources: list[Source]) -> Source:
    """One source from the first to the last of *sources*."""
    start = min(source.start for source in sources)
    return Source(origin="span", start=start, end=max(source.end for source in sources))


def _network_like(text: str) -> bool:
    lower = text.lower()
    return "net" in lower or "lan" in lower.split("-")[-1]


def shape_of(value: Value) -> str:
    """The shape that the form of *value* alone gives it, or nothing."""
    text = value.text
    if value.quoted or value.secret or value.number is not None:
        return ""
    if text.startswith("/"):
        return "path"
    if fits("portspec", text.lower()) and text[0].isdigit():
        return "portspec"
    if fits("page", text):
        return "page"
    if _FLAVOR.fullmatch(text):
        return "flavor"
    named = any(char.isalpha() for char in text)
    return "image" if named and (":" in text or "/" in text) and fits("image", text) else ""
