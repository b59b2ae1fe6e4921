"""The site's own rules, in files: what they say of a change. Called by ``service`` and the CLI."""
