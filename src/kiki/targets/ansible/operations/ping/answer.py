"""Which hosts Ansible can work on.

Called by ``targets.ansible.answers``.
"""

from kiki.messages import text
from kiki.model.answer import Answer, Column, Table
from kiki.targets.ansible.answers import Heard
from kiki.targets.ansible.operations.ping.operation import Fields


def answer(fields: Fields, heard: Heard) -> Answer:
    """A row for each host; as JSON, whether it answers by host."""
    stats = heard.result.stats
    found = {host: host in stats and stats[host].ok > 0 for host in heard.hosts}
    rows = tuple((host, _said(answers, heard)) for host, answers in found.items())
    columns = (Column(name="host"), Column(name="answers"))
    return Answer(tables=(Table(columns=columns, rows=rows),), data=found)


def _said(answers: bool, heard: Heard) -> str:
    return text("answers.yes" if answers else "answers.no", heard.lang, {}).text
