"""Places of counts: 3개, "two servers", "둘 다", "a few".

The base of ``showing``.
"""

import msgspec

from kiki.model.intent import Source
from kiki.model.vocabulary import FieldSpec
from kiki.understand.draft import note
from kiki.understand.drafting import Drafting
from kiki.understand.filling import OBJECT_LINKS
from kiki.understand.phrases import Item
from kiki.understand.values import Value

SEVERAL = -1  # more than one
# What counts hosts, where the kind itself has no count.
_MACHINES = frozenset(("대", "곳", "대만", "곳만", "대씩", "곳씩"))


class Counting(Drafting):
    """One operation of one kind while counts are given their places."""

    def _both(self, how: str) -> bool:
        """As in "둘 다" and "각각"; as in "파드 전부 보여줘", where all are looked at anyway."""
        if how == "0" and self.kind.reads and not self.own:
            return not self.objects
        self.each = self.each or how == "each"
        return self._many(0 if how == "each" else int(how))

    def _many(self, count: int) -> bool:
        """As in "둘 다": how many objects there are, which is seen when all are known."""
        said, self.both = self.both, count or SEVERAL
        return said in (0, self.both)

    def _some(self) -> bool:
        """As in "여러 개", "a few": how many, is asked."""
        field = next((field for field in self.kind.fields if field.counted), None)
        if field is not None:
            self._problem(field.prompt, field, Source(origin="span"), {}, ())
        return field is not None

    def _count(self, item: Item, following: Item | None) -> bool:
        field = next((field for field in self.kind.fields if field.counted), None)
        if field is None and item.counter == "each" and (self._machines(item) or not self.own):
            return False  # "한 대씩 재시작": one host after the other
        if item.counter == "each":
            self.each = True
            item = msgspec.structs.replace(item, counter="ea")
        links = (*OBJECT_LINKS, "of", "inst", "cop", "with")
        if field is None and item.values[0].number == 1:
            return item.link in links and not self._machines(item)  # "서비스 하나"
        several = self.kind.several or bool(self.own and self.kind.field(self.own).type == "list")
        if field is None and several and item.values[0].number and item.link in links:
            named = item.counter in ("ea", "person") or self._counts_alone(item, following)
            return named and self._many(item.values[0].number)  # "dev, prod 네임스페이스 두 개"
        if field is None or item.counter not in ("", "ea") or item.link not in links:
            return False
        if not item.counter and not self._counts_alone(item, following):
            return False
        if item.values[0].number == 1 and field.name in self.values and field.name != "count":
            return True  # "파드 3개로 디플로이먼트 하나": one deployment
        if item.counter or item.values[0].form != "native":
            self._note_count(item.values[0], field)
        return self._give(item.values[0], field, explicit=True)

    def _machines(self, item: Item) -> bool:
        """Whether hosts are counted: "nginx 한 대만 재시작" is for one of them."""
        return any(self.setting.words[index].text in _MACHINES for index in item.words)

    def _note_count(self, value: Value, field: FieldSpec) -> None:
        if field.name == "replicas" and (value.number or 0) > 1:
            note(self.notes, "assumption.count_is_replicas", count=str(value.number))

    def _counts_alone(self, item: Item, following: Item | None) -> bool:
        """A number without a counter: 하나, or in English right before what it counts."""
        if item.values[0].form == "native":
            return True
        counts = following is not None and following.sort == "noun"
        if following is not None and following.link not in OBJECT_LINKS:
            return False  # "open 5432 in the firewall"
        counted = {marker for f in self.kind.fields if f.counted for marker in f.markers}
        own = set(following.ids) & {*self.kind.nouns, *counted} if following else set()
        spelled = self.setting.words[item.values[0].words[0]].sort == "hangul"  # "두 디렉터리"
        return counts and bool(own) and (spelled or not self.setting.korean)
