"""Which causes of earlier runs still wait for their follow-up: a file that was written by a run
that was cut before the reload.

Called by ``target``. The next run finds the file as it is wanted and would never reload. What is
not known counts as done for a cause and as not done for a follow-up: a reload too many does no
harm.
"""

from kiki.model.change import Done, Ran
from kiki.model.intent import Intent
from kiki.targets.ansible.compose import Step, steps_of
from kiki.targets.ansible.ran import titles


def pending(intent: Intent, runs: tuple[Ran, ...]) -> dict[str, list[str]]:
    """The titles of the causes, by host."""
    follow_ups = [step for step in steps_of(intent) if step.causes]
    left: dict[str, dict[str, None]] = {}
    for ran in runs if follow_ups else ():
        for host, done in _done(ran).items():
            for step in follow_ups:
                _account(step, done, left.setdefault(host, {}))
    return {host: list(causes) for host, causes in sorted(left.items()) if causes}


def _account(step: Step, done: Done, left: dict[str, None]) -> None:
    """Take what one run did on one host into what was *left* before it."""
    changed, may_have = titles(done.changed), titles(done.changed + done.unsure)
    causes = [title for _, title in step.causes]
    if step.task.name in changed:
        for title in causes:
            left.pop(title, None)
    else:
        left |= dict.fromkeys(title for title in causes if title in may_have)


def _done(ran: Ran) -> dict[str, Done]:
    """What a run did by host; where nobody heard it, all that its plan says may have been done."""
    planned: dict[str, list[str]] = {}
    for action in ran.plan.changes:
        planned.setdefault(action.subject, []).append(action.task)
    may_have = {host: Done(unsure=tuple(tasks)) for host, tasks in planned.items()}
    if ran.outcome is None or ran.outcome.done is None:
        return may_have
    told = ran.outcome.done
    return {host: done if done.heard else may_have.get(host, Done()) for host, done in told.items()}
