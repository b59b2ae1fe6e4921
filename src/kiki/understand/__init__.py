"""Words or flags become an intent; what is missing becomes a question, the rest a refusal.

Called by ``pipeline`` through ``reader`` and by ``service`` through ``secrets``. No I/O but reading
its own compiled lexicon; the vocabulary, the profile and the engine are handed in.
"""
