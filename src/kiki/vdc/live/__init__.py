"""A definition beside a project that runs: addresses, drift, and a definition of what there is.

Called by the CLI. Pure: what a project has comes as ``estate.Estate``, which a cloud said.
"""
