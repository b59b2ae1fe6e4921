"""What the ``needs`` of a kind's verb call a change of what is there.

Read by ``raising``, which finds them in a message, by ``noun_places`` and by ``evidence``. They
are named in words.yaml of the kinds, as "new" and "where" are.
"""

SETS, RAISES, DEPLOYS, RESIZES = "sets_image", "raises", "deploys_to", "to_flavor"
CHANGES = frozenset((SETS, RAISES, DEPLOYS))
