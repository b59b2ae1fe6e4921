"""The benchmark of understanding: requests with their right answers, measured offline.

``samples`` and ``expected`` hold what is asked and what is right, ``measuring`` has one request
read and built, ``scoring`` compares, ``figures`` counts, ``bench`` goes through all of it. Called
by ``wiring`` for ``kiki bench``; it writes nothing and connects to nothing but the engine.
"""
