"""``kiki model serve``: a model behind OpenAI's HTTP API in the foreground, as in the pod.

Called by ``commands.model``. The key that askers need is the setting ``api_key``; ``sk-noauth``, as
the course writes it, and none at all mean that nobody needs one.
"""

import ipaddress
import signal
import sys
import time
from types import FrameType

from kiki.cli.context import Context
from kiki.cli.models import Stock
from kiki.engines.embedded import foreground, making, orders
from kiki.model.errors import UsageError
from kiki.model.exits import Exit
from kiki.provision import runtimes
from kiki.provision.models import memory
from kiki.provision.models.catalogue import Engine, Model
from kiki.provision.models.choosing import chosen

NO_KEY = "sk-noauth"
_LOOK_S = 2.0
_MAY_COME = ("model.none_here", "model.absent")


def served(
    context: Context, which: str, engine: Engine | None, at: tuple[str, int, str], *, wait: bool
) -> Exit:
    """Become the server of the model *which*, or of the best that is here; *at* is address, port
    and the name to answer to. With *wait* the model's file may come later.

    UsageError ``model.none_here`` or ``model.absent``; what ``making.ready`` raises.
    """
    stock = Stock(context)
    kind = engine or stock.engine
    model = _model(context, stock, which, kind, wait=wait)
    path = making.proven(context.settings, model, stock.report)
    making.require_memory(model, kind, memory.free_mb())
    python = runtimes.ensure(orders.RUNTIMES[kind], stock.report)
    host, port, name = at
    key = _key(context, host)
    order = foreground.serving(
        kind, model, path, context.settings.state_dir, (host, port, name, key)
    )
    context.note("model.serving", id=model.id, name=order.model, where=f"{host}:{port}")
    context.screen.close()
    foreground.become(python, order)
    return Exit.FAILED  # not reached


def _model(context: Context, stock: Stock, which: str, kind: Engine, *, wait: bool) -> Model:
    """The model to serve, once its file is here."""
    signal.signal(signal.SIGTERM, _ended)
    told = False
    while True:
        try:
            return _here(stock, which, kind)
        except UsageError as error:
            if not wait or error.code not in _MAY_COME:
                raise
        if not told:
            context.note("model.awaited", path=str(stock.shelves.home))
        told = True
        time.sleep(_LOOK_S)


def _here(stock: Stock, which: str, kind: Engine) -> Model:
    model = chosen(which, kind, stock.shelves)
    if stock.shelves.find(model) is None:
        raise UsageError("model.absent", id=model.id)
    return model


def _ended(number: int, frame: FrameType | None) -> None:
    """The first process of a container ends on SIGTERM only where it says so."""
    sys.exit(128 + number)


def _key(context: Context, host: str) -> str:
    """What askers need. A server for other machines without a key is warned about."""
    key = context.settings.api_key
    if key not in ("", NO_KEY):
        return key
    if not _loopback(host):
        context.note("model.serving_to_all", where=host)
    return ""


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
