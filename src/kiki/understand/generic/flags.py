"""Flags and files become an intent of a generic kind: what ``gen --kind object`` does.

Called by ``reader.read_flags``. ``--set body.spec.replicas=3`` fills the tree by path, ``--from
FILE`` gives all fields at once, and what ``--set`` says comes after it. On the path of ``gen``:
imports no lexer.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import msgspec
from msgspec.structs import replace

from kiki.model.errors import UsageError
from kiki.model.intent import Intent, Source
from kiki.model.official import Official, Shape, TypeSpec
from kiki.model.profile import Profile
from kiki.model.request import Request
from kiki.model.trees import Path, canonical, leaves, path_of
from kiki.model.vocabulary import KindSpec
from kiki.understand import flags as curated
from kiki.understand.complete import Context, complete, missing
from kiki.understand.draft import AskError, Draft
from kiki.understand.generic.drafting import code_name, fields_of, with_leaves
from kiki.understand.generic.typed import UntypedError, refuse_plain_secrets, tree_of

FROM = "from"
_SET = "set."


def read(request: Request, kind: KindSpec, profile: Profile, official: Official) -> Intent:
    """The intent of ``request.flags`` for *kind*. AskError for a required field; UsageError for a
    flag that means nothing to it, a type that is not offered, or a value that can stand nowhere."""
    return _Reader(request, kind, profile, official).intent()


class _Reader:
    def __init__(
        self, request: Request, kind: KindSpec, profile: Profile, official: Official
    ) -> None:
        self.request = request
        self.kind = kind
        self.profile = profile
        self.official = official
        self.type_field, self.tree_field = fields_of(kind)
        self.flags = curated.flags_of(request)
        self.file = _file(self.flags.get(FROM), kind)

    def intent(self) -> Intent:
        """The one operation, completed."""
        self._refuse_unused()
        draft = self._draft()
        spec = self._type(draft)
        shape = self.official.shape(spec)
        tree = canonical(self._tree(shape))
        if found := self.official.objection(spec, tree):
            raise UsageError(found.code, **found.params)
        draft.fill(self.tree_field, tree, Source(origin="flag", detail=self._origin(())))
        return self._completed(draft, spec, tree)

    def _completed(self, draft: Draft, spec: TypeSpec, tree: Any) -> Intent:
        answers = {k: v for k, v in self.request.answers.items() if k != self._asked()}
        request = replace(self.request, answers=answers)
        intent = complete([draft], Context(request=request, profile=self.profile, reader="flags"))
        placed = {path: Source("flag", detail=self._origin(path)) for path, _ in leaves(tree)}
        operation = with_leaves(intent.operations[0], self.tree_field, placed)
        name = self.request.name or code_name(spec.name, operation, tree, self.profile)
        return replace(intent, operations=(operation,), name=name)

    # -- the fields ------------------------------------------------------------------------------

    def _draft(self) -> Draft:
        """Every field but the tree, from the file and then from the flags."""
        draft = Draft(kind=self.kind)
        for name, value in self.file.items():
            if name != self.tree_field:
                curated.fill(draft, self.kind.field(name), FROM, str(value))
        for flag, text in self.flags.items():
            for field in curated.fields_of(flag, self.kind):
                if field.name != self.tree_field:
                    curated.fill(draft, field, flag, text)
        answered = self.request.answers.get(self._asked())
        if answered is not None:
            source = Source(origin="flag", detail=f"answer:{self._asked()}")
            draft.fill(self.type_field, answered.strip(), source)
        return draft

    def _asked(self) -> str:
        return f"0.{self.type_field}"

    def _type(self, draft: Draft) -> TypeSpec:
        """The official type, whose whole name takes the place of a short one."""
        said = draft.values.get(self.type_field)
        if said is None:
            asking = missing(self.kind.field(self.type_field), 0, draft, self.profile)
            raise AskError(asking)
        spec = self.official.find(self.kind.id, said)
        if spec is None:
            found = self.official.refusal(self.kind.id, said)
            raise UsageError(found.code, **found.params)
        draft.fill(self.type_field, spec.name, draft.sources[self.type_field])
        return spec

    # -- the tree --------------------------------------------------------------------------------

    def _tree(self, shape: Shape) -> Any:
        tree = self._of_file(shape)
        for flag, path in self._paths():
            try:
                tree = tree_of(shape, [(path, self.flags[flag])], tree)
            except UntypedError as error:
                params = error.params | {"flag": flag.removeprefix(_SET)}
                raise UsageError(error.code, **params) from None
        return tree

    def _of_file(self, shape: Shape) -> Any:
        try:
            return refuse_plain_secrets(shape, self.file.get(self.tree_field, {}))
        except UntypedError as error:
            flag = f"{self.tree_field}.{error.params.get('path', '')}".rstrip(".")
            raise UsageError(error.code, **(error.params | {"flag": flag})) from None

    def _paths(self) -> Iterator[tuple[str, Path]]:
        """The flags that fill the tree, with the place where."""
        for flag in self.flags:
            if not flag.startswith(_SET):
                continue
            text = flag.removeprefix(_SET)
            if not text.startswith(f"{self.tree_field}.") and text != self.tree_field:
                continue
            try:
                path = path_of(text)
            except ValueError:
                raise UsageError("understand.set_path", flag=text) from None
            if len(path) > 1:
                yield flag, path[1:]

    def _origin(self, path: Path) -> str:
        """The flag that says what is at *path*: the last one for it, or for what it is in."""
        found = [flag for flag, place in self._paths() if path[: len(place)] == place]
        return found[-1] if found else FROM

    # -- what means nothing ----------------------------------------------------------------------

    def _refuse_unused(self) -> None:
        """No flag is ever dropped in silence."""
        placed = {flag for flag, _ in self._paths()}
        for flag in self.flags:
            known = flag in ("kind", "name", FROM) or flag in placed
            if not known and not self._fills(flag):
                self._raise_unused(flag)

    def _fills(self, flag: str) -> bool:
        return any(one.name != self.tree_field for one in curated.fields_of(flag, self.kind))

    def _raise_unused(self, flag: str) -> NoReturn:
        fields = ", ".join(_listed(self.kind, self.tree_field))
        params = {"kind": self.kind.id, "tree": self.tree_field, "fields": fields}
        raise UsageError("understand.set_unknown", flag=flag.removeprefix(_SET), **params)


def _listed(kind: KindSpec, tree: str) -> list[str]:
    return [f"{tree}.PATH" if field.name == tree else field.name for field in kind.fields]


def _file(text: str | None, kind: KindSpec) -> Mapping[str, Any]:
    """The fields in ``--from``, which came as JSON; UsageError for fields that there are not."""
    if text is None:
        return {}
    known = {field.name for field in kind.fields}
    tree = fields_of(kind)[1]
    try:
        made = msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError):
        made = None
    fields = ", ".join(field.name for field in kind.fields)
    if not isinstance(made, dict) or not isinstance(made.get(tree, {}), dict):
        raise UsageError("understand.from_form", kind=kind.id, fields=fields, tree=tree)
    for name, value in made.items():
        if name not in known:
            params = {"kind": kind.id, "fields": fields, "tree": tree}
            raise UsageError("understand.from_field", field=name, **params)
        if name != tree and not isinstance(value, str):
            raise UsageError("understand.from_text", field=name, kind=kind.id)
    return made
