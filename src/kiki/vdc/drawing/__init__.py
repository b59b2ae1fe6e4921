"""A definition as a picture: networks, routers, servers, and what may pass between tiers.

Called by the CLI. Both forms show the same things; the same definition gives the same text.
"""

from typing import Literal

from kiki.vdc.definition import Definition
from kiki.vdc.drawing.mermaid import mermaid
from kiki.vdc.drawing.svg import svg

Form = Literal["svg", "mermaid"]


def drawn(definition: Definition, form: Form) -> str:
    """The picture's text."""
    return svg(definition) if form == "svg" else mermaid(definition)
