"""What there is in live systems: adapters of ``model.catalogue.Catalogue``.

Each asks with its system's own client, in that client's environment and process (``asking``,
``driver``). ``listed`` is the shipped fake, ``joined`` makes one of several.
"""
