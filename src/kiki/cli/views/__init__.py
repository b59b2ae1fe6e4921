"""What each thing looks like: ``human(thing, look)`` gives text for a person and ``as_json(thing)``
builtins with documented keys (docs/cli/json.md). One noun a module; nothing here prints.
"""
