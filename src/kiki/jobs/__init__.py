"""Who works on which change: this process alone (``inline``), or one of many (``leased``, with the
``worker`` that takes jobs from the queue and the ``reaping`` of what dead ones leave)."""
