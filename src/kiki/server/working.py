"""``kiki worker``: does queued jobs, with no HTTP. Called by ``__main__``.

As many as wanted may run, on every machine that reaches the record. A first signal ends it as the
server is ended: no new jobs, then the runs that are not done; a second one at once."""

import argparse
import os
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

from kiki import settings, wiring
from kiki.model.errors import KikiError
from kiki.model.languages import Lang
from kiki.server.main import END_S, STOP_S, log, report, say


def main(argv: Sequence[str]) -> int:
    """Work until a signal; the exit code."""
    parser = argparse.ArgumentParser(prog="kiki worker")
    parser.add_argument("--slots", type=int, default=2)
    args = parser.parse_args(argv)
    config = settings.load({}, os.environ, str(Path.cwd()))
    lang: Lang = config.lang or config.locale
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: os._exit(1) if ended.is_set() else ended.set())
    try:
        worker = wiring.served(config, report, slots=args.slots, log=log).worker
    except KikiError as error:
        say(error.code, lang, **error.params)
        return int(error.exit)
    worker.start()
    say("job.working", lang, slots=args.slots, state=config.state_dir)
    ended.wait()
    worker.stop(STOP_S, END_S)
    worker.close()
    log({"event": "stopped"})
    os._exit(0)
