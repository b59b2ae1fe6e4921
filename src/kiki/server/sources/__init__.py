"""People from elsewhere: each login source of ``logins.toml`` is one module behind ``port``.

docs/logins.md is the page, docs/decisions/0032-logins.md says why."""
