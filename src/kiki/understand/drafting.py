"""Makes drafts of one operation whose phrases all have their places.

The base of ``counting``. Here it is decided what each known product is, what is asked about several
objects or doubtful ones, and how many operations there are.
"""

from typing import Any

from kiki.model.intent import Choice, Source
from kiki.model.vocabulary import FieldSpec
from kiki.understand.draft import Draft
from kiki.understand.filling import Filling, span_of
from kiki.understand.values import Value


class Drafting(Filling):
    """One operation of one kind while it is settled and written down."""

    def settle(self) -> None:
        """Decide what each known product is: the image, or the name when the image was said."""
        self._one_object()
        self._each()
        self._two_names()
        self._ask_doubts()
        field = self._field_named(self.kind.product)
        if field is None or not self.products:
            return
        if self.kind.several and not field.choices and not self.objects:
            if field.name in self.values:
                self._name_by_products()
            return
        self._make_of_products(field)

    def nameless(self, names: int) -> bool:
        """Whether what was asked for may still get so many *names*: it has none, and nothing says
        how many it is ("디플로이먼트 2개 만들어줘. 이름은 web, api": 2 of each?)."""
        counted = any(field.counted and field.name in self.values for field in self.kind.fields)
        many = len(self.products) > 1 or (names > 1 and (counted or bool(self.products)))
        return not self.objects and not many

    def named(self) -> None:
        """The name or the image was said after all: the product is then the other one."""
        if self.products and not self.objects and self.kind.product in self.values:
            self._name_by_products()  # "nginx 디플로이먼트 만들어줘. 이미지는 nginx:1.27"
        if self.objects and self.products:
            field = self.kind.field(self.kind.product)
            product = self.products[0]
            self._set(field, self._made(product, field), span_of((product,)), explicit=False)
            self.products = []

    def title(self, values: tuple[Value, ...]) -> None:
        """The products *values* are names: what the things are made of is said elsewhere."""
        self.products = [value for value in self.products if value not in values]
        own, field = self.kind.field(self.own), self.kind.field(self.kind.product)
        for value in values:
            self._give_object(value, own, explicit=True, marked=True)
        self._make_of_products(field)

    def ask_list(self) -> None:
        """As in "docker registry" may be two packages, or one thing."""
        names = ",".join(str(made) for made, _ in self.objects)
        field, source = self.kind.field(self.own), _whole([source for _, source in self.objects])
        self._problem("question.list", field, source, {"value": names}, (Choice(value=names),))

    def _one_object(self) -> None:
        """Two objects where the kind has but one and makes but one operation."""
        own = self._field_named(self.own)
        if own is None or own.type == "list" or self.kind.several or len(self.objects) < 2:
            return
        source = _whole([source for _, source in self.objects])
        self._conflict(own, source, tuple(str(made) for made, _ in self.objects))

    def _two_names(self) -> None:
        """As in "nginx web 디플로이먼트": is web the name, and nginx the image?"""
        own = self._field_named(self.own)
        if own is None or not (self.loose and self.objects) or self.own in self.explicit:
            return
        made, source = self.objects[0]
        choices = (Choice(value=str(made)),)
        self._problem("question.place", own, source, {"value": str(made)}, choices)

    def _each(self) -> None:
        """Several objects and one count: is it for each of them?"""
        field = next((f for f in self.kind.fields if f.counted), None)
        many = len(self.products) > 1 or len(self.objects) > 1
        if field is None or not many or not self.kind.several or field.name not in self.values:
            return
        if self.each or self.both:
            return  # "web and api, each with 2 replicas"
        value, source = self.values[field.name], self.sources[field.name]
        if field.name == "count" and value == len(dict(self.objects)):
            del self.values[field.name], self.sources[field.name]  # "서버 web01, web02 두 대"
            return
        choices = (Choice(value=str(value)),)
        self._problem("question.each", field, source, {"value": str(value)}, choices)

    def _make_of_products(self, field: FieldSpec) -> None:
        """What is left of the products says what the thing is made of."""
        for value in self.products:
            self._set(field, self._made(value, field), span_of((value,)), explicit=False)
        self.products = []

    def _name_by_products(self) -> None:
        """The image was said, so "nginx 디플로이먼트" names the deployment."""
        own = self.kind.field(self.own)
        for value in self.products:
            self._give_object(value, own, explicit=False)
        self.products = []

    @property
    def count(self) -> int:
        """How many operations there will be."""
        several = len(self.products) or len(dict(self.objects))
        return max(1, several) if self.kind.several else 1

    def drafts(self) -> list[Draft]:
        """The operations: one, or one for each object or product where the kind has but one."""
        own, field = self.own, self.kind.product
        if self.products:
            image = self.kind.field(field)
            return [
                self._draft(field, self._made(value, image), span_of((value,)))
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


def _whole(sources: list[Source]) -> Source:
    """One source from the first to the last of *sources*."""
    start = min(source.start for source in sources)
    return Source(origin="span", start=start, end=max(source.end for source in sources))
