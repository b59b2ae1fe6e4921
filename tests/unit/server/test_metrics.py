"""Counters, as Prometheus reads them."""

import re

from kiki.server.metrics import Metrics

LINE = re.compile(r'[a-z_]+(\{([a-z]+="[^"\n]*",?)+\})? [\d.]+|# TYPE \w+ \w+')


def test_text() -> None:
    metrics = Metrics()
    metrics.add("submit", 200, 0.02)
    metrics.add("submit", 200, 2.0)
    metrics.add("login", 401, 0.3)
    text = metrics.text({"event_streams": 3})
    assert all(LINE.fullmatch(line) for line in text.splitlines()), text
    assert 'kiki_requests_total{operation="submit",status="200"} 2' in text
    assert 'kiki_request_seconds_bucket{le="0.05"} 1' in text
    assert 'kiki_request_seconds_bucket{le="+Inf"} 3' in text
    assert "kiki_event_streams 3" in text
