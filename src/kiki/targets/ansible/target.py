"""The ansible target as the pipeline and the service see it.

Called through ``targets.registry``. It hands each call to the module for it, imported when first
called: rendering is on the path of ``kiki gen``, where planning and checking are not wanted.
"""

from typing import Any, Literal

from kiki.model.answer import Answer
from kiki.model.artifact import Artifact
from kiki.model.change import Outcome, Ran
from kiki.model.finding import Finding
from kiki.model.intent import Intent
from kiki.model.inventory import Inventory
from kiki.model.languages import Lang
from kiki.model.plan import Plan
from kiki.model.profile import NO_PROFILE, Profile
from kiki.model.request import Layout, Scope
from kiki.model.run import RunResult
from kiki.targets.ansible import compose
from kiki.targets.ansible import render as rendering
from kiki.targets.ansible.tasks import PENDING, PLANNED
from kiki.targets.port import Judged, Masked, OpenFiles, Sources, Taken, Target, UndoPlan


class AnsibleTarget:
    """Playbooks and roles; the one target that runs."""

    name = "ansible"
    plans = True
    place: Literal["hosts", "cluster", "cloud"] = "hosts"

    def take_in(self, intent: Intent, files: OpenFiles) -> Taken:
        """As it is: files that a play copies are on the hosts or beside the play."""
        return Taken(intent=intent)

    def judged(self, intent: Intent) -> Judged:
        """As it is."""
        return Judged(intent=intent, risks=self.risks(intent))

    def render(self, intent: Intent, layout: Layout, profile: Profile) -> Artifact:
        """A playbook, or a role and a playbook that uses it."""
        return rendering.render(intent, layout, profile)

    def program(self, artifact: Artifact, inventory: Inventory, scope: Scope) -> Artifact:
        """The code itself."""
        return artifact

    def kept(self) -> dict[str, tuple[str, ...]]:
        """What the readers of single modules look at."""
        from kiki.targets.ansible.modules import known  # noqa: PLC0415 -- lazy: not for gen

        return known.kept()

    def secrets(self, intent: Intent) -> tuple[str, ...]:
        """Names of the secrets in the intent's tasks, sorted."""
        found = {name for step in compose.steps_of(intent) for name in step.task.secrets}
        return tuple(sorted(found))

    def risks(self, intent: Intent) -> tuple[str, ...]:
        """The risk class of each operation's kind."""
        return tuple(compose.module_of(operation).RISK for operation in intent.operations)

    def writes(self, intent: Intent) -> tuple[tuple[str, ...], ...]:
        """See ``written.written``."""
        from kiki.targets.ansible.written import written  # noqa: PLC0415 -- lazy: not for gen

        return written(intent)

    def probes(self, intent: Intent) -> bool:
        """Whether any task is a probe."""
        return any(step.task.probe for step in compose.steps_of(intent))

    def check(self, artifact: Artifact, profile: Profile = NO_PROFILE) -> tuple[Finding, ...]:
        """See ``check.check``."""
        from kiki.targets.ansible.check import check  # noqa: PLC0415 -- lazy: not for gen

        return check(artifact)

    def claims(self, path: str) -> bool:
        """See ``check.places.belongs``."""
        from kiki.targets.ansible.check.places import belongs  # noqa: PLC0415 -- lazy: not for gen

        return belongs(path)

    def reach(self, artifact: Artifact) -> frozenset[str]:
        """See ``check.reach.reach``."""
        from kiki.targets.ansible.check.reach import reach  # noqa: PLC0415 -- lazy: not for gen

        return reach(artifact)

    def recognises(self, document: Any) -> bool:
        """A list of mappings: plays or tasks."""
        return isinstance(document, list) and any(isinstance(entry, dict) for entry in document)

    def require_tags(self, intent: Intent, tags: tuple[str, ...]) -> None:
        """See ``tags.require``."""
        from kiki.targets.ansible.tags import require  # noqa: PLC0415 -- lazy: not for gen

        require(compose.steps_of(intent), tags)

    def require_readers(self, intent: Intent) -> None:
        """See ``readers.require``."""
        from kiki.targets.ansible.readers import require  # noqa: PLC0415 -- lazy: not for gen

        require(intent, compose.steps_of(intent))

    def answer(self, intent: Intent, sources: Sources, lang: Lang, masked: Masked) -> Answer:
        """See ``answers.answer``."""
        from kiki.targets.ansible.answers import answer  # noqa: PLC0415 -- lazy: not for gen

        return answer(intent, sources, lang, masked)

    def plan(
        self, result: RunResult, intent: Intent, inventory: Inventory, tags: tuple[str, ...] = ()
    ) -> Plan:
        """See ``plan.plan``."""
        from kiki.targets.ansible.plan import plan  # noqa: PLC0415 -- lazy: not for gen

        return plan(result, intent, inventory, tags)

    def unseen(self, artifact: Artifact, inventory: Inventory) -> RunResult:
        """No event: each task is then one that no run came to."""
        return RunResult(status="successful", rc=0)

    def variables(
        self, intent: Intent, runs: tuple[Ran, ...], approved: Plan | None = None
    ) -> dict[str, Any]:
        """The causes whose follow-up no run came to, see ``pending.pending``, and what the plans
        found, see ``planned.planned``."""
        from kiki.targets.ansible.pending import pending  # noqa: PLC0415 -- lazy: not for gen
        from kiki.targets.ansible.planned import planned  # noqa: PLC0415 -- lazy: not for gen

        told = {PENDING: pending(intent, runs), PLANNED: planned(intent, runs, approved)}
        return {name: values for name, values in told.items() if values}

    def outcome(self, applied: RunResult, again: RunResult | None, inventory: Inventory) -> Outcome:
        """See ``outcome.outcome``."""
        from kiki.targets.ansible.outcome import outcome  # noqa: PLC0415 -- lazy: not for gen

        return outcome(applied, again, inventory)

    def report(
        self, intent: Intent, reports: dict[str, Any], lang: Lang, masked: Masked
    ) -> dict[str, str]:
        """See ``reports.files``."""
        from kiki.targets.ansible.reports import files  # noqa: PLC0415 -- lazy: not for gen

        return files(intent, reports, lang, masked)

    def undo(self, intent: Intent, plan: Plan | None) -> UndoPlan:
        """See ``undo.undo``."""
        from kiki.targets.ansible.undo import undo  # noqa: PLC0415 -- lazy: not for gen

        return undo(intent, plan)

    def moved(self, intent: Intent, runs: tuple[Ran, ...], now: Plan) -> tuple[str, ...]:
        """See ``ran.moved``."""
        from kiki.targets.ansible.ran import moved  # noqa: PLC0415 -- lazy: not for gen

        return moved(intent, runs, now)

    def take_back(self, intent: Intent, runs: tuple[Ran, ...]) -> UndoPlan:
        """See ``ran.take_back``."""
        from kiki.targets.ansible.ran import take_back  # noqa: PLC0415 -- lazy: not for gen

        return take_back(intent, runs)


TARGET: Target = AnsibleTarget()
