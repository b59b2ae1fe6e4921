"""What contradicts itself in a definition whose form is right.

Called by ``reading``. Each module judges one thing and reports to the source; none looks at a
cloud.
"""

from kiki.vdc.definition import Definition
from kiki.vdc.judging import addresses, amounts, keys, names, references, steps, traffic
from kiki.vdc.source import Source


def judge(source: Source, definition: Definition) -> None:
    """Report everything."""
    for part in (names, references, addresses, traffic, amounts, keys, steps):
        part.judge(source, definition)
