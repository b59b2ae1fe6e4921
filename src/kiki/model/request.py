"""What came in: words or flags, and what they are aimed at.

Called by cli and server, which build it, and by everything after. The message here is already NFC
and redacted: a Request never holds a secret's value.
"""

from typing import Any, Literal

from kiki.model.languages import Lang
from kiki.model.records import Record
from kiki.model.rollout import Rollout

Target = str  # a name in the registry: "ansible", "k8s", "openstack", "podman"
Verify = Literal["none", "syntax", "all"]
Layout = Literal["playbook", "role", "project"]
InventoryForm = Literal["path", "file", "hosts", "inline"]

SURE = ".sure"
"""Behind the field of an answer in ``Request.answers``: a name that the live system has not, and
that was said again when that was asked. It is taken as it is."""


class InventorySource(Record, frozen=True):
    """An inventory as the user gave it.

    ``path``: *text* is a path that is read where the service runs. ``file``: *text* is the
    contents of the ``@file`` named *origin*. ``hosts``: a comma list. ``inline``: INI text.
    """

    form: InventoryForm
    text: str
    origin: str = ""


class ClusterSource(Record, frozen=True):
    """A cluster as the user named it: the path of a kubeconfig (several with a colon between;
    empty: the usual one), read where the service runs, and a context of it (empty: its own).
    *named* says that changes are meant for it: a kubeconfig that only happens to be in the
    environment is asked for names and answers, never planned for."""

    kubeconfig: str = ""
    context: str = ""
    named: bool = False


class CloudSource(Record, frozen=True):
    """An OpenStack cloud as the user named it: the path of a ``clouds.yaml``, read where the
    service runs (empty: there is none), the name of a cloud in it and, where that has several, a
    region. *named* says that changes are meant for it, see ``ClusterSource``."""

    file: str = ""
    name: str = ""
    region: str = ""
    named: bool = False


class Scope(Record, frozen=True):
    """Where, as whom and in which steps a change runs. Each field is part of what an approval is
    bound to. *timeout_s* ends each of its runs; 0 is the setting's. *take_over*: fields of objects
    that somebody else owns are taken from them. *create_only*: what is to be made must not be there
    yet; nothing that is there is changed by it."""

    inventory: InventorySource | None = None
    cluster: ClusterSource | None = None
    cloud: CloudSource | None = None
    limit: str = ""
    tags: tuple[str, ...] = ()
    extra_vars: dict[str, Any] = {}
    user: str = ""
    ssh_key: str = ""
    ask_become_pass: bool = False
    verify: Verify = "all"
    rollout: Rollout = Rollout()
    timeout_s: int = 0
    take_over: bool = False
    create_only: bool = False


class Request(Record, frozen=True):
    """One request.

    *flags* are ``gen``-style values by flag name (``image``, ``ns``, ``kind`` ...); *answers* maps
    the ``field`` of each answered Question to the answer; *only_yaml* asks for code alone;
    *secrets* maps the names in the redacted message to version ids in the secret store.
    *project*: what the change belongs to, the empty word being ``default`` (``model.people``).
    *ticket* is that of the site's change management.
    *watch*: what only reads is read again and again until it is interrupted. *kube_version*:
    manifests are checked for it, and not for the profile's. *bound*: whoever asks has their roles
    in projects only, as the server found; what is sent in it counts for nothing.
    """

    message: str = ""
    target: Target | None = None
    name: str = ""
    flags: dict[str, str] = {}
    answers: dict[str, str] = {}
    secrets: dict[str, str] = {}
    scope: Scope = Scope()
    layout: Layout = "playbook"
    lang: Lang = "en"
    model: str = ""
    only_yaml: bool = False
    requester: str = ""
    watch: bool = False
    kube_version: str = ""
    project: str = ""
    ticket: str = ""
    bound: bool = False
