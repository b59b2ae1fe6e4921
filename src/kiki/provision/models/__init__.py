"""The files of language models: which there are, where they lie, how they come, what proves them.

``catalogue`` names them, ``shelves`` finds them, ``proofs`` hashes them, ``sources`` says where
they can be had, ``pulls`` fetches one. Called by ``wiring``, ``kiki model`` and ``doctor``. A file
counts only by its SHA-256; where it came from proves nothing.
"""
