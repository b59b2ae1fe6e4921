"""Make src/kiki/targets/kubernetes/schemas/ from the schema files of kubernetes-validate.

Run by a developer when that package has a new Kubernetes version, never at run time:

    pip install kubernetes-validate && python tools/extract_k8s_schemas.py

and then name the new version in ``kiki.model.kube_versions``.

The package carries the strict JSON Schemas that are made from Kubernetes' own OpenAPI document
(Apache-2.0). Of each version, what a check needs is kept in the compact form that
``kiki.targets.kubernetes.schema`` describes; texts are left out but for deprecation notes.
"""

import json
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from k8s_facts import ENUMS, NEW_VALUES, REMOVED_BEFORE

OUT = Path(__file__).parent.parent / "src/kiki/targets/kubernetes/schemas"
OLDEST = (1, 29)
# Answers of the API server and options of its calls: nobody writes these into a file.
NOT_WRITTEN = re.compile(r"^(DeleteOptions|WatchEvent|Status|API(Group|Resource|Versions)\w*)$")
INLINED = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "int-or-str",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "time",
    "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "time",
}
SCALARS = {"string": "str", "integer": "int64", "number": "number", "boolean": "bool"}
FORMATS = {"int32": "int32", "int64": "int64", "byte": "base64", "date-time": "time"}
DEPRECATED = re.compile(r"(?:Deprecated|DEPRECATED)[:.]\s+([^\n]{3,})")
NOTE_LENGTH = 200


def main() -> None:
    """Write one file per version and one about all of them."""
    versions = {version: read(folder) for version, folder in folders().items()}
    wanted = sys.argv[1:] or [one for one in versions if as_numbers(one) >= OLDEST]
    OUT.mkdir(exist_ok=True)
    for version in wanted:
        write(OUT / f"v{version}.json", Extract(version, versions[version]).result())
    write(OUT / "history.json", history(versions))


def folders() -> dict[str, Path]:
    """The strict schema folders of the installed package by minor version."""
    spec = find_spec("kubernetes_validate")
    if spec is None or spec.origin is None:
        sys.exit("kubernetes-validate is not installed")
    root = Path(spec.origin).parent / "kubernetes-json-schema"
    found = {re.sub(r"^v(\d+\.\d+).*", r"\1", path.name): path for path in root.glob("*-strict")}
    return dict(sorted(found.items(), key=lambda item: as_numbers(item[0])))


def as_numbers(version: str) -> tuple[int, ...]:
    """``1.29`` as ``(1, 29)``."""
    return tuple(map(int, version.split(".")))


def read(folder: Path) -> dict[str, Any]:
    """All definitions of one version."""
    loaded: dict[str, Any] = json.loads((folder / "_definitions.json").read_text())["$defs"]
    return loaded


def write(path: Path, data: Any) -> None:
    """Compact, but a line for each entry of the top two levels, so that a diff can be read."""
    parts = []
    for key, value in data.items():
        if isinstance(value, dict):
            rows = [f"{json.dumps(name)}:{dumps(item)}" for name, item in sorted(value.items())]
            parts.append(f"{json.dumps(key)}:{{\n" + ",\n".join(rows) + "\n}")
        else:
            parts.append(f"{json.dumps(key)}:{dumps(value)}")
    path.write_text("{" + ",\n".join(parts) + "}\n")
    print(path.name, path.stat().st_size)


def dumps(value: Any) -> str:
    """JSON without spaces."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def kinds_of(definitions: dict[str, Any]) -> dict[str, str]:
    """``apps/v1/Deployment`` and its definition's name, for every kind that can be written."""
    kinds = {}
    for name, body in definitions.items():
        for gvk in body.get("x-kubernetes-group-version-kind", []):
            if not NOT_WRITTEN.match(gvk["kind"]) and "metadata" in body.get("properties", {}):
                version = "/".join(filter(None, (gvk["group"], gvk["version"])))
                kinds[f"{version}/{gvk['kind']}"] = name
    return kinds


def history(versions: dict[str, Any]) -> dict[str, Any]:
    """For every kind that the newest version does not have: the last version that had it."""
    newest = max(versions, key=as_numbers)
    last: dict[str, str] = dict(REMOVED_BEFORE)
    for version, definitions in versions.items():
        last.update(dict.fromkeys(kinds_of(definitions), version))
    gone = {kind: version for kind, version in last.items() if version != newest}
    return {"newest": newest, "last": gone}


def short(name: str) -> str:
    """``io.k8s.api.core.v1.Pod`` as ``core.v1.Pod``."""
    return re.sub(r"^io\.k8s\.(api|apimachinery\.pkg\.apis|[\w-]+\.pkg\.apis)\.", "", name)


def sentences(note: str) -> str:
    """The whole sentences of *note* that fit, without the last full stop."""
    words = " ".join(note.split()).rstrip(".")
    if len(words) <= NOTE_LENGTH:
        return words
    return words[:NOTE_LENGTH].rpartition(". ")[0] or words[:NOTE_LENGTH]


def allowed(where: str, version: tuple[int, ...]) -> list[str]:
    """The values that *version* allows in the field *where*."""
    since = NEW_VALUES.get(where, {})
    return [value for value in ENUMS[where] if since.get(value, version) <= version]


class Extract:
    """The compact form of one version."""

    def __init__(self, version: str, definitions: dict[str, Any]) -> None:
        self.definitions = definitions
        self.types: dict[str, Any] = {}
        self.enums = {where: allowed(where, as_numbers(version)) for where in ENUMS}

    def result(self) -> dict[str, Any]:
        """Kinds, and the types that they need."""
        kinds = {kind: short(name) for kind, name in kinds_of(self.definitions).items()}
        for name in kinds_of(self.definitions).values():
            self.add(name)
        if self.enums:
            print(f"  no such fields in this version: {', '.join(self.enums)}")
        return {"kinds": kinds, "types": self.types}

    def add(self, name: str) -> str:
        """Add a definition and those it refers to; the compact type that stands for it."""
        if name in INLINED:
            return INLINED[name]
        body = self.definitions[name]
        if "properties" not in body and body.get("additionalProperties") is not False:
            return "object" if "object" in body.get("type", ()) else "any"
        key = short(name)
        if key not in self.types:
            self.types[key] = {}
            self.types[key] = self.object_type(key, body)
        return "#" + key

    def object_type(self, key: str, body: dict[str, Any]) -> dict[str, Any]:
        """Fields, required ones, and deprecation notes of one object."""
        fields, notes = {}, {}
        for name, schema in sorted(body.get("properties", {}).items()):
            fields[name] = self.field_type(f"{key}.{name}", schema)
            if note := DEPRECATED.search(schema.get("description", "")):
                notes[name] = sentences(note[1])
        made: dict[str, Any] = {"fields": fields}
        if body.get("required"):
            made["required"] = sorted(body["required"])
        if notes:
            made["deprecated"] = notes
        if note := DEPRECATED.search(body.get("description", "")):
            made["note"] = sentences(note[1])
        return made

    def field_type(self, where: str, schema: dict[str, Any]) -> Any:
        """The compact type, with the allowed values that the OpenAPI document does not tell."""
        values = self.enums.pop(where, None)
        made = self.type_of(schema)
        if values is None:
            return made
        if isinstance(made, list):
            return ["list", ["enum", *values], *made[2:]]
        return ["enum", *values]

    def type_of(self, schema: dict[str, Any]) -> Any:
        """The compact type of a JSON Schema."""
        if "$ref" in schema:
            return self.add(schema["$ref"].rpartition("/")[2])
        kind = schema.get("type", "any")
        kind = kind if isinstance(kind, str) else next(one for one in kind if one != "null")
        if kind == "array":
            keys = schema.get("x-kubernetes-list-map-keys", [])
            return ["list", self.type_of(schema["items"]), *([keys] if keys else [])]
        if isinstance(schema.get("additionalProperties"), dict):
            return ["map", self.type_of(schema["additionalProperties"])]
        if "properties" in schema:
            sys.exit(f"an object without a name: {schema}")
        return FORMATS.get(schema.get("format", ""), SCALARS.get(kind, kind))


if __name__ == "__main__":
    main()
