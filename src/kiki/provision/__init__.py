"""What Kiki needs beside its own code: found, or installed on demand.

``bootstrap`` makes the base environment for the launcher, ``ansible`` the one that runs playbooks,
``doctor`` says what is there. Called by the launcher, the CLI and ``wiring``. Everything comes from
hash-locked requirement files; which registry serves them is pip's or uv's own configuration.
"""
