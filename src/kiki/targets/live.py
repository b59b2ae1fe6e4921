"""What targets share whose code is applied to one live system: a cluster, a cloud.

Called by those targets' ``target`` modules. Each call goes to the module of the target's own
package for it, imported when first called: rendering is on the path of ``kiki gen``, where planning
and checking are not wanted. Knows no target: the package is named by its class.
"""

from importlib import import_module
from typing import Any, ClassVar

from kiki.model.answer import Answer
from kiki.model.change import Outcome, Ran
from kiki.model.intent import Intent
from kiki.model.inventory import Inventory
from kiki.model.languages import Lang
from kiki.model.plan import Plan
from kiki.model.run import RunResult
from kiki.targets.code_only import CodeOnly
from kiki.targets.port import Masked, Sources, UndoPlan


class Live(CodeOnly):
    """The part of ``targets.port.Target`` that is the same for all of them. *package* has the
    modules ``answers``, ``planned``, ``outcome`` and ``undoing``."""

    package: ClassVar[str]
    plans = True

    def _module(self, name: str) -> Any:
        return import_module(f"{self.package}.{name}")

    def answer(self, intent: Intent, sources: Sources, lang: Lang, masked: Masked) -> Answer:
        """See ``answers.answer``."""
        made: Answer = self._module("answers").answer(intent, sources, lang, masked)
        return made

    def probes(self, intent: Intent) -> bool:
        """Always: that something is as asked does not say that it is up."""
        return True

    def plan(
        self, result: RunResult, intent: Intent, inventory: Inventory, tags: tuple[str, ...] = ()
    ) -> Plan:
        """See ``planned.plan``."""
        made: Plan = self._module("planned").plan(result, inventory)
        return made

    def outcome(self, applied: RunResult, again: RunResult | None, inventory: Inventory) -> Outcome:
        """See ``outcome.outcome``."""
        made: Outcome = self._module("outcome").outcome(applied, again, inventory)
        return made

    def undo(self, intent: Intent, plan: Plan | None) -> UndoPlan:
        """See ``undoing.expected``."""
        made: UndoPlan = self._module("undoing").expected(plan)
        return made

    def moved(self, intent: Intent, runs: tuple[Ran, ...], now: Plan) -> tuple[str, ...]:
        """See ``undoing.moved``."""
        made: tuple[str, ...] = self._module("undoing").moved(runs, now)
        return made

    def take_back(self, intent: Intent, runs: tuple[Ran, ...]) -> UndoPlan:
        """See ``undoing.take_back``."""
        made: UndoPlan = self._module("undoing").take_back(runs)
        return made
