"""Gives the phrases of a clause their place in one kind of operation.

Called by ``interpret``. Every phrase must find exactly one place: a field, the kind's noun, the
target or a word that changes nothing; one that finds none makes the attempt fail.
"""

import msgspec

from kiki.model.intent import Choice, Source
from kiki.model.vocabulary import FieldSpec
from kiki.understand.draft import note
from kiki.understand.filling import OBJECT_LINKS, span_of
from kiki.understand.lexer import Word
from kiki.understand.phrases import Item
from kiki.understand.shapes import fits
from kiki.understand.showing import Showing, network_like
from kiki.understand.values import Value, shape_of

_EXPLICIT = ("name", "cop", "topic", "subj", "obj", "of", "to")
TAKES_AWAY = ("remove", "uninstall")
_BETWEEN = ("num", "cnt", "and", "fill")  # what may stand between a name of a list and its noun
FEWEST = 80  # a number this large beside a service is no count of services
# How a service is right now: whose state it is stands before.
_STATES = {"down", "running"}
_TARGET_LINKS = ("plain", "loc", "inst", "of", "to", "with")


class Placement(Showing):
    """One operation of one kind while phrases are given their places."""

    # -- phrases -------------------------------------------------------------------------------

    def place(self, item: Item, following: Item | None = None) -> bool:
        """Whether *item* has a place here; it is taken if so."""
        if item.link == "only" and (item.sort == "count" or self._chooses(item)):
            item = msgspec.structs.replace(item, link="plain")
        if item.link in ("unsupported", "upto", "only") and not item.values:
            return self._says(item)
        placed = self._placed(item, following)
        if placed:
            self._remember(item)
            self._follow(item)
        return placed

    def _chooses(self, item: Item) -> bool:
        """Whether "only" says no more than which of the things that were named is meant."""
        names = {value.product or value.text for value in item.values}
        return self.setting.contrast or (bool(names) and names <= self.setting.among)

    def _placed(self, item: Item, following: Item | None) -> bool:
        if item.link in ("unsupported", "upto", "only") or (item.every and item.values):
            return False
        if item.link == "with" and item.values:
            self.barred = ()  # "add user lee with group users" is about somebody new
        if item.sort in ("join", "stop", "fill"):
            return True
        if item.sort == "pronoun":
            return self._it(item)
        if item.sort == "there":
            return self._there()
        if item.sort == "count":
            return self._count(item, following)
        if item.sort == "both":
            return self._both(item.ids[0])
        if item.sort == "noun":
            return self._marked(item) if item.values else self._noun(item)
        return item.sort == "bare" and self._bare(item)

    def _it(self, item: Item) -> bool:
        """As in "it": the object of an earlier clause."""
        elsewhere = bool(self.own) and any(
            origin.kind for origin in self.kind.field(self.own).sources
        )
        self.pronoun = bool(self.kind.shares or elsewhere)
        return self.pronoun and (item.link in OBJECT_LINKS or (elsewhere and item.link == "of"))

    def _there(self) -> bool:
        """As in "there": the namespace of an earlier clause."""
        self.there = any(origin.how == "ask" for f in self.kind.fields for origin in f.sources)
        self.target_said = self.target_said or self.there
        return self.there

    def _follow(self, item: Item) -> None:
        """Keep which list of groups *item* goes on with, and whether it sets the next one apart."""
        self.apart = item.sort == "stop" or (item.sort == "join" and item.link == "comma")
        roles = {self.roles[word] for value in item.values for word in value.words}
        group = next(
            (f.name for f in self.kind.fields if f.shape == "group" and f.type == "list"), ""
        )
        if item.sort == "join":
            self.listing = (self.listing[0], True)
        else:
            self.listing = (group if group and f"field:{group}" in roles else "", item.joined)

    @property
    def complete(self) -> bool:
        """Whether every field that was named got its value."""
        named = self.object_said or not self.unnamed  # "안 쓰는 패키지 삭제": which?
        others = self.final >= 0 and self.final != len(self.objects)
        return named and not others and self.awaited <= set(self.values)

    def _remember(self, item: Item) -> None:
        role = f"noun:{item.ids[0]}" if item.ids else {"bare": "particle"}.get(item.sort, item.sort)
        for word in item.words:
            self.roles.setdefault(word, role)

    # -- nouns without a value -----------------------------------------------------------------

    def _noun(self, item: Item) -> bool:
        ids = set(item.ids)
        if item.every:
            return self._everywhere(item, ids)
        if "some_number" in ids:
            return self._some()
        if self._says(item):
            return True
        if ids & set(self.kind.nouns) and self._holds_object(item) and not self._lacks_value(ids):
            self.noun_said = True
            return True
        if ids & set(self.setting.target.words) and item.link in _TARGET_LINKS:
            self.target_said = True
            return True
        if ids & set(self.setting.target.artifacts):
            return item.link in ("plain", "obj", "of", "inst", "topic")
        if "everywhere" in ids:
            whole = msgspec.structs.replace(item, link="loc", every=True)
            return self._everywhere(whole, set(self.setting.target.places))
        if self._adverb(item, ids) or self._everywhere(item, ids) or self._names_field(ids):
            return True
        return self._own_noun(item, ids)

    def _own_noun(self, item: Item, ids: set[str]) -> bool:
        """As in "포트 열어줘": the noun of what is missing, which is then asked for."""
        own = self._field_named(self.own)
        asked = own is not None and own.type == "list" and own.shape == "portspec"
        if not asked or "port" not in ids or self.use is None or self.use.noun != "optional":
            return False
        self.noun_said = self._holds_object(item)
        return self.noun_said

    def _lacks_value(self, ids: set[str]) -> bool:
        """As in "wheel 그룹 추가해줘", "파드 만들어줘": the noun is that of a property, which has
        to be said."""
        fields = (f for f in self.kind.fields if f.counted or (f.shape == "group" and f.required))
        return any(set(field.markers) & ids for field in fields)

    def _names_field(self, ids: set[str]) -> bool:
        """As in "NodePort 타입의": the noun of a field whose value is a word of its own."""
        found = [field for field in self.kind.fields if field.says and set(field.markers) & ids]
        self.awaited |= {field.name for field in found}
        return bool(found)

    def _holds_object(self, item: Item) -> bool:
        links = (*OBJECT_LINKS, "with", "of", "inst") if self.setting.code else OBJECT_LINKS
        exposed = bool(self.use and self.use.object) and not self.setting.korean
        made = bool(self.kind.product) or exposed  # "expose web as a service"
        as_what = item.link == "inst" and made and not item.values
        other = self.setting.korean and self.own != self.kind.object  # "80 포트 서비스로 노출"
        by_what = item.link == "inst" and (other or not self.own)
        return item.link in links or as_what or by_what

    def _adverb(self, item: Item, ids: set[str]) -> bool:
        if ids & set(self.kind.adverbs):
            self.unnamed = self.unnamed or "unused" in ids
            if ids & _STATES:
                self.final = len(self.objects)  # "nginx 죽었는데 redis 켜줘" is about redis
            self.noun_said = self.noun_said or bool(ids & set(self.kind.nouns))
            return True
        return False

    def _everywhere(self, item: Item, ids: set[str]) -> bool:
        """As in "모든 서버에": the inventory's hosts, unless the request limits them."""
        if not ids & set(self.setting.target.places) or (item.every and self.setting.limited):
            return False
        away = item.link == "from" and self.setting.takes_away
        whole = (
            item.link in ("loc", "to")
            or away
            or (not self.own and item.link in OBJECT_LINKS)
            or (item.link == "of" and (item.every or not self.own))
        )
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

    def _titled(self, item: Item) -> bool:
        """As in "squid 프록시": what a known product is, beside its name."""
        titled = item.before and bool(set(item.ids) & set(self.kind.titles)) and bool(self.own)
        if not titled or item.inner or item.link not in OBJECT_LINKS:
            return False
        field = self.kind.field(self.own)
        return all(
            self.known(value) and self._give_object(value, field, explicit=False)
            for value in item.values
        )

    def _number_beside(self, item: Item) -> bool:
        """As in "3306 서비스", "서비스 80": nobody asks for that many, so it is the port."""
        value = item.values[0]
        counted = any(self.setting.words[word].has("cnt", "ea") for word in value.words)
        if counted or value.form != "digits" or (value.number or 0) < FEWEST:
            return False
        fields = [f for f in self.kind.fields if set(f.beside) & set(item.ids)]
        if not fields or len(item.values) > 1 or not self._holds_object(item):
            return False
        self.noun_said = True
        return self._give(value, fields[0], explicit=False)

    def _marked(self, item: Item) -> bool:
        if item.inner in ("obj", "subj") and item.link == "plain":
            return False  # "디플로이먼트를 web 만들고": what web is, is not said
        if self._titled(item) or self._number_beside(item) or self._pods_of(item):
            return True
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
        if item.link == "cop" and item.values:
            return True  # "web으로 이름 지어서", "레플리카를 3개로 설정한"
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
            if value is not item.values[0] and self._listed_network(value):
                continue
            sure = explicit and (value is item.values[0] or not value.ordinary)
            if not self._give_object(value, field, explicit=sure, marked=True):
                return False
        return True

    def _field(self, item: Item, field: FieldSpec) -> bool:
        """A property with its value: 80 포트, 이미지는 nginx:1.27."""
        self.noun_said = self.noun_said or bool(set(item.ids) & set(self.kind.nouns))
        self.target_said = self.target_said or field.spread
        self.shown = self.shown or field.counted
        of_thing = item.inner == "of" and bool(set(item.ids) & set(self.kind.nouns))
        explicit = item.inner in _EXPLICIT and not of_thing
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
        if len(item.values) > 1:  # "53 tcp/udp"
            each = (msgspec.structs.replace(item, values=(value,)) for value in item.values)
            alone = not self.objects and all(self._bare(one) for one in each)
            self.final = len(self.objects)
            return alone
        value = item.values[0]
        text = item.values[0].quoted and "name" not in self.kind.field(self.own).bare
        if item.link == "name" and self.objects and not text:
            return False  # "user kim, call it lee"
        if self._listed_group(item) or self._auto(value, item.link):
            return True
        product = self._field_named(self.kind.product)
        if product is not None and item.link in product.bare and self._product(value):
            apart = self.apart and bool(self.objects)  # "web (nginx)", "web, nginx"
            self.loose = self.loose or (item.link == "plain" and not apart)
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
            if self._takes(item, field)
            or (
                item.link in field.bare and (field.name == self.own or not self._only_object(field))
            )
        ]
        return sorted(found, key=lambda field: field.name == self.own)

    def _takes(self, item: Item, field: FieldSpec) -> bool:
        """Whether the verb gives a value with this link to *field*: write "x" to /etc/motd."""
        takes = self.use is not None and self.use.takes.get(item.link) == field.name
        if takes and field.shape == "path" and self.use is not None:
            self.awaited |= {name for name in self.use.takes.values() if name != field.name}
        return takes and (field.shape != "text" or item.values[0].quoted)

    def _only_object(self, field: FieldSpec) -> bool:
        """A field that a bare value fills only when the verb makes it the object."""
        objects = {use.object for use in self.kind.verbs if use.object} | {self.kind.object}
        return field.name in objects

    def _bare_field(self, item: Item, value: Value, field: FieldSpec) -> bool:
        if field.shape == "network" and not network_like(value.text, sure=item.link == "plain"):
            return False
        if field.shape == "osimage" and item.link != "from":
            return False  # by itself only where its form says what it is, see _auto
        shown = field.shape in ("flavor", "image", "page") and item.link != "from"
        if shown and field.name != self.own:
            return False
        if field.choices and value.product not in field.choices:
            return False
        if field.implies and not self._implied(field, value):
            return False
        if field.shape == "path" and not value.text.startswith(("/", "~", ".")):
            return False
        if field.shape == "group" and not self._group(item):
            return False
        if field.name == self.own:
            if item.link == "as" and value.text in self.setting.lexicon.groups:
                return False  # "as root" is no name
            called, marked = item.link == "name", item.link == "as"
            doubt = self._doubtful(item)
            return self._give_object(value, field, explicit=called, marked=marked, doubt=doubt)
        return self._give(value, field, explicit=field.shape == "group")

    def _implied(self, field: FieldSpec, value: Value) -> bool:
        """As 30080 in "NodePort 서비스 30080으로": what the field means was said, and the number
        can be nothing else."""
        said = all(self.values.get(name) == meant for name, meant in field.implies.items())
        low, high = field.minimum or 0, field.maximum or 0
        return said and value.number is not None and low <= value.number <= high

    def _group(self, item: Item) -> bool:
        """Whether a name without its noun is a group: "add kim to wheel"."""
        value = item.values[0]
        if value.text not in self.setting.lexicon.groups:
            return False
        if value.product and self.objects and self.all_known and item.link == "to":
            return False  # "add redis and nginx to docker": to its group, or to what?
        self.noun_said = True
        return True

    def _listed_group(self, item: Item) -> bool:
        """As docker in "to wheel and docker": one more of the list that the last phrase began."""
        if not self.goes_on(item) or not self._group(item):
            return False
        return self._give(item.values[0], self.kind.field(self.listing[0]), explicit=True)

    def goes_on(self, item: Item) -> bool:
        """Whether *item* is one more group of the list that the phrase before began."""
        name, joined = self.listing
        plain = item.sort == "bare" and item.link == "plain" and not self.setting.korean
        return bool(name and joined and plain) and (
            item.values[0].text in self.setting.lexicon.groups
        )

    def _doubtful(self, item: Item) -> bool:
        """A word that stands by itself, with no particle and no noun, may be meant otherwise."""
        needs = ("required", "target", "said", "shown")
        needs_noun = self.use is not None and self.use.noun in needs
        return needs_noun and item.link == "plain" and not self._qualified(item)

    def _qualified(self, item: Item) -> bool:
        """As prometheus in "prometheus 시스템 계정", lee in "kim, lee 두 명 계정": only a word of
        the kind or a count stands between it and the noun."""
        words, index = self.setting.words, item.words[-1] + 1
        says = {word for field in self.kind.fields for word in field.says}
        while index < len(words) and (
            _is_noun(words[index], says)
            or any(words[index].has(cls) for cls in _BETWEEN)
            or (words[index].value and not words[index].senses and words[index - 1].has("and"))
        ):
            index += 1
        started = index > item.words[-1] + 1 and not words[index - 1].has("and")
        return started and index < len(words) and _is_noun(words[index], set(self.kind.nouns))


def _is_noun(word: Word, ids: set[str]) -> bool:
    return any(s.entry.cls == "noun" and s.length == 1 and s.entry.id in ids for s in word.senses)


def _one(value: Value) -> tuple[dict[str, str], tuple[Choice, ...]]:
    """The parameters and the only choice of a question whether *value* is meant."""
    return {"value": value.text}, (Choice(value=value.text),)
