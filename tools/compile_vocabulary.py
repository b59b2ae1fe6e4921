"""Compiles every ``words.yaml`` into the index that Kiki reads at run time.

Run by ``make index``; ``--check`` (run by a test) says whether the checked-in file is current.
Writes ``src/kiki/targets/_index.json``, the targets and kinds, from the target folders, and
``src/kiki/understand/_lexicon.json``, how everything is written, from ``understand/words``, and
``src/kiki/understand/_backgrounds.json``, the words of what a message says beside its request.
``src/kiki/understand/commands/_forms.json``, what commands mean, from ``commands/programs``.
Deterministic: sorted by name, no date, no paths.
"""

import sys
from pathlib import Path
from typing import Any

import msgspec
import yaml

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"
sys.path[:0] = [str(path) for path in (SOURCE, ROOT) if str(path) not in sys.path]

from tools.compile_commands import Forms, forms  # noqa: E402
from tools.compile_lexicon import build, once  # noqa: E402

from kiki.model.vocabulary import GenKind, KindSpec, Part, TargetSpec, Vocabulary  # noqa: E402
from kiki.understand.commands.programs import Form  # noqa: E402
from kiki.understand.recipes import fields_in  # noqa: E402

WORDS = SOURCE / "kiki" / "understand" / "words"
LEXICON = SOURCE / "kiki" / "understand" / "_lexicon.json"
BACKGROUNDS = SOURCE / "kiki" / "understand" / "_backgrounds.json"
COMMANDS = SOURCE / "kiki" / "understand" / "commands"
TARGETS = SOURCE / "kiki" / "targets"
INDEX = TARGETS / "_index.json"
LINKS = ("plain", "obj", "subj", "topic", "also", "inst", "of", "with", "to", "from")


def load(path: Path) -> Any:
    """The YAML of *path*."""
    return yaml.load(path.read_text("utf-8"), Loader=once(yaml.SafeLoader)) or {}


def word_ids(words: list[Any]) -> list[str]:
    """The ids of *words*; an entry is an id or a mapping that also says how it is written."""
    return [word if isinstance(word, str) else word["id"] for word in words]


def field_spec(name: str, data: dict[str, Any]) -> dict[str, Any]:
    """One field as ``FieldSpec`` has it: with its default links and the ids of its words."""
    made = {"name": name, "links": LINKS, **data}
    made["markers"] = word_ids(data.get("markers", []))
    return made


def kind_spec(target: str, path: Path) -> KindSpec:
    """The kind that *path* (a ``words.yaml``) declares."""
    data = load(path)
    data["fields"] = {**data["fields"], **shared_fields(path, data.get("shared", []))}
    plain = (
        *("object", "product", "shares", "lends", "several", "assumes", "settles", "of"),
        *("alone", "one_of", "topics", "uncounted", "reads", "named"),
        *("hints", "weak_hints", "beside"),
    )
    made = {key: data[key] for key in plain if key in data}
    made |= {
        "id": f"{target}.{path.parent.name}",
        "target": target,
        "name": path.parent.name,
        "verbs": [{**use, "verb": word_ids([use["verb"]])[0]} for use in data.get("verbs", [])],
        "nouns": word_ids(data.get("nouns", [])),
        "adverbs": word_ids(data.get("adverbs", [])),
        "titles": word_ids(data.get("titles", [])),
        "fields": [field_spec(name, field) for name, field in data["fields"].items()],
    }
    return msgspec.convert(made, KindSpec)


def shared_fields(path: Path, names: list[str]) -> dict[str, Any]:
    """The fields of ``<target folder>/shared/<name>.yaml``, which several kinds have alike."""
    folder = path.parents[2] / "shared"
    return {key: field for name in names for key, field in load(folder / f"{name}.yaml").items()}


def part_of(target: str, data: dict[str, Any], kinds: dict[str, KindSpec]) -> Part:
    """One operation of a recipe: ``{<kind>: {<fields>}}``, with a ``family`` if it is for one.
    ValueError when it is no operation that could be made."""
    (name, fields), *_ = ((key, value) for key, value in data.items() if key != "family")
    kind = kinds[f"{target}.{name}"]
    specs = {field.name: field for field in kind.fields}
    missing = [one.name for one in kind.fields if one.required and one.name not in fields]
    unknown = sorted(set(fields) - set(specs))
    if missing or unknown:
        raise ValueError(f"{name} of a recipe: missing {missing}, unknown {unknown}")
    rest = {key: spec.default for key, spec in specs.items() if key not in fields}
    return Part(kind=kind.id, fields=fields, rest=rest, family=data.get("family", ""))


def recipe_spec(target: str, path: Path, kinds: dict[str, KindSpec]) -> KindSpec:
    """The recipe that *path* declares: a kind that stands for others. ValueError where a part
    names a field that it does not have, or a choice leaves a value out."""
    made = kind_spec(target, path)
    parts = tuple(part_of(target, data, kinds) for data in load(path)["recipe"])
    for part in parts:
        _check_templates(part.fields, made)
    return msgspec.structs.replace(made, parts=parts)


def _check_templates(value: Any, recipe: KindSpec) -> None:
    if isinstance(value, dict) and "of" in value:
        chosen = recipe.field(value["of"])
        if set(value) - {"of"} != set(chosen.choices):
            raise ValueError(f"{recipe.id}: not every value of {chosen.name} is chosen for")
        value = {key: inner for key, inner in value.items() if key != "of"}
    for inner in value.values() if isinstance(value, dict) else ():
        _check_templates(inner, recipe)
    for name in fields_in(value) if isinstance(value, str | list) else ():
        recipe.field(name)


def target_spec(path: Path) -> TargetSpec:
    """The target that *path* (a ``words.yaml``) declares."""
    data = load(path)
    return TargetSpec(
        name=data["target"],
        folder=path.parent.name,
        words=tuple(word_ids(data.get("words", []))),
        artifacts=tuple(word_ids(data.get("artifacts", []))),
        places=tuple(word_ids(data.get("places", []))),
        gen=tuple(msgspec.convert(data.get("gen", []), list[GenKind])),
    )


def vocabulary(folder: Path = TARGETS) -> Vocabulary:
    """The vocabulary of all target folders in *folder*."""
    specs = sorted(
        (target_spec(path) for path in folder.glob("*/words.yaml")), key=lambda t: t.name
    )
    found = [
        (bool(load(path).get("generic")), kind_spec(spec.name, path))
        for spec in specs
        for path in sorted((folder / spec.folder / "operations").glob("*/words.yaml"))
    ]
    kinds = tuple(kind for generic, kind in found if not generic)
    known = {kind.id: kind for kind in kinds}
    return Vocabulary(
        targets=tuple(specs),
        kinds=kinds,
        generic=tuple(kind for generic, kind in found if generic),
        recipes=tuple(
            recipe_spec(spec.name, path, known)
            for spec in specs
            for path in sorted((folder / spec.folder / "recipes").glob("*/words.yaml"))
        ),
    )


def own_nouns(folder: Path = TARGETS) -> dict[str, Any]:
    """The nouns that ``words.yaml`` files write out themselves, by id."""
    found: dict[str, Any] = {}
    for path in (
        *sorted(folder.glob("*/words.yaml")),
        *sorted(folder.glob("*/operations/*/words.yaml")),
        *sorted(folder.glob("*/recipes/*/words.yaml")),
    ):
        data = load(path)
        fields = list(data.get("fields", {}).values())
        fields += shared_fields(path, data.get("shared", [])).values()
        lists = [data.get(key, []) for key in ("nouns", "words", "artifacts", "adverbs", "places")]
        lists += [field.get("markers", []) for field in fields]
        found |= {word["id"]: word for words in lists for word in words if isinstance(word, dict)}
    return found


def compact(value: Any) -> bytes:
    """JSON with one line for each top-level key, sets sorted."""
    data = msgspec.to_builtins(value, order="deterministic")
    lines = (
        f'"{key}":{msgspec.json.encode(item, order="sorted").decode()}'
        for key, item in data.items()
    )
    return ("{" + ",\n".join(lines) + "}\n").encode()


def lean(value: Any) -> Any:
    """*value* as builtins without what equals a default, so that loading stays cheap."""
    if isinstance(value, msgspec.Struct):
        fields = msgspec.structs.fields(value)
        pairs = ((field, getattr(value, field.name)) for field in fields)
        return {field.name: lean(item) for field, item in pairs if not is_default(field, item)}
    if isinstance(value, tuple | list):
        return [lean(item) for item in value]
    return value


def is_default(field: msgspec.structs.FieldInfo, item: Any) -> bool:
    """Whether *item* is what decoding gives when the field is left out."""
    if field.default_factory is not msgspec.NODEFAULT:
        return bool(item == field.default_factory())
    return type(item) is type(field.default) and bool(item == field.default)


def lean_forms(commands: Forms) -> dict[str, Any]:
    """*commands* without what equals a default."""
    return {
        name: [
            {**lean(form), **({"options": options} if (options := _options(form)) else {})}
            for form in made
        ]
        for name, made in commands.items()
    }


def _options(form: Form) -> dict[str, Any]:
    return {name: lean(option) for name, option in form.options.items()}


def encode(value: Any) -> bytes:
    """JSON, one line for each kind, so that a change shows as a small difference."""
    text = msgspec.json.format(msgspec.json.encode(lean(value), order="sorted"), indent=1)
    return text + b"\n"


def main(arguments: list[str]) -> int:
    """Write the index, or with ``--check`` say whether it is current."""
    commands = forms(COMMANDS / "programs")
    outputs = {
        INDEX: encode(vocabulary()),
        LEXICON: compact(build(WORDS, own_nouns(), commands)),
        COMMANDS / "_forms.json": compact(lean_forms(commands)),
        BACKGROUNDS: compact(
            {key: sorted(set(words)) for key, words in load(WORDS / "backgrounds.yaml").items()}
        ),
    }
    if "--check" in arguments:
        stale = [path for path, data in outputs.items() if not _same(path, data)]
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not current: run make index")
        return 1 if stale else 0
    for path, data in outputs.items():
        path.write_bytes(data)
    return 0


def _same(path: Path, data: bytes) -> bool:
    return path.exists() and path.read_bytes() == data


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
