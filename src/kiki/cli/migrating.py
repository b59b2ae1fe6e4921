"""What ``kiki migrate`` does: read, make, check, and say every loss.

Called by ``commands.migrate``.
"""

import argparse
import re
from typing import Any

from kiki.cli import output, sources
from kiki.cli.commands.check import read_file
from kiki.cli.context import Context
from kiki.cli.exits import exit_of_findings
from kiki.cli.views import code
from kiki.cli.views import findings as view
from kiki.migration import migrate as migration
from kiki.migration.workload import Options
from kiki.model.errors import UsageError
from kiki.model.exits import Exit
from kiki.model.finding import Finding
from kiki.model.inspected import Inspected
from kiki.model.request import Scope

_TIMEOUT_S = 120
_SIZE = re.compile(r"[1-9][0-9]*(?:[kMGTPE]|[KMGTPE]i)?")
_NAMESPACE = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")


def migrate(args: argparse.Namespace, context: Context) -> Exit:
    """Everything; code goes to stdout or ``--out``, only if it has no error."""
    made = _made(args, context)
    checked = context.generator.check("k8s", made.artifact.files)
    findings = (*made.findings, *checked)
    ended = exit_of_findings(findings)
    if findings:
        context.screen.err(view.human(findings, context.look_err))
    if ended == Exit.DONE:
        _deliver(made, args, context)
    context.json(_as_json(made, findings, ended, context))
    return ended


def _made(args: argparse.Namespace, context: Context) -> migration.Migrated:
    options = _options(args)  # before anybody is asked
    if args.source == "podman":
        return migration.podman_to_kubernetes(_inspected(args, context), options)
    file = read_file(args.file, context)
    if args.source == "compose":
        return migration.compose_to_kubernetes(file, options)
    return migration.kubernetes_to_podman(file)


def _options(args: argparse.Namespace) -> Options:
    if args.size and not _SIZE.fullmatch(args.size):
        raise UsageError("migrate.size_invalid", size=args.size)
    if args.ns and not _NAMESPACE.fullmatch(args.ns):
        raise UsageError("migrate.namespace_invalid", namespace=args.ns)
    chosen = {"namespace": args.ns, "form": args.form, "service": args.service, "size": args.size}
    return Options(**{name: value for name, value in chosen.items() if value})


def _inspected(args: argparse.Namespace, context: Context) -> Inspected:
    """What podman says, here or on the inventory's one host."""
    if context.remote:
        raise UsageError("migrate.local_only", url=context.settings.base_url)
    from kiki import wiring  # noqa: PLC0415 -- lazy: files need no podman

    if args.inventory is None:
        return wiring.inspected(args.pod, args.container)
    scope = Scope(
        inventory=sources.inventory(args.inventory, remote=False),
        limit=args.limit,
        user=args.user,
        ssh_key=sources.key_path(args.ssh_key, remote=False),
    )
    tools = wiring.host_tools(context.settings, context.teller)
    return tools.inspect(scope, args.pod, args.container, _TIMEOUT_S)


def _deliver(made: migration.Migrated, args: argparse.Namespace, context: Context) -> None:
    if args.out and args.out != "-":
        output.write(made.artifact, args.out, context, force=args.force, confirm=False)
    elif not context.as_json:
        context.screen.raw(output.stream(made.artifact))


def _as_json(
    made: migration.Migrated, findings: tuple[Finding, ...], ended: Exit, context: Context
) -> dict[str, Any]:
    """Keys: exit, artifact, findings."""
    return {
        "exit": int(ended),
        "artifact": code.as_json(made.artifact),
        "findings": view.as_json(findings, context.look),
    }
