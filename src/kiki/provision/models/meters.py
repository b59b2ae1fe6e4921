"""How far a long copy, download or check is, and how fast it goes.

Called by ``proofs`` and the fetchers. It counts bytes and reports; it shows nothing itself.
"""

import time
from collections.abc import Callable

from kiki.provision.installers import Report

PERIOD = 0.5  # seconds between two reports


class Meter:
    """Counts up to *total* bytes from *done* on; *params* go with each report of *code*.

    Reports have ``percent``, ``done``, ``total`` (MB, 10^6 bytes), ``rate`` (MB/s, since the
    meter was made) and ``left`` (seconds).
    """

    def __init__(
        self,
        code: str,
        total: int,
        report: Report,
        done: int = 0,
        clock: Callable[[], float] = time.monotonic,
        **params: str,
    ) -> None:
        self._code, self._total, self._report, self._params = code, total, report, params
        self._done = self._first = done
        self._clock = clock
        self._start = self._told = clock()

    def add(self, count: int) -> None:
        """*count* more bytes have come."""
        self._done += count
        if self._clock() - self._told >= PERIOD:
            self._tell()

    def end(self) -> None:
        """Say how it stands at the end, if anything was said before."""
        if self._told != self._start:
            self._tell()

    def _tell(self) -> None:
        self._told = self._clock()
        passed = max(self._told - self._start, 0.001)
        rate = (self._done - self._first) / passed
        left = (self._total - self._done) / rate if rate > 0 else 0.0
        told = {
            "percent": str(100 * self._done // max(self._total, 1)),
            "done": str(self._done // 1_000_000),
            "total": str(self._total // 1_000_000),
            "rate": f"{rate / 1_000_000:.1f}",
            "left": f"{max(left, 0):.0f}",
        }
        self._report(self._code, {**told, **self._params})
