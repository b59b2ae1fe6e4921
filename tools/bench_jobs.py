"""200 queued applies over 20 inventories on 3 workers that are killed and stopped at random.

Called by ``bench_load``, and by hand. The storm of ``tests/unit/jobs/test_chaos.py``, with its
executor, which plays half a second for each apply: it measures the queue, not Ansible. Ends with an
error when anything overlaps, is lost or is done twice.
"""

import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.unit.jobs.crew import PLACES, PLAY_S  # noqa: E402
from tests.unit.jobs.test_chaos import Site, storm  # noqa: E402

APPLIES = 200


def seconds(folder: Path) -> float:
    """How long it took until all were done, or interrupted and shown; planning them apart."""
    site = Site(folder)
    return storm(site, applies=APPLIES, places=PLACES)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="kiki-jobs-") as folder:
        began = time.monotonic()
        took = seconds(Path(folder))
        whole = time.monotonic() - began
        print(f"{APPLIES} applies of {PLAY_S} s: {took:.1f} s, with planning {whole:.1f} s")


if __name__ == "__main__":
    main()
