"""Where the user's own files stand in an artifact, and the page that says so.

Called by ``render``, ``program`` and ``target``. Every byte of a file stays as it is, so that what
is approved is what the user wrote and a finding has its line; what beside the files decides what
is applied, the namespace, stands in the page.
"""

import posixpath
from typing import Any

from kiki.documents.write import to_yaml
from kiki.model.artifact import Artifact, File
from kiki.model.errors import UsageError
from kiki.model.records import Record

FOLDER = "given/"
ENDING = ".given.yaml"


class Place(Record, frozen=True):
    """A file of the user's: what it is called by its user, and the namespace for what has none."""

    said: str
    namespace: str = ""


def laid(path: str) -> str:
    """Where the user's file *path* stands: never outside, whatever its path is."""
    steps = ("up" if step == ".." else step for step in posixpath.normpath(path).split("/"))
    return FOLDER + "/".join(step for step in steps if step)


def is_given(path: str) -> bool:
    """Whether a file of an artifact is one of the user's."""
    return path.startswith(FOLDER)


def page(parts: list[tuple[str, tuple[File, ...]]], path: str, about: tuple[str, ...]) -> File:
    """The page of *parts*, each a namespace (empty: that of the context) and its files."""
    documents = [
        {**({"namespace": namespace} if namespace else {}),
         "files": {laid(file.path): file.path for file in files}}
        for namespace, files in parts
    ]  # fmt: skip
    return File(path=path, text=to_yaml(documents, about))


def files_of(parts: list[tuple[str, tuple[File, ...]]]) -> list[File]:
    """The files of *parts* in their places. UsageError ``k8s.given_same_place`` for two that would
    stand in one."""
    made: dict[str, File] = {}
    for _, files in parts:
        for file in files:
            path = laid(file.path)
            if path in made:
                raise UsageError("k8s.given_same_place", path=file.path)
            made[path] = File(path=path, text=file.text)
    return list(made.values())


def places(artifact: Artifact) -> dict[str, Place]:
    """The files of the user's in *artifact*, by where they stand; none in anybody else's."""
    found: dict[str, Place] = {}
    pages = [file for file in artifact.files if file.path.endswith(ENDING)]
    if not (pages and artifact.intent_digest):
        return found
    from kiki.documents.read import read_yaml  # noqa: PLC0415 -- lazy: PyYAML, not on gen's path

    for file in pages:
        for one in read_yaml(file.text, file.path).documents:
            told: Any = one if isinstance(one, dict) else {}
            for path, said in (told.get("files") or {}).items():
                found[path] = Place(said=said, namespace=told.get("namespace", ""))
    return found
