"""How deep YAML is nested, told without building it.

Called by ``sources``. libyaml's composer, which Ansible uses, recurses without a limit: a text
that is deep enough ends the process. Its parser, used here, does not.
"""

import re

import yaml

DEPTH = 200  # as ``documents`` has it
# Depth shows: brackets, or a line that starts with that much indentation, dashes or question marks.
# A list may stand in the column of its key, so that two levels fit into one column.
_INDENTED = re.compile(rf"^[ \t?:-]{{{DEPTH // 2 - 1}}}", re.MULTILINE)


def too_deep(text: str) -> bool:
    """Whether *text* is nested deeper than DEPTH. False for what is no YAML before that depth."""
    brackets = text.count("[") + text.count("{")
    if brackets < DEPTH // 2 and not _INDENTED.search(text):
        return False
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > DEPTH:
                return True
    except yaml.YAMLError:
        pass
    return False
