"""Gives the phrases of a clause their place in one kind of operation.

Called by ``interpret``. Every phrase must find exactly one place: a field, the kind's noun, the target
or a word that changes nothing; one that finds none makes the attempt fail. Contradictions and
impossible values are kept as problems, which become questions.
"""

import re
from typing import Any

import msgspec

from kiki.model.intent import Choice, Source
from kiki.model.vocabulary import FieldSpec, KindSpec, TargetSpec
from kiki.understand.draft import Draft
from kiki.understand.lexer import Word
from kiki.understand.lexicon import Lexicon
from kiki.understand.phrases import Item, Value
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
    *limited*: the request already says which hosts."""

    target: TargetSpec
    lexicon: Lexicon
    words: tuple[Word, ...]
    korean: bool
    code: bool = False
    limited: bool = False


class Placement:
    """One operation of one kind while phrases are given their places."""

    def __init__(self, kind: KindSpec, setting: Setting) -> None:
        self.kind = kind
        self.setting = setting
        self.values: dict[str, Any] = {}
        self.sources: dict[str, Source] = {}
        self.objects: list[tuple[Any, Source]] = []
        self.products: list[Value] = []
        self.explicit: set[str] = set()
        self.problems: list[Problem] = []
        self.roles: dict[int, str] = {}
        self.noun_said = False
        self.target_said = False
        self.pronoun = False
        self.counted = False
        self.all_known = True

    # -- phrases -------------------------------------------------------------------------------

    def place(self, item: Item, following: Item | None = None, previous: Item | None = None) -> bool:
        """Whether *item* has a place here; it is taken if so."""
        if item.link == "unsupported" and not item.values:
            return self._says(item)
        placed = self._placed(item, following, previous)
        if placed:
            self._remember(item)
        return placed

    def _placed(self, item: Item, following: Item | None, previous: Item | None) -> bool:
        if item.link == "unsupported":
            return False
        if item.sort in ("join", "fill"):
            return True
        if item.sort == "pronoun":
            self.pronoun = bool(self.kind.shares)
            return self.pronoun and item.link in _OBJECT_LINKS
        if item.sort == "count":
            return self._count(item, following)
        if item.sort == "noun":
            return self._marked(item) if item.values else self._noun(item)
        return item.sort == "bare" and self._bare(item, previous)

    def _remember(self, item: Item) -> None:
        role = f"noun:{item.ids[0]}" if item.ids else {"bare": "particle"}.get(item.sort, item.sort)
        for word in item.words:
            self.roles.setdefault(word, role)

    # -- nouns without a value -----------------------------------------------------------------

    def _noun(self, item: Item) -> bool:
        if self._says(item):
            return True
        ids = set(item.ids)
        if ids & set(self.kind.nouns) and self._holds_object(item):
            self.noun_said = True
            return True
        if ids & set(self.setting.target.words) and item.link in ("plain", "loc", "inst", "of", "to", "with"):
            self.target_said = True
            return True
        if ids & set(self.setting.target.artifacts):
            return item.link in ("plain", "obj", "of", "inst", "topic")
        return self._adverb(item, ids) or self._everywhere(item, ids)

    def _holds_object(self, item: Item) -> bool:
        links = (*_OBJECT_LINKS, "with", "of", "inst") if self.setting.code else _OBJECT_LINKS
        return item.link in links or (item.link == "inst" and not self.kind.object)

    def _adverb(self, item: Item, ids: set[str]) -> bool:
        if ids & set(self.kind.adverbs):
            self.noun_said = self.noun_said or bool(ids & set(self.kind.nouns))
            return True
        return False

    def _everywhere(self, item: Item, ids: set[str]) -> bool:
        """"모든 서버에": the inventory's hosts, unless the request limits them."""
        if not ids & set(self.setting.target.places) or (item.every and self.setting.limited):
            return False
        whole = item.link in ("loc", "to") or (not self.kind.object and item.link in (*_OBJECT_LINKS, "of"))
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
            if not set(field.markers) & set(item.ids):
                continue
            if field.name == self.kind.object and own:
                if self._object(item, field):
                    return True
            elif self._fits_link(item, field) and self._field(item, field):
                return True
        return bool(own) and not any(set(f.markers) & own for f in self.kind.fields) and self._object_noun(item)

    def _object_noun(self, item: Item) -> bool:
        """A value with a noun of the kind that marks no field: "nginx 웹사이트"."""
        if not self._holds_object(item):
            return False
        self.noun_said = True
        return all(self._auto(value) or self._product(value) for value in item.values)

    def _fits_link(self, item: Item, field: FieldSpec) -> bool:
        if self.kind.object == field.name:
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
            if not self._give_object(value, field, explicit=explicit):
                return False
        return True

    def _field(self, item: Item, field: FieldSpec) -> bool:
        """A property with its value: 80 포트, 이미지는 nginx:1.27."""
        explicit = item.inner in _EXPLICIT
        if field.name == self.kind.object:
            return all(self._give_object(value, field, explicit=explicit) for value in item.values)
        if len(item.values) > 1 and field.type != "list":
            return self._several(item, field)
        return all(self._give(value, field, explicit=explicit) for value in item.values)

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

    def _bare(self, item: Item, previous: Item | None) -> bool:
        value = item.values[0]
        if self._lists_without_comma(item, previous):
            return False
        if self._auto(value, item.link):
            return True
        product = self._field_named(self.kind.product)
        if product is not None and item.link in product.bare and self._product(value):
            return True
        return any(self._bare_field(item, value, field) for field in self._bare_fields(item))

    def _bare_fields(self, item: Item) -> list[FieldSpec]:
        """The fields that a value with this link may fill; the object last."""
        found = [field for field in self.kind.fields if item.link in field.bare]
        return sorted(found, key=lambda field: field.name == self.kind.object)

    def _bare_field(self, item: Item, value: Value, field: FieldSpec) -> bool:
        if field.shape == "network" and not _network_like(value.text):
            return False
        if field.shape in ("flavor", "image", "page") and field.name != self.kind.object:
            return False
        if field.name == self.kind.object:
            return self._give_object(value, field, explicit=False)
        return self._give(value, field, explicit=False)

    def _lists_without_comma(self, item: Item, previous: Item | None) -> bool:
        """"nginx redis" is a list if both are known; "kim lee" may be one name."""
        if previous is None or previous.joined or previous.sort != "bare" or item.link not in _OBJECT_LINKS:
            return False
        if previous.link != "plain" or self._auto_field(item.values[0]) or self._auto_field(previous.values[0]):
            return False
        return not (self._known(item.values[0]) and self._known(previous.values[0]))

    def _known(self, value: Value) -> bool:
        return bool(value.product) or value.text.lower() in self.setting.lexicon.packages

    # -- what a value shows by itself ----------------------------------------------------------

    def _auto(self, value: Value, link: str = "plain") -> bool:
        """A value whose form says what it is: nginx:1.27, m1.small, /etc/motd, 80/tcp."""
        field = self._auto_field(value)
        if field is None or (field.bare and link != "plain" and link not in field.bare):
            return False
        if field.name == self.kind.object:
            return self._give_object(value, field, explicit=True)
        return self._give(value, field, explicit=True)

    def _auto_field(self, value: Value) -> FieldSpec | None:
        shape = _shape_of(value)
        if not shape:
            return None
        wanted = [field for field in self.kind.fields if field.shape == shape]
        return wanted[0] if wanted and (wanted[0].bare or wanted[0].name == self.kind.object) else None

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
        if field is None or item.counter not in ("", "ea") or item.link not in (*_OBJECT_LINKS, "of", "inst"):
            return False
        if not item.counter and not self._counts_alone(item, following):
            return False
        self.counted = True
        return self._give(item.values[0], field, explicit=True)

    def _counts_alone(self, item: Item, following: Item | None) -> bool:
        """A number without a counter: 하나, or in English right before what it counts."""
        if item.values[0].form == "native":
            return True
        counts = following is not None and following.sort == "noun"
        own = set(following.ids) & set(self.kind.nouns) if following else set()
        return counts and bool(own) and not self.setting.korean

    # -- filling -------------------------------------------------------------------------------

    def _usable(self, value: Value, field: FieldSpec, *, explicit: bool) -> bool:
        """Whether this sort of value can be meant for *field* at all."""
        if value.secret != (field.shape == "secret"):
            return False
        if field.shape in ("port", "integer"):
            return value.number is not None or value.text.lstrip("-").isdigit()
        if field.shape in _NAMED and not any(char.isalpha() for char in value.text):
            return field.shape in ("osimage", "keypair") and explicit
        if field.shape == "mode":
            return value.text.isdigit()
        return explicit or value.quoted or not value.ordinary

    def _give_object(self, value: Value, field: FieldSpec, *, explicit: bool) -> bool:
        if not self._usable(value, field, explicit=explicit):
            return False
        made = self._made(value, field)
        if made is None:
            return False
        self.all_known = self.all_known and self._known(value)
        if explicit:
            self.explicit.add(field.name)
        self.objects.append((made, _span(value)))
        self._roles((value,), field)
        return True

    def _give(self, value: Value, field: FieldSpec, *, explicit: bool) -> bool:
        if not self._usable(value, field, explicit=explicit):
            return False
        made = self._made(value, field)
        if made is None:
            return False
        self._roles((value,), field)
        return self._set(field, made, _span(value), explicit=explicit)

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
            kept = value.text.lower() in lexicon.kept and field.shape != "choice"
            return value.text.lower() if kept else value.product
        if field.shape == "image" and value.product:
            return lexicon.images.get(value.product, value.text.lower())
        if field.shape == "portspec" and value.text.lower() in lexicon.ports:
            return lexicon.ports[value.text.lower()]
        return value.text

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

    def _field_named(self, name: str) -> FieldSpec | None:
        return self.kind.field(name) if name else None

    # -- the end -------------------------------------------------------------------------------

    def settle(self) -> None:
        """Decide what each known product is: the image, or the name when the image was said."""
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

    def _name_by_products(self) -> None:
        """The image was said, so "nginx 디플로이먼트" names the deployment."""
        own = self.kind.field(self.kind.object)
        for value in self.products:
            self._give_object(value, own, explicit=False)
        self.products = []

    def drafts(self) -> list[Draft]:
        """The operations: one, or one for each object or product where the kind has but one."""
        own, field = self.kind.object, self.kind.product
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


def _shape_of(value: Value) -> str:
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
