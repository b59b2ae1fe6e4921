"""``kiki check --trusted``: Ansible's own syntax check and ansible-lint beside Kiki's check.

Called by ``commands.check``.
"""

from collections.abc import Sequence

from kiki.cli.context import Context
from kiki.execution.linting import lint
from kiki.model.errors import UsageError
from kiki.model.finding import Finding
from kiki.provision import ansible, private


def linted(paths: Sequence[str], context: Context) -> tuple[Finding, ...]:
    """What they find in *paths*. UsageError ``check.trusted_here`` for a server or stdin; what
    installing and running them raise."""
    if context.remote or "-" in paths:
        raise UsageError("check.trusted_here")
    home = ansible.ensure(lambda code, params: context.note(code, **params))
    return lint(home, paths, private.folder("lint", context.settings.state_dir))
