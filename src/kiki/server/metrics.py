"""Counters, as Prometheus reads them (text format 0.0.4).

Called by ``guards`` for every request and by the operation ``metrics``. Labels are names of
operations and statuses only: nothing that a client made up, or there would be no end of them."""

import threading
from collections import Counter

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.01, 0.05, 0.25, 1.0, 5.0, 30.0)


class Metrics:
    """What was counted since the process began."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._buckets: Counter[float] = Counter()
        self._seconds = 0.0
        self._count = 0

    def add(self, operation: str, status: int, seconds: float) -> None:
        """One request is over."""
        with self._lock:
            self._requests[operation, status] += 1
            self._seconds += seconds
            self._count += 1
            for bucket in _BUCKETS:
                self._buckets[bucket] += seconds <= bucket

    def text(self, gauges: dict[str, int]) -> str:
        """All of it; *gauges* are what is so at this moment."""
        with self._lock:
            lines = ["# TYPE kiki_requests_total counter"]
            for (operation, status), count in sorted(self._requests.items()):
                labels = f'operation="{operation}",status="{status}"'
                lines.append(f"kiki_requests_total{{{labels}}} {count}")
            lines.append("# TYPE kiki_request_seconds histogram")
            for bucket in _BUCKETS:
                count = self._buckets[bucket]
                lines.append(f'kiki_request_seconds_bucket{{le="{bucket}"}} {count}')
            lines.append(f'kiki_request_seconds_bucket{{le="+Inf"}} {self._count}')
            lines.append(f"kiki_request_seconds_sum {self._seconds:.6f}")
            lines.append(f"kiki_request_seconds_count {self._count}")
        for name, value in gauges.items():
            lines += [f"# TYPE kiki_{name} gauge", f"kiki_{name} {value}"]
        return "\n".join(lines) + "\n"
