"""Variables that nothing defines: what Jinja asks for, beside everything that the files give a
name.

Called by ``files``. It can only warn: an inventory elsewhere, ``--extra-vars`` and facts define
variables that no file shows.
"""

from kiki.targets.ansible.check.variables.judging import check_undefined

__all__ = ["check_undefined"]
