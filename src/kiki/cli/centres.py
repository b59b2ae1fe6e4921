"""What ``kiki vdc`` does with a cloud: a definition becomes a change of it, or is held against it.

Called by ``commands.vdc``. Mistakes of a definition are shown before anything is recorded or asked;
of a change the service reads the file itself, once.
"""

import argparse
from datetime import UTC, datetime

from kiki.cli import sources
from kiki.cli.centring import give, refused, sound
from kiki.cli.commands.check import read_file
from kiki.cli.context import Context
from kiki.cli.flow import Flow
from kiki.cli.views import findings as view
from kiki.model.artifact import File
from kiki.model.change import Change
from kiki.model.errors import UsageError
from kiki.model.exits import Exit
from kiki.model.request import CloudSource, Request, Scope
from kiki.vdc.definition import Definition
from kiki.vdc.live.estate import Estate, estate
from kiki.vdc.reading import Read, read
from kiki.vdc.staging import FLAG, TENANT, secret_of

_ASK_S = 120.0


def live(args: argparse.Namespace, context: Context) -> Exit:
    """Do what the first word says. UsageError ``vdc.local_only``, ``vdc.no_cloud`` and those of
    ``clouds.client``."""
    if context.remote:
        raise UsageError("vdc.local_only", url=context.settings.base_url)
    if args.what == "import":
        return _import(args, context)
    path = args.files[0]
    found = read(read_file(path, context))
    definition = sound(found, path, context)
    if definition is None:
        return refused(found.findings, context)
    if args.what == "inventory":
        return _inventory(definition, args, context)
    if args.what == "diff":
        return _drift(definition, args, context)
    return _change(definition, found, args, context)


def _change(
    definition: Definition, found: Read, args: argparse.Namespace, context: Context
) -> Exit:
    """Plan the definition; ``run`` asks for the approval and applies it."""
    told = tuple(one for one in found.findings if one.severity != "info")
    if told:
        context.screen.err(view.human(told, context.look_err))
    scope = Scope(
        cloud=cloud_of(args, context),
        take_over=args.take_over,
        timeout_s=args.timeout,
        user=args.user,
        ssh_key=sources.key_path(args.ssh_key, remote=context.remote),
        ask_become_pass=args.ask_become_pass,
    )
    _keep_passwords(definition, context)
    flags = {FLAG: args.files[0]}
    if args.tenant_cloud:
        named = sources.cloud(
            args.tenant_cloud, args.clouds_file, args.region, context.settings, remote=False
        )
        flags[TENANT] = named.name if named else args.tenant_cloud
    request = Request(
        target="openstack", flags=flags, scope=scope, lang=context.lang, ticket=args.ticket
    )
    context.teller.follow = not args.no_follow

    def submit(password: str | None) -> Change:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        context.submitting = now.replace("+00:00", "Z")
        return context.agent.submit(request, context.teller, password)

    flow = Flow(context, yes=args.yes, plan_only=args.what == "plan")
    return flow.begin(submit, ask_password=args.ask_become_pass)


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


def _estate(
    args: argparse.Namespace, context: Context, project: str = "", domain: str = ""
) -> Estate:
    """What there is in *project*, or in the login's own."""
    from kiki import wiring  # noqa: PLC0415 -- lazy: a file needs no cloud

    asked = {"project": project, "domain": domain}
    client = wiring.clouds(context.settings, context.teller)
    return estate(client.ask(cloud_of(args, context), "estate", asked, timeout_s=_ASK_S))


def _inventory(definition: Definition, args: argparse.Namespace, context: Context) -> Exit:
    """The servers with their addresses, by tier."""
    from kiki.vdc.live import addresses  # noqa: PLC0415 -- lazy: only here

    found = _estate(args, context, definition.project_name, definition.project.domain)
    away = addresses.missing(definition, found)
    if away:
        context.note("vdc.inventory_missing", names=", ".join(away))
    return give(addresses.inventory(definition, found), args, context, format="yaml")


def _drift(definition: Definition, args: argparse.Namespace, context: Context) -> Exit:
    """What of the project is not as the definition says."""
    from kiki.cli.views import differences  # noqa: PLC0415 -- lazy: only here
    from kiki.vdc.live.drift import drift  # noqa: PLC0415 -- lazy: as above

    there = _estate(args, context, definition.project_name, definition.project.domain)
    found = drift(definition, there)
    if found:
        context.show(differences.human(found, context.look))
    else:
        context.show(context.look.paint(context.look.say("vdc.drift_none"), "green"))
    context.json({"exit": int(Exit.DONE), "differences": differences.as_json(found)})
    return Exit.DONE


def _import(args: argparse.Namespace, context: Context) -> Exit:
    """A definition of what the login's project has; what it can't say goes to stderr."""
    from kiki.documents.write import to_yaml  # noqa: PLC0415 -- lazy: only here
    from kiki.vdc.live.importing import imported  # noqa: PLC0415 -- lazy: as above

    made = imported(_estate(args, context))
    said = [context.look.message(one.code, **one.params).text for one in made.lost]
    text = to_yaml([made.definition], said)
    judged = read(File(path=args.out or "definition.yaml", text=text)).findings
    context.screen.err(view.human((*made.lost, *judged), context.look_err))
    return give(text, args, context, format="yaml")
