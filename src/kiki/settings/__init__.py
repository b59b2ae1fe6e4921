"""The only reader of the environment and of configuration files.

``settings.load(flags, environ, cwd)`` gives ``settings.Settings``, in which every value says where
it came from. Called by the CLI and handed down from there; nothing below reads the environment.
The names are looked up on first use, so that ``kiki --help`` can ask ``settings.ambient`` for its
language without paying for the rest.
"""

TYPE_CHECKING = False  # mypy knows the name; importing typing would cost start-up time
if TYPE_CHECKING:
    from kiki.settings.reading import load as load
    from kiki.settings.values import Origin as Origin
    from kiki.settings.values import Settings as Settings

__all__ = ["Origin", "Settings", "load"]


def __getattr__(name: str) -> object:
    from importlib import import_module  # noqa: PLC0415 -- lazy: start-up time of --help

    if name not in __all__:
        raise AttributeError(name)
    module = "kiki.settings.reading" if name == "load" else "kiki.settings.values"
    return getattr(import_module(module), name)
