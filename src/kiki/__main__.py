"""``python -m kiki``, and what the launcher starts."""

from kiki.cli.main import main

raise SystemExit(main())
