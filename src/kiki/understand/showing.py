"""What values show by themselves: images, flavors, paths, networks, known products, "3 nginx pods".

The base of ``noun_places``.
"""

import re

from kiki.model.vocabulary import FieldSpec
from kiki.understand.counting import Counting
from kiki.understand.filling import OBJECT_LINKS
from kiki.understand.phrases import Item
from kiki.understand.values import Value, shape_of

_MODE = re.compile("0[0-7]{3}")
_LOGIN_SHELL = re.compile(r"/(?:usr/(?:local/)?)?s?bin/(?:[a-z]{0,3}sh|nologin)")


class Showing(Counting):
    """One operation of one kind while values that need no noun are given their places."""

    def _auto(self, value: Value, link: str = "plain") -> bool:
        """A value whose form says what it is: nginx:1.27, m1.small, /etc/motd, 80/tcp."""
        field = self._auto_field(value, link) or self._shell_field(value) or self._mode_field(value)
        if field is None or (field.bare and link != "plain" and link not in field.bare):
            return False
        if field.name == self.own:
            return self._give_object(value, field, explicit=True)
        return self._give(value, field, explicit=True)

    def _auto_field(self, value: Value, link: str) -> FieldSpec | None:
        """The field of the shape that *value* has; of several the one that this link is for."""
        shape = shape_of(value)
        if not shape:
            return None
        shapes = (shape, "device") if shape == "path" else (shape,)
        wanted = [field for field in self.kind.fields if field.shape in shapes]
        taking = self.use.takes.get(link) if self.use is not None else None
        if len(wanted) > 1:
            wanted = [f for f in wanted if f.name == taking] or [
                f for f in wanted if link in f.bare
            ]
        return wanted[0] if wanted and (wanted[0].bare or wanted[0].name == self.own) else None

    def _shell_field(self, value: Value) -> FieldSpec | None:
        """As in "kim 계정(wheel 그룹, /bin/zsh)": a path that is only ever a login shell's."""
        if value.quoted or _LOGIN_SHELL.fullmatch(value.text) is None:
            return None
        return next((field for field in self.kind.fields if "shell" in field.markers), None)

    def _mode_field(self, value: Value) -> FieldSpec | None:
        """As in "make it 0755": no count, port or version begins with a nought."""
        if not is_mode(value):
            return None
        return next((field for field in self.kind.fields if field.shape == "mode"), None)

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

    def _pods_of(self, item: Item) -> bool:
        """As in "3 nginx pods": what is counted comes with what it is made of."""
        fields = [f for f in self.kind.fields if f.counted and set(f.markers) & set(item.ids)]
        if not fields or not item.before or any(v.number is not None for v in item.values):
            return False
        self.shown = True
        self.awaited.add(fields[0].name)
        return item.link in OBJECT_LINKS and all(
            self._auto(value) or self._product(value) for value in item.values
        )

    def _listed_network(self, value: Value) -> bool:
        """As in "server web01, rocky-9, m1.small, ext-net"."""
        others = (field for field in self.kind.fields if field.name != self.own)
        fields = [field for field in others if field.shape == "network"]
        like = fields and network_like(value.text, sure=True)
        return bool(like) and self._give(value, fields[0], explicit=True)


def network_like(text: str, *, sure: bool) -> bool:
    """Whether *text* looks like a network's name; *sure*: nothing else says so."""
    lower = text.lower()
    if sure:
        return lower.endswith(("-net", "_net", "-network", "_network"))
    return "net" in lower or "lan" in lower.split("-")[-1]


def is_mode(value: Value) -> bool:
    """Whether *value* can be but a file's mode, as no count, port or version begins with a
    nought."""
    return value.form == "digits" and _MODE.fullmatch(value.text) is not None
