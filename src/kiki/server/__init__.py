"""The agent server: ``model.agent.Agent`` over HTTP for several people, started by ``kiki agent``.

Runs in an environment of its own (``provision.runtimes``, "server"); nothing in Kiki imports it.
Decision 0027. ``operations`` has the one table of what there is.
"""
