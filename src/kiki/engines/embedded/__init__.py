"""Models that Kiki runs itself: a server process of its own, and the engine that asks it.

``engine`` is the adapter, ``host`` finds, starts and ends the server, ``talk`` speaks to it,
``orders`` says what it is to be, ``driver`` is what runs in the other process. Called by ``wiring``
and ``kiki model``.
"""
