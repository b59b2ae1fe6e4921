"""What an operation gives: tasks as values, and how each is taken back.

Called by operations, which make them, ``compose``, which puts those of an intent together, and
``render``, ``plan`` and ``undo``, which read them. Pure; on the path of ``kiki gen``.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from kiki.documents.write import Tagged
from kiki.model.plan import Reversibility, Verb
from kiki.targets.ansible.names import Family

ACTION_TAG = "kiki_action"
"""The tag of tasks that act every time, such as a restart: a verifying run skips them."""

PROBE_TAG = "kiki_probe"
"""The tag of read-only tasks that ask whether what was brought works: only the verifying run has
them."""

PROBE = "Probe: "
"""What the titles of probes begin with."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One task of a play.

    *verb* is what it does to a host when it changes it. *family*: only there. *each* are argument
    sets, one run of the module for each; *var* and *about* name and describe the variable that
    holds them in a role. *items* pairs what each thing is called on the host with what the
    reversing operation calls it. *register*: the result is kept in ``FOUND``. *ensures* and
    *breaks* are facts such as ``package:httpd`` that hold, or hold no more, after it. *needs* are
    facts without which the module may fail in check mode (``package:*``: any); *beside* are those
    of them that do not hold what it makes, as an owner or a link's target does not: were they
    brought by the play, what it makes may still have been there. *gone* is what the
    module says when there is nothing to stop or close. *secrets* are the names of those in its
    arguments. *acts*: it does something every time. *root*: it needs to be root. *network*: it may
    need the site's proxy. *foreign*: it is of a module that may not support check mode, so what
    check mode skips is unknown. *before*: what it finds on a host is looked at first, see
    ``Before``. *still*: it changes nothing, whatever its module says, and runs in check mode, too,
    unless ``APPLYING`` is among *when*. *when* are further conditions; *into* is the variable for
    its result, with ``register`` and instead of ``FOUND``. *probe*: it asks whether something works
    (its *name* begins with ``PROBE``), up to *tries* times, two seconds apart, and *fails* are
    conditions that all hold when the answer is no, instead of the module's own. *follows* are
    facts: it is done where an earlier task that ensures or breaks one of them changed something,
    and where a run was cut between the two. *writes* are the paths that it makes, writes or
    removes; None: those that stand in its arguments as ``path`` and ``dest``. *report*: what it
    puts into a variable is the
    host's report, which the run hands on whole; it stands in the plan as something to run.
    *account*: it is done as this account and not as root. *doubtful*: check mode may miss what a
    run brings along, so the check goes on behind it where later tasks need what it ensures.
    """

    name: str
    module: str
    args: dict[str, Any]
    verb: Verb
    family: Family | None = None
    each: tuple[dict[str, Any], ...] = ()
    var: str = ""
    about: str = ""
    items: tuple[tuple[str, str], ...] = ()
    register: bool = False
    ensures: frozenset[str] = frozenset()
    breaks: frozenset[str] = frozenset()
    needs: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    gone: str = ""
    secrets: tuple[str, ...] = ()
    acts: bool = False
    root: bool = True
    network: bool = False
    foreign: bool = False
    reverses: tuple["Reverse", ...] = ()
    before: "Before | None" = None
    still: bool = False
    when: tuple[str, ...] = ()
    into: str = ""
    probe: bool = False
    tries: int = 1
    fails: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    writes: tuple[str, ...] | None = None
    report: bool = False
    account: str = ""
    doubtful: bool = False


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What one look showed: the keys of its module's result that ``modules`` keep, and those of
    each turn of its loop."""

    kept: dict[str, Any] = {}
    items: tuple[dict[str, Any], ...] = ()


class Was(msgspec.Struct, frozen=True, kw_only=True):
    """What there was on a host: values for fields of the reversing operation, by their names.

    *after* are values that it then has, where only the looks know them. *verb* is what the task
    does there, where the look knows it better than the module. *unread* is
    the code for why the values are not known: then the change can't be taken back. *new* are the
    task's items, as the host calls them, that are not there, where there may be several; None: the
    look is not about that.
    """

    values: dict[str, Any] = {}
    after: dict[str, Any] = {}
    verb: Verb | None = None
    unread: str = ""
    new: tuple[str, ...] | None = None


class Before(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at before a task changes a host.

    *looks* are read-only tasks, done just before it, on the same hosts, in check mode as well;
    *read* makes of what they showed (in order) what there was. *then* are tasks between looks and
    task that keep something for the way back, or ask what the looks showed. *after* are values of
    the same names as those of ``Was``, as the task will have them, for a person to compare; those
    that only the looks know are ``Was.after``. *told* gives the name, within ``PLANNED``, under
    which a run of the approved plan is told what there was before, and that value.
    """

    looks: tuple[Task, ...]
    read: Callable[[tuple[Found, ...]], Was]
    then: tuple[Task, ...] = ()
    after: dict[str, Any] = {}
    told: Callable[[dict[str, Any]], tuple[str, Any]] | None = None


class Variable(msgspec.Struct, frozen=True, kw_only=True):
    """An argument that a role offers as a variable; a playbook has the value in its place. *file*:
    it is the content of the file at that path, and a role has it as a file."""

    name: str
    value: Any
    about: str
    file: str = ""


class Reverse(msgspec.Struct, frozen=True, kw_only=True):
    """How a task that changed a host is taken back.

    *kind* holds when the task's verb is one of *only* (any, when empty); otherwise it is
    impossible, for *otherwise*; without an *otherwise* it is one of several ways back, each for its
    own verbs. *operation* (of another target than ``ansible`` with that before it) and *fields* are
    the operation that does it; *items*
    names the field that lists what was changed, to be narrowed to that. Without an *operation*
    it simply stays. *reason* is a code. *before* names fields that have the values that the host
    had, as ``Task.before`` read them.
    """

    kind: Reversibility
    reason: str = ""
    operation: str = ""
    fields: dict[str, Any] = {}
    items: str = ""
    only: tuple[Verb, ...] = ()
    otherwise: str = ""
    before: tuple[str, ...] = ()


APPLYING = "not ansible_check_mode"
"""The condition of a task that a plan leaves out."""

FOUND = "kiki_found"
"""The variable that holds the result of a task with ``register``, until the next such task."""


GONE = "kiki_gone"
"""The variable for the result of a check that fails where a later task removed the thing."""

BEFORE = "kiki_before"
"""The variable of a look that a task which keeps something asks, see ``Before.then``."""

CAUSE = "kiki_cause_"
"""How the variables with results that follow-ups ask begin."""

SEEN = "kiki_seen_"
"""How the variables with results that a report is made of begin."""

REPORT = "kiki_report"
"""The variable that a task with ``report`` sets. The executor knows it by its end, ``_report``."""

PENDING = "kiki_pending"
"""The variable that maps hosts to titles of tasks which changed them in an earlier run that was cut
before their follow-up."""

PLANNED = "kiki_planned"
"""The variable that maps hosts to what their approved plan found there before, by names that tasks
give it (``Before.told``): by how much something grows is counted from there, however often it
runs."""


def literal(text: str) -> str | Tagged:
    """*text* such that Ansible writes exactly it: what Jinja might read is tagged ``!unsafe``."""
    if "{{" in text or "{%" in text or "{#" in text:
        return Tagged(tag="!unsafe", value=text)
    return text


def listing(names: tuple[str, ...], most: int = 4) -> str:
    """``a, b and 3 more``: names for a task's title, not too long."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
