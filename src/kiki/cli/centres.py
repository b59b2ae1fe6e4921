"""What ``kiki vdc plan`` and ``run`` do: a definition becomes a change of a cloud.

Called by ``commands.vdc``. Mistakes of the definition are shown before anything is recorded; the
service reads the file itself, once.
"""

import argparse
from datetime import UTC, datetime

from kiki.cli import sources
from kiki.cli.centring import refused, sound
from kiki.cli.commands.check import read_file
from kiki.cli.context import Context
from kiki.cli.flow import Flow
from kiki.cli.views import findings as view
from kiki.model.change import Change
from kiki.model.errors import UsageError
from kiki.model.exits import Exit
from kiki.model.request import CloudSource, Request, Scope
from kiki.vdc.definition import Definition
from kiki.vdc.reading import read
from kiki.vdc.staging import FLAG, secret_of


def change(args: argparse.Namespace, context: Context) -> Exit:
    """Plan the definition; ``run`` asks for the approval and applies it."""
    if context.remote:
        raise UsageError("vdc.local_only", url=context.settings.base_url)
    path = args.files[0]
    found = read(read_file(path, context))
    definition = sound(found, path, context)
    if definition is None:
        return refused(found.findings, context)
    told = tuple(one for one in found.findings if one.severity != "info")
    if told:
        context.screen.err(view.human(told, context.look_err))
    scope = Scope(cloud=cloud_of(args, context), take_over=args.take_over, timeout_s=args.timeout)
    _keep_passwords(definition, context)
    request = Request(target="openstack", flags={FLAG: path}, scope=scope, lang=context.lang)
    context.teller.follow = not args.no_follow

    def submit(password: str | None) -> Change:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        context.submitting = now.replace("+00:00", "Z")
        return context.agent.submit(request, context.teller, password)

    flow = Flow(context, yes=args.yes, plan_only=args.what == "plan")
    return flow.begin(submit, ask_password=False)


def cloud_of(args: argparse.Namespace, context: Context) -> CloudSource:
    """The cloud that is named. UsageError ``vdc.no_cloud``."""
    found = sources.cloud(
        args.cloud, args.clouds_file, args.region, context.settings, remote=context.remote
    )
    if found is None:
        raise UsageError("vdc.no_cloud")
    return found


def _keep_passwords(definition: Definition, context: Context) -> None:
    """Have each new person's password kept; UsageError ``vdc.secret_missing`` where nobody can be
    asked."""
    people = [name for name, one in definition.people.items() if not one.existing]
    if not people:
        return
    kept = {one.name for one in context.agent.secrets()}
    for person in people:
        name = secret_of(definition, person)
        if name in kept:
            continue
        if not context.interactive:
            raise UsageError("vdc.secret_missing", person=person, name=name)
        from kiki.cli import ask  # noqa: PLC0415 -- lazy: rarely asked for

        context.note("vdc.secret_wanted", person=person, name=name)
        context.agent.keep_secret(name, ask.secret_value(name, context))
