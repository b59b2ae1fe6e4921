"""The engine for any OpenAI-compatible server. ``engine.OpenAIEngine`` is the way in.

Called by ``wiring``, and by engines that start such a server themselves.
"""
