"""Gives the phrases of a clause their place in one kind of operation.

Called by ``interpret``. Every phrase must find exactly one place: a field, the kind's noun, the
target or a word that changes nothing; one that finds none makes the attempt fail. Nouns are placed
by ``noun_places``, counts by ``counting``; here phrases go to these, and values that stand alone
get their places.
"""

import msgspec

from kiki.model.intent import Choice
from kiki.model.vocabulary import FieldSpec
from kiki.understand.filling import LOGINS, OBJECT_LINKS, span_of
from kiki.understand.lexer import Word
from kiki.understand.noun_places import FEWEST, NounPlaces
from kiki.understand.phrases import Item
from kiki.understand.shapes import fits
from kiki.understand.showing import network_like
from kiki.understand.values import Value, shape_of

TAKES_AWAY = ("remove", "uninstall")
# What nothing else looks like.
_FORMED = (
    "address", "bytes", "kernel", "timezone", "locale", "sebool", "fqdn", "site", "cidr",
    "publish", "bind", "taint", "given", "subnetrange", "addressrange",
)  # fmt: skip
# What may stand without its noun only where it is whole, and has no other thing's form.
_WHOLE = {"taintkey": "taint"}
_BETWEEN = ("num", "cnt", "and", "fill")  # what may stand between a name of a list and its noun
_NUMBERED = "번"


class Placement(NounPlaces):
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
        only = item.link == "only" and any("only" in field.bare for field in self.kind.fields)
        limited = item.link in ("unsupported", "upto", "only") and not only
        if limited or (item.every and item.values):
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
        roles = {self.roles.get(word, "") for value in item.values for word in value.words}
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
        said = set(self.values) | ({self.own} if self.objects or self.pronoun else set())
        if self.kind.shares in self.setting.shared:
            said.add(self.own)  # it comes from a clause before
        chosen = all(said.intersection(fields) for fields in self.kind.one_of)
        if self.kind.reads and self._may_be_a_hosts():
            return False
        if self._half_whole():
            return False
        return named and not others and chosen and self.awaited <= set(self.values)

    def _half_whole(self) -> bool:
        """As in "the taint broken dedicated:NoSchedule": one that is whole, and a word."""
        said = [
            fits(_WHOLE[field.shape], str(value))
            for field in self.kind.fields
            if field.shape in _WHOLE
            for value in self.values.get(field.name) or ()
        ]
        return any(said) and not all(said)

    def _may_be_a_hosts(self) -> bool:
        """As in "nginx 로그 보여줘": a known program's, which hosts have as well, where nothing
        says that it is the target's; "nginx 컨테이너 로그" does."""
        if not self.objects or not self.all_known or self.target_said:
            return False
        if self.own and self.kind.field(self.own).shape == "service":
            return False  # it is a host's that is looked at
        if self.kind.named and self.noun_said:
            return False
        return not any(field.says and field.name in self.values for field in self.kind.fields)

    # -- values alone --------------------------------------------------------------------------

    def _bare(self, item: Item) -> bool:
        if any(value.form == "said" for value in item.values):
            return all(value.form == "said" and self._give_said(value) for value in item.values)
        if len(item.values) > 1:  # "53 tcp/udp"
            each = (msgspec.structs.replace(item, values=(value,)) for value in item.values)
            alone = not self.objects and all(self._bare(one) for one in each)
            self.final = len(self.objects)
            return alone
        value = item.values[0]
        if item.link != "name" and self._well_known(value, placed=item.link == "loc"):
            return True
        if item.link == "for" and self._used_by(value):
            return True
        own = self.kind.field(self.own).bare if self.own else ()
        text = item.values[0].quoted and "name" not in own
        if item.link == "name" and self.objects and not text:
            return False  # "user kim, call it lee"
        if self._listed_group(item) or self._auto(value, item.link):
            return True
        product = self._field_named(self.kind.product)
        if product is not None and item.link in product.bare and self._product(value):
            apart = self.apart and bool(self.objects)  # "web (nginx)", "web, nginx"
            self.loose = self.loose or (item.link == "plain" and not apart)
            return True
        if self.announced and item.link in ("inst", "to", "with"):
            return self._for_announced(value)
        for field in self._bare_fields(item):
            if self._bare_field(item, value, field):
                return True
        return item.link in ("loc", "to") and self._perhaps(value, item)

    def _for_announced(self, value: Value) -> bool:
        """As nginx in "change the owner of /srv/app to nginx": for all properties so named."""
        names, self.announced = self.announced, []
        return all(
            self._give(value, self.kind.field(name), explicit=True, marked=True) for name in names
        )

    def _perhaps(self, value: Value, item: Item) -> bool:
        """As in "demo에 ...": a place that is not named as one; whether it is meant is asked, but
        where "in" says it of what is only looked at."""
        inside = self.kind.reads and self.setting.words[item.words[0]].text.lower() == "in"
        for field in self.kind.fields:
            if not field.spread or "loc" not in field.links:
                continue
            if self._usable(value, field, explicit=False) and fits(field.shape, value.text):
                if inside:
                    return self._give(value, field, explicit=False)
                self._problem("question.place", field, span_of((value,)), *_one(value))
                self._roles((value,), field)
                return True
        return False

    def _bare_fields(self, item: Item) -> list[FieldSpec]:
        """The fields that a value with this link may fill: those of a form that nothing else has
        first, the object last."""
        if item.link == "inst" and self._grows(item):
            return []
        found = [
            field
            for field in self.kind.fields
            if self._takes(item, field)
            or self._numbered(item, field)
            or (
                item.link in field.bare and (field.name == self.own or not self._only_object(field))
            )
        ]
        return sorted(found, key=lambda f: (f.name == self.own, f.shape not in _FORMED))

    def _numbered(self, item: Item, field: FieldSpec) -> bool:
        """As in "노드포트 30080으로 80번 열어줘": what is told by its number is a port, where one
        is told beside its noun."""
        if not field.beside or field.shape != "port" or item.link not in ("plain", "obj"):
            return False
        return all(self._counters(one) == [_NUMBERED] for one in item.values)

    def _grows(self, item: Item) -> bool:
        """As in "by 5G", where the kind knows by how much more: what "by" says nowhere else."""
        said = self.setting.words[item.words[0]].text.lower() == "by"
        return said and any("more" in field.bare for field in self.kind.fields)

    def _used_by(self, value: Value) -> bool:
        """As in "jenkins용 계정": who or what it is for, which is not its name."""
        stands = "purpose" in self.kind.adverbs and not self.kind.product
        return stands and value.number is None and not shape_of(value)

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
        if field.shape in _WHOLE and not fits(_WHOLE[field.shape], value.text):
            return False  # "taint node n1 quickly with ...": a key alone is known by its noun only
        if field.shape == "network" and not network_like(value.text, sure=item.link == "plain"):
            return False
        if field.shape == "osimage" and item.link != "from":
            return False  # by itself only where its form says what it is, see _auto
        shown = field.shape in ("flavor", "image", "page") and item.link != "from"
        if shown and field.name != self.own and not self._takes(item, field):
            return False
        if field.choices and value.product not in field.choices:
            return False
        if field.implies and not self._implied(field, value):
            return False
        if field.beside and item.link == "inst" and not self._only_port(value):
            return False
        if field.shape == "path" and not value.text.startswith(("/", "~", ".")):
            return False
        if field.shape in ("version", "release") and "." not in value.text:
            return False  # "nginx 2 설치" counts, or is the name of something else
        if field.shape == "given" and value.text[:1] in ("/", "~") and self._is_own():
            return self._give_object(value, field, explicit=False, marked=True)
        if field.shape in _FORMED and not fits(field.shape, value.text):
            return False
        if field.shape == "group" and not self._group(item):
            return False
        if field.name == self.own:
            if item.link == "as" and value.text in self.setting.lexicon.groups:
                return False  # "as root" is no name
            called, marked = item.link == "name", item.link == "as" or _login(field, value)
            doubt = self._doubtful(item)
            return self._give_object(value, field, explicit=called, marked=marked, doubt=doubt)
        marked = _login(field, value)
        return self._give(value, field, explicit=field.shape == "group", marked=marked)

    def _is_own(self) -> bool:
        """Whether it is said of what sort files are, so that a full path is no host's."""
        switches = [field for field in self.kind.fields if field.shape == "switch"]
        meant = {*self.kind.nouns, *(name for field in switches for name in field.says)}
        senses = (sense.entry for word in self.setting.words for sense in word.senses)
        return any(entry.cls == "noun" and entry.id in meant for entry in senses)

    def _implied(self, field: FieldSpec, value: Value) -> bool:
        """As 30080 in "NodePort 서비스 30080으로": what the field means was said, and a number can
        be nothing else."""
        said = all(self.values.get(name) == meant for name, meant in field.implies.items())
        if field.shape != "port":
            return said
        low, high = field.minimum or 0, field.maximum or 0
        return said and value.number is not None and low <= value.number <= high

    def _only_port(self, value: Value) -> bool:
        """As in "서비스는 80으로 만들어줘": a number that counts nothing and is no node port."""
        meant = [f for f in self.kind.fields if f.implies and f.shape == "port"]
        node = any((f.minimum or 0) <= (value.number or 0) <= (f.maximum or 0) for f in meant)
        return (value.number or 0) >= FEWEST and not node

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
        """A word that stands by itself, with no particle and no noun, may be meant otherwise; not a
        text in quotes or a path, where any text is meant."""
        value, shape = item.values[0], self.kind.field(self.own).shape
        if shape in ("text", "cronjob") and (value.quoted or shape_of(value)):
            return False
        if shape in _FORMED or (shape == "server" and "." in value.text):
            return False  # it is nothing else, and fits
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


def _login(field: FieldSpec, value: Value) -> bool:
    """As in "grant sudo to deploy": what accounts are called, where one has to stand."""
    return field.shape == "user" and value.text in LOGINS


def _is_noun(word: Word, ids: set[str]) -> bool:
    return any(s.entry.cls == "noun" and s.length == 1 and s.entry.id in ids for s in word.senses)


def _one(value: Value) -> tuple[dict[str, str], tuple[Choice, ...]]:
    """The parameters and the only choice of a question whether *value* is meant."""
    return {"value": value.text}, (Choice(value=value.text),)
