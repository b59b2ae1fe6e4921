"""Gives the phrases of a clause their place in one kind of operation.

Called by ``interpret``. Every phrase must find exactly one place: a field, the kind's noun, the
target or a word that changes nothing; one that finds none makes the attempt fail.
"""

from kiki.model.intent import Choice, Source
from kiki.model.vocabulary import FieldSpec
from kiki.understand.draft import note
from kiki.understand.filling import OBJECT_LINKS, Filling, span_of
from kiki.understand.phrases import Item
from kiki.understand.shapes import fits
from kiki.understand.values import Value, shape_of

_EXPLICIT = ("name", "cop", "topic", "subj", "obj", "of", "to")
_TARGET_LINKS = ("plain", "loc", "inst", "of", "to", "with")


class Placement(Filling):
    """One operation of one kind while phrases are given their places."""

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
            return self._it(item)
        if item.sort == "there":
            return self._there()
        if item.sort == "count":
            return self._count(item, following)
        if item.sort == "noun":
            return self._marked(item) if item.values else self._noun(item)
        return item.sort == "bare" and self._bare(item)

    def _it(self, item: Item) -> bool:
        """As in "it": the object of an earlier clause."""
        elsewhere = self.own and any(origin.kind for origin in self.kind.field(self.own).sources)
        self.pronoun = bool(self.kind.shares or elsewhere)
        return self.pronoun and item.link in OBJECT_LINKS

    def _there(self) -> bool:
        """As in "there": the namespace of an earlier clause."""
        self.there = any(origin.how == "ask" for f in self.kind.fields for origin in f.sources)
        self.target_said = self.target_said or self.there
        return self.there

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
        if ids & set(self.setting.target.words) and item.link in _TARGET_LINKS:
            self.target_said = True
            return True
        if ids & set(self.setting.target.artifacts):
            return item.link in ("plain", "obj", "of", "inst", "topic")
        return self._adverb(item, ids) or self._everywhere(item, ids) or self._names_field(ids)

    def _names_field(self, ids: set[str]) -> bool:
        """As in "NodePort 타입의": the noun of a field whose value is a word of its own."""
        found = [field for field in self.kind.fields if field.says and set(field.markers) & ids]
        self.awaited |= {field.name for field in found}
        return bool(found)

    def _holds_object(self, item: Item) -> bool:
        links = (*OBJECT_LINKS, "with", "of", "inst") if self.setting.code else OBJECT_LINKS
        return item.link in links or (item.link == "inst" and not self.own)

    def _adverb(self, item: Item, ids: set[str]) -> bool:
        if ids & set(self.kind.adverbs):
            self.noun_said = self.noun_said or bool(ids & set(self.kind.nouns))
            return True
        return False

    def _everywhere(self, item: Item, ids: set[str]) -> bool:
        """As in "모든 서버에": the inventory's hosts, unless the request limits them."""
        if not ids & set(self.setting.target.places) or (item.every and self.setting.limited):
            return False
        whole = item.link in ("loc", "to") or (not self.own and item.link in (*OBJECT_LINKS, "of"))
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
                    return self._set(field, value, self._place_of(item), explicit=True)
        return False

    def _place_of(self, item: Item) -> Source:
        first, last = self.setting.words[item.words[0]], self.setting.words[item.words[-1]]
        return Source(origin="span", start=first.start, end=last.end)

    # -- nouns with values ---------------------------------------------------------------------

    def _marked(self, item: Item) -> bool:
        if item.inner in ("obj", "subj") and item.link == "plain":
            return False  # "디플로이먼트를 web 만들고": what web is, is not said
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
        explicit = item.inner in _EXPLICIT and item.inner != "of"
        self.noun_said = True
        for value in item.values:
            named = explicit and shape_of(value) == "osimage"  # a server may be called rocky-9
            if not named and self._auto(value):
                continue
            if not explicit and self._product(value):
                continue
            sure = explicit and (value is item.values[0] or not value.ordinary)
            if not self._give_object(value, field, explicit=sure, marked=True):
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
        params = {"first": choices[0].value, "second": choices[1].value}
        self._problem("question.conflict", field, span_of(item.values), params, choices)
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
        """As in "demo에 ...": a place that is not named as one; whether it is meant is asked."""
        for field in self.kind.fields:
            if not field.spread or "loc" not in field.links:
                continue
            if self._usable(value, field, explicit=False) and fits(field.shape, value.text):
                self._problem("question.place", field, span_of((value,)), *_one(value))
                self._roles((value,), field)
                return True
        return False

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
        if field.shape == "osimage" and item.link != "from":
            return False  # by itself only where its form says what it is, see _auto
        shown = field.shape in ("flavor", "image", "page") and item.link != "from"
        if shown and field.name != self.own:
            return False
        if field.choices and value.product not in field.choices:
            return False
        if field.shape == "path" and not value.text.startswith(("/", "~", ".")):
            return False
        if field.name == self.own:
            return self._give_object(value, field, explicit=False, doubt=self._doubtful(item))
        return self._give(value, field, explicit=False)

    def _doubtful(self, item: Item) -> bool:
        """A word that stands by itself, with no particle and no noun, may be meant otherwise."""
        needs_noun = self.use is not None and self.use.noun in ("required", "target")
        return needs_noun and item.link == "plain"

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
        links = (*OBJECT_LINKS, "of", "inst", *(("with",) if self.setting.code else ()))
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


def _one(value: Value) -> tuple[dict[str, str], tuple[Choice, ...]]:
    """The parameters and the only choice of a question whether *value* is meant."""
    return {"value": value.text}, (Choice(value=value.text),)


def _network_like(text: str) -> bool:
    lower = text.lower()
    return "net" in lower or "lan" in lower.split("-")[-1]
