"""A ``model.request.Request`` from a command line.

Called by ``gen``, ``explain`` and the bare flags form.
"""

import unicodedata
from argparse import Namespace

from kiki.cli.context import Context
from kiki.model.errors import UsageError
from kiki.model.request import Request, Scope
from kiki.model.rollout import Rollout

# Other names of targets that people and the prototype use.
TARGET_NAMES = {"kubernetes": "k8s", "heat": "openstack", "osp": "openstack"}


def from_message(args: Namespace, context: Context) -> Request:
    """What ``kiki --message`` asks. UsageError ``cli.message_missing`` and those of ``sources``."""
    return Request(
        message=message_text(args.message, context),
        target=target_name(args.target) or _of_place(args),
        name=args.name,
        scope=scope(args, context),
        layout=args.layout,
        lang=context.lang,
        model=args.model or context.settings.model,
        only_yaml=bool(args.out),
        watch=args.watch,
        kube_version=args.kube_version,
        project=project(args, context),
        ticket=args.ticket,
    )


def project(args: Namespace, context: Context) -> str:
    """The project of a new change, the default one being the empty word."""
    from kiki.model.people import project_of  # noqa: PLC0415 -- lazy: few changes have one

    name = args.project or context.settings.project
    return project_of(name) if name else ""


def message_text(given: str | None, context: Context) -> str:
    """The message in NFC; ``-`` reads it from stdin. An empty one goes on as a blank, as that it
    was said is recorded: a request without a message is one of flags."""
    if given is None:
        raise UsageError("cli.message_missing")
    text = context.screen.read_all(marked=True) if given == "-" else given
    context.hear(text)
    return unicodedata.normalize("NFC", text) or " "


def _of_place(args: Namespace) -> str | None:
    """A context is of a cluster: "노드 상태" asks that for its nodes. A cloud is OpenStack's."""
    if args.cloud and not args.context:
        return "openstack"
    return "k8s" if args.context else None


def target_name(given: str) -> str | None:
    """The registry's name for what the user called a target."""
    return TARGET_NAMES.get(given, given) or None


def scope(args: Namespace, context: Context) -> Scope:
    """Where and as whom to run."""
    from kiki.cli import sources  # noqa: PLC0415 -- lazy: gen has no scope

    inventory = None
    if args.inventory_file:
        inventory = sources.sent_file(args.inventory_file)
    elif args.inventory is not None:
        inventory = sources.inventory(args.inventory, remote=context.remote)
    files = ["@" + path for path in args.extra_vars_file]
    return Scope(
        inventory=inventory,
        cluster=sources.cluster(
            args.context, args.kubeconfig, context.settings, remote=context.remote
        ),
        cloud=sources.cloud(
            args.cloud, args.clouds_file, args.region, context.settings, remote=context.remote
        ),
        limit=args.limit,
        tags=tuple(tag.strip() for word in args.tags for tag in word.split(",") if tag.strip()),
        extra_vars=sources.extra_vars(args.extra_vars + files),
        user=args.user,
        ssh_key=sources.key_path(args.ssh_key, remote=context.remote),
        ask_become_pass=args.ask_become_pass,
        verify=args.verify,
        rollout=Rollout(canary=args.canary or "", batch=args.batch or "", max_fail=args.max_fail),
        timeout_s=args.timeout,
        take_over=args.take_over,
        create_only=args.create_only,
    )


def settings_of_fields(values: list[str]) -> dict[str, str]:
    """``--set field=value`` as the reader wants it; UsageError ``cli.set`` for anything else."""
    pairs = [value.partition("=") for value in values]
    for (field, equals, _), value in zip(pairs, values, strict=True):
        if not field or not equals:
            raise UsageError("cli.set", value=value)
    return {f"set.{field}": text for field, _, text in pairs}
