"""The ansible.cfg that every run gets.

Called by ``runner`` and ``inventories``. The text is part of what an approval is bound to, so it
holds no path and nothing of this machine: places go into environment variables (``environment``).
"""

FORKS = 20

_TEXT = """\
# Written by Kiki for this run. Settings of the user or the machine are not read.
[defaults]
forks = @FORKS@
timeout = 10
host_key_checking = true
interpreter_python = auto_silent
gathering = implicit
fact_caching = memory
stdout_callback = ansible.builtin.default
deprecation_warnings = false
localhost_warning = false
retry_files_enabled = false
nocolor = true
nocows = true
max_diff_size = 1048576

[inventory]
enable_plugins = ansible.builtin.advanced_host_list, ansible.builtin.yaml, ansible.builtin.toml, ansible.builtin.ini
any_unparsed_is_failed = true
unparsed_is_failed = true

[ssh_connection]
pipelining = true
ssh_args = -o ControlMaster=auto -o ControlPersist=60s -o ServerAliveInterval=10 -o ServerAliveCountMax=3
"""  # noqa: E501 -- ini has no line continuation


MITOGEN = "mitogen_linear"
"""The strategy of Mitogen that does what Ansible's own ``linear`` does."""


def text(forks: int = FORKS, strategy: str = "") -> str:
    """The file for runs that work on *forks* hosts at a time, with a *strategy* other than
    Ansible's own."""
    head = f"[defaults]\nstrategy = {strategy}\n" if strategy else "[defaults]\n"
    return _TEXT.replace("@FORKS@", str(forks)).replace("[defaults]\n", head)


TEXT = text()

# Ansible's own list starts with the newest python3.x on the PATH, which on many hosts is one that
# an administrator added and that lacks the bindings for apt or dnf. The system's own comes first.
PYTHONS = ("/usr/bin/python3", "/usr/libexec/platform-python", "/usr/local/bin/python3", "python3")
