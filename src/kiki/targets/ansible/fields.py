"""The types of the values that operations take, with the limits that their consumers have.

Called by every operation, and by ``compose``, which has a code for each limit. A value outside its
limits is a ``msgspec.ValidationError`` that names the field. No value of these types can hold
Jinja, so none can change what a playbook means; free text (a file's content) is written as data
instead, see ``tasks.literal``.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta

# All end with \Z: $ would let a line feed pass.
# deb-control(5) and RPM names, with the version, architecture and group forms that apt and dnf take
_PACKAGE = r"^@?[A-Za-z0-9][A-Za-z0-9+._~:=^-]*\Z"
# systemd.unit(5): ASCII letters, digits, ":-_." and "@"; at most 255 characters
_SERVICE = r"^[A-Za-z0-9_][A-Za-z0-9:_.@-]*\Z"
# useradd(8): CAVEATS
_USER = r"^[a-z_][a-z0-9_-]*\$?\Z"
_OWNER = r"^(?:|[a-z_][a-z0-9_-]*\$?)\Z"
# Absolute, never the root itself, no "." or "..", nothing invisible, no braces: Jinja reads those
_PATH = r"^(?!.*/\.{1,2}(?:/|\Z))/+[^/\x00-\x1f\x7f{}][^\x00-\x1f\x7f{}]*\Z"
_OPTIONAL_PATH = r"^(?:|(?!.*/\.{1,2}(?:/|\Z))/[^\x00-\x1f\x7f{}]*)\Z"
# Where documents are: of characters that settings of web servers take as they are
_DOCUMENTS = r"^(?:|(?!.*/\.{1,2}(?:/|\Z))(?:/[A-Za-z0-9_.@+-]+)+/?)\Z"
# Logs, * and ? among them, of characters that logrotate takes as they are; see LogPath
_LOGS = (
    r"^(?!.*/\.{1,2}(?:/|\Z))(?!/(?:etc|boot|bin|sbin|lib\w*|usr|proc|sys|dev|root)/)"
    r"/[A-Za-z0-9_.@+-]+(?:/[A-Za-z0-9_.@%+*?-]+)*/[A-Za-z0-9_.@%+*?-]+\Z"
)
# What is shared with other hosts, of characters that exports(5) takes as they are; never the
# system's own
_SHARED = (
    r"^(?!.*/\.{1,2}(?:/|\Z))(?!/(?:etc|boot|bin|sbin|lib\w*|usr|proc|sys|dev|run|root|var)(?:/?\Z))"
    r"(?!/(?:etc|boot|bin|sbin|lib\w*|usr|proc|sys|dev|run|root)/)(?:/[A-Za-z0-9_.@+-]+)+/?\Z"
)
_FILE_NAME = r"^[A-Za-z0-9_][A-Za-z0-9._-]*\Z"
_MODE = r"^[0-7]{3,4}\Z"
_OPTIONAL_MODE = r"^(?:|[0-7]{3,4})\Z"
# One line of a file: no line feed, nothing that a terminal or an editor would hide
_LINE = r"^[^\x00-\x08\x0a-\x1f\x7f]+\Z"
_OPTIONAL_LINE = r"^(?:|[^\x00-\x08\x0a-\x1f\x7f]+)\Z"
# crontab(5)
_CRON = r"(?:\*|\d{1,2}(?:-\d{1,2})?)(?:/\d{1,2})?(?:,(?:\*|\d{1,2}(?:-\d{1,2})?)(?:/\d{1,2})?)*"
_DAY = r"(?:sun|mon|tue|wed|thu|fri|sat)"
_SCHEDULE = (
    rf"^(?:{_CRON}(?: {_CRON}){{3}} (?:{_CRON}|{_DAY}(?:[,-]{_DAY})*)"
    r"|@(?:reboot|hourly|daily|weekly|monthly|yearly|annually))\Z"
)
_CRON_NAME = r"^(?:|[A-Za-z0-9][A-Za-z0-9 ._:/-]*)\Z"
_CRON_JOB = r"^(?:[A-Za-z0-9][A-Za-z0-9 ._:/-]*|/[^\x00-\x1f\x7f]+)\Z"
# What stands in the comments around a block of lines; the name is all that tells it from others
_BLOCK_NAME = r"^[A-Za-z0-9][A-Za-z0-9 ._:-]*(?<! )\Z"
# Lines of a file: nothing that a terminal or an editor would hide
_LINES = r"^[^\x00-\x08\x0b-\x1f\x7f]*[^\x00-\x1f\x7f][^\x00-\x08\x0b-\x1f\x7f]*\Z"
# RFC 3986, without a user's name or password, which would be told to everybody who reads the code
_URL = r"^(?:https?|ftp)://[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,5})?(?:/[A-Za-z0-9/._~:?#@!$&()*+,;=%-]*)?\Z"
_CHECKSUM = r"^(?:|sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})\Z"
# fstab(5), nfs(5): a device, what udev calls it, or a server's directory
_MOUNTED = (
    r"^(?:/dev/[A-Za-z0-9/._+-]+|(?:PART)?(?:UUID|LABEL)=[A-Za-z0-9._-]+"
    r"|[A-Za-z0-9][A-Za-z0-9.-]*:/[A-Za-z0-9/._-]*)\Z"
)
# Disks by the names of the kernel and of udev
_DISK = r"^(?!.*/\.{1,2}(?:/|\Z))/dev/[A-Za-z0-9/._+:@-]*[A-Za-z0-9_+:@-]\Z"
# lvm(8): VALID NAMES; a dash first would be read as an option
_VOLUME_GROUP = r"^(?!\.{1,2}\Z)[A-Za-z0-9_+.][A-Za-z0-9_+.-]*\Z"
_LOGICAL_VOLUME = (
    r"^(?!\.{1,2}\Z|snapshot|pvmove)(?!.*_(?:cdata|cmeta|corig|cpool|cvol|iorig|mimage|mlog|pmspare"
    r"|rimage|rmeta|tdata|tmeta|vdata|vorigin|wcorig))[A-Za-z0-9_+.][A-Za-z0-9_+.-]*\Z"
)
_DISK_SIZE = r"^(?=[0-9.]*[1-9])[0-9]{1,9}(?:\.[0-9]{1,3})?[kKMGTP]i?\Z"
_OPTIONAL_DISK_SIZE = rf"^(?:|{_DISK_SIZE[1:-2]})\Z"
_OPTION = r"^[A-Za-z0-9][A-Za-z0-9._=:/+-]*\Z"
_SECRET_NAME = r"^(?:|[A-Za-z_][A-Za-z0-9_-]*)\Z"  # noqa: S105 -- a pattern
# A version as dpkg and rpm write it
_VERSION = r"^(?:|[0-9][A-Za-z0-9.+:~_-]*)\Z"
# A name for a file of its own in a folder that a program reads, such as apt's or systemd's
_UNIT_NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]*\Z"
_SOURCE = r"^(?:|https?://[A-Za-z0-9\[][^\x00-\x20\x7f{}\"'\\`<>|]*|(?!.*/\.{1,2}(?:/|\Z))/[^\x00-\x1f\x7f{}]*)\Z"
# git-clone(1): URLs of https, http, ssh and git, and host:path for ssh
_REPOSITORY = r"^(?:(?:https?|ssh|git)://|[A-Za-z0-9_][A-Za-z0-9_.-]*@[A-Za-z0-9.-]+:)[^\x00-\x20\x7f{}\"'\\`<>|]+\Z"
# git-check-ref-format(1), and commits
_REVISION = r"^(?:|(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9._/+@-]*)\Z"
# sshd(8): AUTHORIZED_KEYS FILE FORMAT, without options; or where such keys are
_SSH_KEY = (
    r"^(?:(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-nistp(?:256|384|521)|sk-[a-z0-9-]+@openssh\.com)"
    r" AAAA[A-Za-z0-9+/]+={0,3}(?: [A-Za-z0-9_.@:+-]+)?|https://[A-Za-z0-9][^\x00-\x20\x7f{}\"'\\`<>|]*)\Z"
)
# A program by its path, of characters that sudoers(5) takes as they are
_PROGRAM = r"^(?!.*/\.{1,2}(?:/|\Z))/[A-Za-z0-9/_.+-]*[A-Za-z0-9_.+-]\Z"
_COMMAND = r"^/(?!.*(?:^|/)\.\.(?:/|\Z| ))[^\x00-\x1f\x7f]*[^\s\\\x00-\x1f\x7f]\Z"
# One that no shell has to understand
_PLAIN_COMMAND = (
    r"^/(?!.*(?:^|/)\.\.(?:/|\Z| ))[^\x00-\x1f\x7f|&;<>$`\\]*[^\s\x00-\x1f\x7f|&;<>$`\\]\Z"
)
_TIMER_NAME = rf"{_UNIT_NAME[:-2]}\Z|{_PLAIN_COMMAND}"
_OPTIONAL_UNIT_NAME = r"^(?:|[A-Za-z0-9][A-Za-z0-9_-]*)\Z"
_ASSIGNED = r"^[A-Za-z_][A-Za-z0-9_]*=[^\x00-\x1f\x7f]*\Z"
_NUMBER = r"(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])"
_PORT = rf"^{_NUMBER}(?:-{_NUMBER})?/(?:tcp|udp)\Z"

# RFC 1123, of which a name has a letter; what a client may also ask is an address
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST_NAME = rf"^(?=.*[A-Za-z]){_LABEL}(?:\.{_LABEL})*\Z"
_ADDRESS = r"^(?=.*[.:])[0-9A-Fa-f:.]{2,45}\Z"
_OPTIONAL_ADDRESS = r"^(?:|(?=.*[.:])[0-9A-Fa-f:.]{2,45})\Z"
_SERVER = rf"^(?:{_LABEL}(?:\.{_LABEL})*|(?=.*:)[0-9A-Fa-f:.]{{2,45}})\Z"
# An address or a network, in what netmasks of a prefix may say; see ``check_sources``
_SOURCES = r"^(?=.*[.:])[0-9A-Fa-f:.]{2,45}(?:/\d{1,3})?\Z"
# Names of the tz database, such as Asia/Seoul, Etc/GMT+9 and UTC
_TIME_ZONE = r"^[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}\Z"
# locale(7) with its character set: ko_KR.UTF-8, C.UTF-8
_LOCALE = r"^(?:[a-z]{2,3}_[A-Z]{2}|C|POSIX)(?:\.[A-Za-z0-9-]{1,20})?(?:@[a-z]{1,20})?\Z"
# sysctl.d(5): no value that names a program or a file, which the kernel would run or write
_KERNEL = r"^[a-z][a-z0-9_-]*(?:[./][A-Za-z0-9_*-]+)+=[0-9A-Za-z.,:+-][0-9A-Za-z.,:+ \t-]{0,200}\Z"
# What swapon(8) takes: a device, a file, or what udev calls a device
_SWAP = (
    r"^(?:(?:PART)?(?:UUID|LABEL)=[A-Za-z0-9._-]+"
    r"|(?!.*/\.{1,2}(?:/|\Z))/[A-Za-z0-9/._+:-]*[A-Za-z0-9._+:-])\Z"
)
# modules-load.d(5); the kernel takes names of up to 55 characters
_KERNEL_MODULE = r"^[A-Za-z0-9][A-Za-z0-9_-]*\Z"
_SYMBOL = r"^[A-Za-z_][A-Za-z0-9_]*\Z"
# Of databases and of who uses them: what needs no quotes anywhere, with the dash that people write
_DATABASE = r"^[A-Za-z_][A-Za-z0-9_-]*\Z"
_OPTIONAL_DATABASE = r"^(?:|[A-Za-z_][A-Za-z0-9_-]*)\Z"
# From where somebody may use a MariaDB: a name, an address, or with % for any characters
_CLIENT = r"^(?:%|[A-Za-z0-9][A-Za-z0-9.:%-]*)\Z"

# What is wrong with a value that does not match, as a code.
_CODES = {
    _PACKAGE: "ansible.invalid_package",
    _SERVICE: "ansible.invalid_service",
    _USER: "ansible.invalid_user",
    _OWNER: "ansible.invalid_user",
    _PATH: "ansible.invalid_path",
    _OPTIONAL_PATH: "ansible.invalid_path",
    _DOCUMENTS: "ansible.invalid_path",
    _SHARED: "ansible.invalid_shared_path",
    _LOGS: "ansible.invalid_log_path",
    _FILE_NAME: "ansible.invalid_file_name",
    _MODE: "ansible.invalid_mode",
    _OPTIONAL_MODE: "ansible.invalid_mode",
    _LINE: "ansible.invalid_line",
    _OPTIONAL_LINE: "ansible.invalid_line",
    _SCHEDULE: "ansible.invalid_schedule",
    _CRON_JOB: "ansible.invalid_cron_name",
    _CRON_NAME: "ansible.invalid_cron_name",
    _BLOCK_NAME: "ansible.invalid_block_name",
    _LINES: "ansible.invalid_lines",
    _URL: "ansible.invalid_url",
    _CHECKSUM: "ansible.invalid_checksum",
    _MOUNTED: "ansible.invalid_mounted",
    _DISK: "ansible.invalid_disk",
    _VOLUME_GROUP: "ansible.invalid_volume_name",
    _LOGICAL_VOLUME: "ansible.invalid_volume_name",
    _DISK_SIZE: "ansible.invalid_disk_size",
    _OPTIONAL_DISK_SIZE: "ansible.invalid_disk_size",
    _OPTION: "ansible.invalid_option",
    _SECRET_NAME: "ansible.invalid_secret",
    _PORT: "ansible.invalid_port",
    _VERSION: "ansible.invalid_version",
    _UNIT_NAME: "ansible.invalid_unit_name",
    _SOURCE: "ansible.invalid_source",
    _REPOSITORY: "ansible.invalid_repository",
    _REVISION: "ansible.invalid_revision",
    _SSH_KEY: "ansible.invalid_ssh_key",
    _PROGRAM: "ansible.invalid_path",
    _COMMAND: "ansible.invalid_command",
    _PLAIN_COMMAND: "ansible.invalid_plain_command",
    _TIMER_NAME: "ansible.invalid_unit_name",
    _OPTIONAL_UNIT_NAME: "ansible.invalid_unit_name",
    _ASSIGNED: "ansible.invalid_environment",
    _HOST_NAME: "ansible.invalid_host_name",
    _ADDRESS: "ansible.invalid_address",
    _OPTIONAL_ADDRESS: "ansible.invalid_address",
    _SERVER: "ansible.invalid_host_name",
    _SOURCES: "ansible.invalid_source_address",
    _TIME_ZONE: "ansible.invalid_time_zone",
    _LOCALE: "ansible.invalid_locale",
    _KERNEL: "ansible.invalid_kernel_setting",
    _SWAP: "ansible.invalid_swap",
    _KERNEL_MODULE: "ansible.invalid_kernel_module",
    _SYMBOL: "ansible.invalid_symbol",
    _DATABASE: "ansible.invalid_database",
    _OPTIONAL_DATABASE: "ansible.invalid_database",
    _CLIENT: "ansible.invalid_client",
}

PackageName = Annotated[str, Meta(pattern=_PACKAGE, max_length=200)]
ServiceName = Annotated[str, Meta(pattern=_SERVICE, max_length=255)]
UserName = Annotated[str, Meta(pattern=_USER, max_length=32)]
AbsolutePath = Annotated[str, Meta(pattern=_PATH, max_length=4096)]
OptionalPath = Annotated[str, Meta(pattern=_OPTIONAL_PATH, max_length=4096)]
DocumentRoot = Annotated[str, Meta(pattern=_DOCUMENTS, max_length=1024)]
LogPath = Annotated[str, Meta(pattern=_LOGS, max_length=100)]
SharedPath = Annotated[str, Meta(pattern=_SHARED, max_length=100)]
FileName = Annotated[str, Meta(pattern=_FILE_NAME, max_length=255)]
Mode = Annotated[str, Meta(pattern=_MODE)]
OptionalMode = Annotated[str, Meta(pattern=_OPTIONAL_MODE)]
Line = Annotated[str, Meta(pattern=_LINE, max_length=4096)]
OptionalLine = Annotated[str, Meta(pattern=_OPTIONAL_LINE, max_length=4096)]
BlockName = Annotated[str, Meta(pattern=_BLOCK_NAME, max_length=100)]
Lines = Annotated[str, Meta(pattern=_LINES, max_length=65_536)]
Schedule = Annotated[str, Meta(pattern=_SCHEDULE, max_length=200)]
CronJob = Annotated[str, Meta(pattern=_CRON_JOB, max_length=4096)]
CronName = Annotated[str, Meta(pattern=_CRON_NAME, max_length=100)]
Checksum = Annotated[str, Meta(pattern=_CHECKSUM)]
Mounted = Annotated[str, Meta(pattern=_MOUNTED, max_length=1024)]
Disk = Annotated[str, Meta(pattern=_DISK, max_length=255)]
# The names of both together make that of a device, which has up to 127 characters
VolumeGroup = Annotated[str, Meta(pattern=_VOLUME_GROUP, max_length=60)]
LogicalVolume = Annotated[str, Meta(pattern=_LOGICAL_VOLUME, max_length=60)]
DiskSize = Annotated[str, Meta(pattern=_DISK_SIZE)]
OptionalDiskSize = Annotated[str, Meta(pattern=_OPTIONAL_DISK_SIZE)]
FileSystem = Literal["", "ext4", "xfs", "ext3", "ext2", "btrfs", "vfat", "nfs", "nfs4"]
MountOption = Annotated[str, Meta(pattern=_OPTION, max_length=255)]
Owner = Annotated[str, Meta(pattern=_OWNER, max_length=32)]
SecretName = Annotated[str, Meta(pattern=_SECRET_NAME, max_length=100)]
Port = Annotated[str, Meta(pattern=_PORT)]
Version = Annotated[str, Meta(pattern=_VERSION, max_length=100)]
UnitName = Annotated[str, Meta(pattern=_UNIT_NAME, max_length=100)]
Url = Annotated[str, Meta(pattern=_URL, max_length=2000)]
Source = Annotated[str, Meta(pattern=_SOURCE, max_length=2000)]
GitRepository = Annotated[str, Meta(pattern=_REPOSITORY, max_length=2000)]
Revision = Annotated[str, Meta(pattern=_REVISION, max_length=200)]
SshKey = Annotated[str, Meta(pattern=_SSH_KEY, max_length=16_000)]
Program = Annotated[str, Meta(pattern=_PROGRAM, max_length=4096)]
Command = Annotated[str, Meta(pattern=_COMMAND, max_length=4096)]
PlainCommand = Annotated[str, Meta(pattern=_PLAIN_COMMAND, max_length=4096)]
TimerName = Annotated[str, Meta(pattern=_TIMER_NAME, max_length=4096)]
OptionalUnitName = Annotated[str, Meta(pattern=_OPTIONAL_UNIT_NAME, max_length=100)]
Assignment = Annotated[str, Meta(pattern=_ASSIGNED, max_length=4096)]
HostName = Annotated[str, Meta(pattern=_HOST_NAME, max_length=253)]
# What Linux can hold (HOST_NAME_MAX)
OwnName = Annotated[str, Meta(pattern=_HOST_NAME, max_length=64)]
Address = Annotated[str, Meta(pattern=_ADDRESS)]
OptionalAddress = Annotated[str, Meta(pattern=_OPTIONAL_ADDRESS)]
Server = Annotated[str, Meta(pattern=_SERVER, max_length=253)]
NetworkSource = Annotated[str, Meta(pattern=_SOURCES)]
TimeZone = Annotated[str, Meta(pattern=_TIME_ZONE, max_length=100)]
Locale = Annotated[str, Meta(pattern=_LOCALE)]
KernelSetting = Annotated[str, Meta(pattern=_KERNEL)]
Swap = Annotated[str, Meta(pattern=_SWAP, max_length=1024)]
KernelModule = Annotated[str, Meta(pattern=_KERNEL_MODULE, max_length=55)]
Symbol = Annotated[str, Meta(pattern=_SYMBOL, max_length=63)]
# PostgreSQL cuts longer names; MariaDB takes 64 characters
DatabaseName = Annotated[str, Meta(pattern=_DATABASE, max_length=63)]
OptionalDatabase = Annotated[str, Meta(pattern=_OPTIONAL_DATABASE, max_length=63)]
Client = Annotated[str, Meta(pattern=_CLIENT, max_length=255)]

PackageNames = Annotated[tuple[PackageName, ...], Meta(min_length=1, max_length=200)]
ServiceNames = Annotated[tuple[ServiceName, ...], Meta(min_length=1, max_length=200)]
UserNames = Annotated[tuple[UserName, ...], Meta(min_length=1, max_length=200)]
Ports = Annotated[tuple[Port, ...], Meta(min_length=1, max_length=200)]
HostNames = Annotated[tuple[HostName, ...], Meta(min_length=1, max_length=50)]
Servers = Annotated[tuple[Server, ...], Meta(min_length=1, max_length=20)]
Disks = Annotated[tuple[Disk, ...], Meta(min_length=1, max_length=20)]
Swaps = Annotated[tuple[Swap, ...], Meta(min_length=1, max_length=20)]
KernelModules = Annotated[tuple[KernelModule, ...], Meta(min_length=1, max_length=50)]
KernelSettings = Annotated[tuple[KernelSetting, ...], Meta(min_length=1, max_length=200)]


def code_of(problem: str, more: Mapping[str, str] | None = None) -> str:
    """The code for what a ``msgspec.ValidationError`` says, by these patterns and *more* ones;
    ``ansible.fields_invalid`` for what has none of its own."""
    for pattern, code in {**_CODES, **(more or {})}.items():
        if repr(pattern) in problem:
            return code
    return "ansible.fields_invalid"


def four_digits(mode: str) -> str:
    """*mode* with its leading zero: a reader of YAML takes ``644`` for a decimal number."""
    return mode.zfill(4)


def without_slash(path: str) -> str:
    """*path* without slashes at its end: the one way in which it is written."""
    return path.rstrip("/")


def check_no_folder(path: str, what: str = "file") -> None:
    """ValueError for the name of a folder where *what* is meant."""
    if path.endswith("/"):
        raise ValueError(f"the path of a {what} can't end with a slash")


def check_sources(sources: tuple[str, ...]) -> None:
    """ValueError for what is no address and no network, and for one that is everybody."""
    from ipaddress import ip_network  # noqa: PLC0415 -- lazy: few requests have one

    for source in sources:
        if ip_network(source).prefixlen == 0:
            raise ValueError(f"{source} is everybody: leave the source out")


def check_ports(ports: tuple[str, ...]) -> None:
    """ValueError for a range whose end is before its start."""
    for port in ports:
        first, _, last = port.partition("/")[0].partition("-")
        if last and int(last) < int(first):
            raise ValueError(f"port range {port} ends before it starts")
