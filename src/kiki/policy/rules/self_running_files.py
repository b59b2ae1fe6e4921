"""Files that run by themselves: making or overwriting one is as good as running a program.

Timetables, units, start scripts, what shells and the linker load, keys of a way in, programs that
are found first, hooks of the system, and where packages come from. High, so that somebody reads the
content; what ``protected_paths`` refuses stays refused. Compared without case and after
normalisation; links on the host are not seen.
"""

from kiki.policy.case import Case, Concern, Opinion
from kiki.policy.fields import matches, normal, verb
from kiki.policy.touched import touched

TREES = (
    *("/etc/cron*", "/var/spool/cron", "/var/spool/at", "/var/spool/anacron", "/etc/anacrontab"),
    *("/etc/systemd/system*", "/etc/systemd/user*", "/run/systemd", "/usr/local/lib/systemd"),
    *("*/.config/systemd", "*/.local/share/systemd", "*/.config/autostart", "/etc/xdg/autostart"),
    *("/etc/init.d", "/etc/rc.local", "/etc/rc.d", "/etc/rc?.d", "/etc/inittab", "/etc/xinetd.d"),
    *("/etc/profile", "/etc/profile.d", "/etc/bash.bashrc", "/etc/bashrc", "/etc/zsh*"),
    *("/etc/csh*", "/etc/fish", "/etc/environment", "/etc/skel", "*/.config/fish"),
    *("*/.bashrc", "*/.bash_profile", "*/.bash_login", "*/.bash_logout", "*/.profile"),
    *("*/.zshrc", "*/.zshenv", "*/.zprofile", "*/.zlogin", "*/.zlogout", "*/.cshrc", "*/.tcshrc"),
    *("*/.kshrc", "*/.xprofile", "*/.xsessionrc", "*/.ssh", "/etc/ld.so.*"),
    *("/usr/local/bin", "/usr/local/sbin", "/root/bin", "/root/.local/bin"),
    *("/etc/udev", "/run/udev", "/etc/modprobe.d", "/etc/modules", "/etc/modules-load.d"),
    *("/etc/apt", "/etc/dpkg", "/etc/yum*", "/etc/dnf", "/etc/pki/rpm-gpg"),
    *("/etc/logrotate*", "/etc/update-motd.d", "/etc/network/if-*.d", "/etc/ppp"),
    *("/etc/networkmanager/dispatcher.d", "/etc/dhcp", "/etc/kernel", "/etc/polkit-1"),
)
"""Each with everything below it."""

_REMOVING = "remove"


def judge(case: Case) -> tuple[Opinion, ...]:
    """A high risk for every such path that an operation makes or writes."""
    return tuple(
        Concern(
            code="policy.path_runs",
            risk="high",
            params={"kind": found.operation.kind, "path": found.path},
        )
        for found in touched(case)
        if verb(found.operation) != _REMOVING and _runs(normal(found.path))
    )


def _runs(path: str) -> bool:
    return matches(path, TREES) or matches(path, [f"{tree}/*" for tree in TREES])
