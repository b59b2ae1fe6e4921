"""Gives nouns their place in one kind of operation: alone, and with their values.

The base of ``place``. A noun is the kind's own, that of one of its fields, the target's, or a word
that changes nothing.
"""

import msgspec

from kiki.model.intent import Source
from kiki.model.vocabulary import FieldSpec
from kiki.understand.changes import CHANGES
from kiki.understand.draft import note
from kiki.understand.filling import OBJECT_LINKS, said_fields, span_of
from kiki.understand.phrases import Item
from kiki.understand.showing import Showing
from kiki.understand.values import Value, is_functional, shape_of

FEWEST = 80  # a number this large beside a service is no count of services
_EXPLICIT = ("name", "cop", "topic", "subj", "obj", "of", "to")
_PURPOSE = "purpose"
_COMMAND = "command"
# How a service is right now: whose state it is stands before.
_STATES = {"down", "running"}
_STATED = ("topic", "cop")  # "셀렉터는 web"
_LOOKED_AT = (*OBJECT_LINKS, "of", "for", "loc")
_CHOSEN = {"k8s_any_node"}  # says so only where the request names the target
_SURE = {"selector"}  # no other thing is called so
_BECOMES = ("for", "of", "as", "inst")
_TARGET_LINKS = ("plain", "loc", "inst", "of", "to", "with")


class NounPlaces(Showing):
    """One operation of one kind while nouns are given their places."""

    def _remember(self, item: Item) -> None:
        role = f"noun:{item.ids[0]}" if item.ids else {"bare": "particle"}.get(item.sort, item.sort)
        for word in item.words:
            self.roles.setdefault(word, role)

    def _noun(self, item: Item) -> bool:
        ids = set(item.ids) if self.setting.chosen else set(item.ids) - _CHOSEN
        if item.every and not (self.kind.reads and ids & set(self.kind.nouns)):
            return self._everywhere(item, ids)  # "list all pods" is of what there is
        if "some_number" in ids:
            return self._some()
        if self._says(item):
            return True
        if ids & set(self.kind.nouns) and self._holds_object(item) and not self._lacks_value(ids):
            self.noun_said = True
            self._announce(ids)
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

    def _announce(self, ids: set[str]) -> None:
        """As in "소유자와 그룹을 nginx로 변경": nouns of the kind that are those of properties,
        whose value is yet to come."""
        found = [f.name for f in self.kind.fields if f.announced and set(f.markers) & ids]
        if not any(f in self.values for f in found):
            self.announced += found
            self.awaited |= set(found)

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
        creates = self.setting.korean and self.use is not None and self.use.verb == "create"
        creates = creates and bool(self.objects)  # "appsvc를 시스템 계정으로 만들어줘"
        as_what = as_what or (item.link == "inst" and creates and not item.values)
        by_what = item.link == "inst" and (other or not self.own)
        return (
            item.link in links or as_what or by_what or self._used_as(item) or self._becomes(item)
        )

    def _used_as(self, item: Item) -> bool:
        """As in "use 10.0.0.1 as time server", "use Asia/Seoul for the time zone"."""
        uses = self.use is not None and self.use.verb == "use" and not item.values
        return uses and item.link in ("as", "inst", "of")

    def _becomes(self, item: Item) -> bool:
        """As in "prepare the hosts for kubeadm", "... as worker nodes": what hosts become."""
        return self.kind.of == "hosts" and not self.own and item.link in _BECOMES

    def _adverb(self, item: Item, ids: set[str]) -> bool:
        if ids & set(self.kind.adverbs):
            self.noun_said = self.noun_said or self._becomes(item)
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
        if item.values or (self.kind.reads and item.link not in _LOOKED_AT):
            return False  # "show running pods" is of some of them
        for field in self.kind.fields:
            for word, value in field.says.items():
                if word in item.ids and (self.setting.chosen or word not in _CHOSEN):
                    self._remember(item)
                    self.noun_said = self.noun_said or word in self.kind.nouns
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
        if item.inner in ("obj", "subj") and item.link == "plain" and not self._by_how_much(item):
            return False  # "디플로이먼트를 web 만들고": what web is, is not said
        if not self.setting.chosen and not _CHOSEN.isdisjoint(item.ids):
            item = msgspec.structs.replace(item, ids=tuple(i for i in item.ids if i not in _CHOSEN))
        if self._owned(item) or (self.kind.reads and self._one_noun(item)):
            return False
        if self._longer_noun(item):
            return False
        if self._titled(item) or self._number_beside(item) or self._pods_of(item):
            return True
        if self._known_place(item):
            return True
        if item.before and _PURPOSE in item.ids and self._for_what(item):
            return True
        if any(value.form == "said" for value in item.values):
            return self._said(item)
        ids = set(item.ids)
        own = ids & set(self.kind.nouns)
        self._says_beside(item)
        marked = [field for field in self.kind.fields if not ids.isdisjoint(field.markers)]
        both = [field for field in marked if field.announced]
        if len(both) > 1:  # "소유자와 그룹을 nginx로"
            return all(self._fits_link(item, field) and self._field(item, field) for field in both)
        for field in marked:
            if field.name in self.barred:
                continue
            if field.shape == "cronjob" and _runs_a_name(item):
                continue
            if field.shape == "portmap" and _one_number(item):
                continue
            if field.shape == "flavor" and _how_large(item):
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

    def _known_place(self, item: Item) -> bool:
        """As in "kube-system 파드": where it is, and the noun of what is looked for."""
        alone = item.before and not item.inner and len(item.values) == 1
        if not alone or "namespace" in item.ids or item.link == "name":
            return False
        noun = msgspec.structs.replace(item, values=(), before=False)
        return self._well_known(item.values[0], placed=False) and self._noun(noun)

    def _by_how_much(self, item: Item) -> bool:
        """As in "크기를 5G 늘려줘"."""
        named = (field for field in self.kind.fields if set(field.markers) & set(item.ids))
        return any("more" in field.links for field in named)

    def _said(self, item: Item) -> bool:
        """As in "규칙은 /api -> api:8080": what names its fields itself, under a noun."""
        ids = set(item.ids)
        own = set() if self._lacks_value(ids) else ids & set(self.kind.nouns)
        filled = {name for value in item.values for name in said_fields(value)}
        marks = {
            mark
            for field in self.kind.fields
            if field.type == "list" or field.name in filled
            for mark in field.markers
        }
        if not (own or marks & ids):
            return False
        self.noun_said = self.noun_said or bool(own)
        return all(value.form == "said" and self._give_said(value) for value in item.values)

    def _owned(self, item: Item) -> bool:
        """As in "n8의 시간대", "the hostname of n8": whose setting it is, and not its value."""
        if self.kind.of != "hosts" or not set(item.ids) & set(self.kind.nouns):
            return False
        theirs = any(self.setting.words[word].has("part", "of") for word in item.words)
        return item.inner == "of" or (item.before and theirs)

    def _one_noun(self, item: Item) -> bool:
        """As "cron jobs": what looks like a name and its noun is a noun as a whole."""
        first = self.setting.words[item.words[0]]
        return item.before and first.length("noun") >= len(item.words)

    def _longer_noun(self, item: Item) -> bool:
        """As "namespace quota": what is no namespace of that name, but a noun as a whole."""
        if item.before or item.inner or len(item.values) != 1 or item.values[0].quoted:
            return False
        last = item.values[0].words[-1]
        reach = ((last - word + 1, self.setting.words[word]) for word in item.words if word < last)
        return any(word.length("noun") == length for length, word in reach)

    def _says_beside(self, item: Item) -> None:
        """As in "apt 저장소 docker": a noun with a value that is a value by itself, too."""
        for field in self.kind.fields:
            words = set(field.says) & set(item.ids)
            if not field.choices:  # "외부 네트워크 public"
                words &= set(self.kind.nouns) if field.type == "bool" else set()
            for word in words:
                changes = self.use is not None and self.use.needs in CHANGES
                self.noun_said = self.noun_said or changes  # "update deployment web to web:2"
                self._set(field, field.says[word], self._place_of(item), explicit=True)

    def _for_what(self, item: Item) -> bool:
        """As in "syslog 수신용 514 포트": what a port is for, which no name in it changes."""
        ports = bool(self.own) and self.kind.field(self.own).shape == "portspec"
        names = all(v.number is None and not shape_of(v) for v in item.values)
        return ports and names and _PURPOSE in self.kind.adverbs

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
            takes = self.use is not None and self.use.takes.get(item.link) == field.name
            if takes and self.use is not None:  # "/etc/motd 파일에 "hi" 써줘"
                self.awaited |= {name for name in self.use.takes.values() if name != field.name}
            return takes or self._holds_object(item) or item.link in field.links
        stated = not item.before and (item.inner in _STATED or bool(set(item.ids) & _SURE))
        return item.link in field.links or (stated and item.link == "plain")

    def _object(self, item: Item, field: FieldSpec) -> bool:
        """The kind's noun with the object: nginx 디플로이먼트, user kim, m1.small 서버."""
        if not self._fits_link(item, field):
            return False
        explicit = item.inner in _EXPLICIT and item.inner != "of"
        self.noun_said = True
        for value in item.values:
            first = value is item.values[0]  # a server may be called rocky-9
            named = explicit and first and shape_of(value) == "osimage"
            if not named and self._auto(value):
                continue
            if not explicit and self._product(value):
                continue
            if value is not item.values[0] and self._listed_network(value):
                continue
            called = item.link == "as" and not value.ordinary  # "run redis as deployment cache01"
            sure = called or (explicit and (value is item.values[0] or not value.ordinary))
            if not self._give_object(value, field, explicit=sure, marked=True):
                return False
        return True

    def _field(self, item: Item, field: FieldSpec) -> bool:
        """A property with its value: 80 포트, 이미지는 nginx:1.27."""
        self.noun_said = self.noun_said or bool(set(item.ids) & set(self.kind.nouns))
        self.noun_said = self.noun_said or self._becomes(item)
        self.target_said = self.target_said or field.spread
        self.shown = self.shown or field.counted
        of_thing = item.inner == "of" and bool(set(item.ids) & set(self.kind.nouns))
        explicit = item.inner in _EXPLICIT and not of_thing
        if field.name == self.own:
            return all(
                (value is not item.values[0] and shape_of(value) != "" and self._auto(value))
                or self._give_object(value, field, explicit=explicit, marked=True)
                for value in item.values
            )
        if len(item.values) > 1 and field.type != "list":
            return self._several(item, field)
        return all(
            self._give(
                value, field, explicit=explicit and not self._small(item, value), marked=True
            )
            for value in item.values
        )

    def _small(self, item: Item, value: Value) -> bool:
        """As "only" in "그룹은 dev, only 셸은 /bin/zsh": a word of grammar is no further value of a
        list, though the first of it may be any."""
        further = value is not item.values[0] and not value.quoted
        return further and is_functional(value.text, self.setting.lexicon)

    def _several(self, item: Item, field: FieldSpec) -> bool:
        """Two values for what has one: a question."""
        if not all(self._usable(value, field, explicit=False) for value in item.values):
            return False
        self._conflict(field, span_of(item.values), tuple(value.text for value in item.values))
        self._roles(item.values, field)
        return True


def _one_number(item: Item) -> bool:
    """As in "80 포트": one port, and no list of them."""
    return len(item.values) == 1 and item.values[0].number is not None


def _how_large(item: Item) -> bool:
    """As in "크기를 20G로": how large a disk is, and not which flavor."""
    sizes = all(value.text[:1].isdigit() for value in item.values)
    return sizes and "flavor" not in item.ids


def _runs_a_name(item: Item) -> bool:
    """As in "the timer that runs backup": a command, and not what the timer is called."""
    return _COMMAND in item.ids and not all(v.text.startswith("/") for v in item.values)
