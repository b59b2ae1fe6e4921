"""Every setting, as data and as the record that the program is handed.

Called by ``settings.reading`` and by whoever is given a ``Settings``. docs/configuration.md has one
row for each key; a test compares the two.
"""

from typing import Literal, NamedTuple

from kiki.model.languages import Lang
from kiki.model.profile import Profile
from kiki.model.records import Record

Where = Literal["flag", "environment", "file", "default"]

# What the setting ``engine`` can be, besides ``scripted:FILE``.
ENGINES = ("auto", "none", "openai", "embedded", "openvino")


class Key(NamedTuple):
    """One setting. *variables* are read in order; *default* also tells the type, a tuple being a
    list of texts, which a variable has with commas; *shown* is false for secrets."""

    name: str
    variables: tuple[str, ...]
    default: str | int | bool | tuple[str, ...]
    choices: tuple[str, ...] = ()
    shown: bool = True


class Origin(Record, frozen=True):
    """Where a value came from: *detail* is the flag, the variable or ``path:line``."""

    where: Where
    detail: str = ""


KEYS = (
    Key("lang", ("KIKI_LANG",), "", choices=("ko", "en")),
    Key("state_dir", ("KIKI_STATE", "WORK_DIR"), ""),
    Key("master_key", ("KIKI_MASTER_KEY",), ""),
    Key("base_url", ("KIKI_BASE_URL",), ""),
    Key("token", ("KIKI_TOKEN",), "", shown=False),
    Key("projects", ("KIKI_PROJECTS",), ()),
    Key("project", ("KIKI_PROJECT",), ""),
    Key("logins_file", ("KIKI_LOGINS",), ""),
    Key("trusted_proxies", ("KIKI_TRUSTED_PROXIES",), ()),
    Key("inventories_dir", ("KIKI_INVENTORIES",), ""),
    Key("engine", ("KIKI_ENGINE",), "auto"),
    Key("model_url", ("MODEL_URL",), ""),
    Key("api_key", ("API_KEY",), "", shown=False),
    Key("model", ("KIKI_MODEL",), ""),
    Key("model_dirs", ("KIKI_MODEL_DIRS",), ()),
    Key("model_mirrors", ("KIKI_MODEL_MIRRORS",), ()),
    Key("model_idle_s", ("KIKI_MODEL_IDLE_S",), 600),
    Key("model_timeout_s", ("KIKI_MODEL_TIMEOUT_S",), 300),
    Key("generic", ("KIKI_GENERIC",), "auto", choices=("auto", "on", "off")),
    Key("cloud", ("KIKI_CLOUD", "OS_CLOUD"), ""),
    Key("production_clouds", ("KIKI_PRODUCTION_CLOUDS",), ()),
    Key("kubeconfig", ("KIKI_KUBECONFIG", "KUBECONFIG"), ""),
    Key("kube_context", ("KIKI_KUBE_CONTEXT",), ""),
    Key("production_contexts", ("KIKI_PRODUCTION_CONTEXTS",), ()),
    Key("four_eyes", ("KIKI_FOUR_EYES",), "never", choices=("never", "high", "always")),
    Key("freeze_windows", ("KIKI_FREEZE_WINDOWS",), ()),
    Key("rollout_timeout_s", ("KIKI_ROLLOUT_TIMEOUT_S",), 300),
    Key("catalogue_timeout_s", ("KIKI_CATALOGUE_TIMEOUT_S",), 5),
    Key("retention_days", ("KIKI_RETENTION_DAYS",), 0),
    Key("retention_runs", ("KIKI_RETENTION_RUNS",), 0),
    Key("forks", ("KIKI_FORKS",), 20),
    Key("mitogen", ("KIKI_MITOGEN",), False),
    Key("timeout_s", ("KIKI_TIMEOUT_S",), 3600),
    Key("plan_fresh_s", ("KIKI_PLAN_FRESH_S",), 300),
    Key("allow_local_connection", ("KIKI_ALLOW_LOCAL_CONNECTION",), False),
    Key("allow_inventory_scripts", ("KIKI_ALLOW_INVENTORY_SCRIPTS",), False),
    Key("vault_secrets", ("KIKI_VAULT_SECRETS",), ()),
    Key("site_profile", ("KIKI_SITE_PROFILE",), ""),
)


class Settings(Record, frozen=True):
    """All settings of one process.

    *lang* is empty when the message and then *locale* decide. *state_dir* is an absolute path.
    *master_key* says where the master key comes from; never the key itself.
    *projects* are those that there are beside ``default``; *project* is the one of new changes.
    *logins_file* has the server's login sources; of the proxies at *trusted_proxies* it believes
    for whom they ask.
    *inventories_dir* is where paths that clients send to the server are looked up.
    *retention_days* and *retention_runs* limit the run folders that are kept; 0 keeps all.
    *model_dirs* are further folders with model files, *model_mirrors* where they can be fetched;
    *model_idle_s* ends a model's server that nobody asks, 0 never does.
    *timeout_s* is for one Ansible run; *plan_fresh_s* is how old a plan may be to be applied
    without being made again. *origins* has an entry for every key of ``KEYS`` and for
    ``profile``. *config_file* is the user's own configuration file, which need not exist.
    *generic* says whether a model may fill in official types.
    *cloud* is the OpenStack cloud whose names are offered, *openstack* the environment's OS_*
    variables, which may say the same and hold its password; a change of a cloud that
    *production_clouds* (patterns) has wants its name typed; *kubeconfig* and *kube_context* are
    the cluster whose names are; a change of a context that *production_contexts* (shell
    patterns) has wants its name typed, and workloads may take *rollout_timeout_s* to come up.
    *four_eyes* says for which risks the approver may not be the requester; in *freeze_windows*
    (``model.windows``) nothing is applied.
    *catalogue_timeout_s* is how long a live system may take to say
    what it has, 0 asks none.
    *vault_secrets* are the names of secrets with passwords for Ansible Vault, as ``NAME`` or
    ``IDENTITY=NAME``. *plain* says that the user wants no colours,
    *browser* that one can be opened here. *model_timeout_s* is for one
    answer of a model; *proxies* are the environment's: ``http``, ``https`` and ``no``.
    """

    state_dir: str
    lang: Lang | Literal[""] = ""
    master_key: str = ""
    base_url: str = ""
    token: str = ""
    projects: tuple[str, ...] = ()
    project: str = ""
    logins_file: str = ""
    trusted_proxies: tuple[str, ...] = ()
    inventories_dir: str = ""
    engine: str = "auto"
    model_url: str = ""
    api_key: str = ""
    model: str = ""
    model_dirs: tuple[str, ...] = ()
    model_mirrors: tuple[str, ...] = ()
    model_idle_s: int = 600
    model_timeout_s: int = 300
    generic: Literal["auto", "on", "off"] = "auto"
    cloud: str = ""
    production_clouds: tuple[str, ...] = ()
    kubeconfig: str = ""
    kube_context: str = ""
    production_contexts: tuple[str, ...] = ()
    four_eyes: Literal["never", "high", "always"] = "never"
    freeze_windows: tuple[str, ...] = ()
    rollout_timeout_s: int = 300
    catalogue_timeout_s: int = 5
    retention_days: int = 0
    retention_runs: int = 0
    forks: int = 20
    mitogen: bool = False
    timeout_s: int = 3600
    plan_fresh_s: int = 300
    allow_local_connection: bool = False
    allow_inventory_scripts: bool = False
    vault_secrets: tuple[str, ...] = ()
    site_profile: str = ""
    profile: Profile = Profile()
    origins: dict[str, Origin] = {}
    config_file: str = ""
    locale: Lang = "en"
    plain: bool = False
    browser: bool = False
    proxies: dict[str, str] = {}
    openstack: dict[str, str] = {}

    def __repr__(self) -> str:
        """Without the values: two of them are secrets."""
        return f"Settings(state_dir={self.state_dir!r})"
