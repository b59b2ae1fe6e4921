"""A disk that is really full, at a hundred points: a small file system of its own.

Needs to be root, for the mount; test_database has SQLite's own answer without it.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import kiki

FILLED = """
import os, shutil, sys
from datetime import UTC, datetime
from kiki.model.change import Change
from kiki.model.errors import TemporaryError
from kiki.model.request import Request
from kiki.store.bundles import write_bundle
from kiki.store.ids import new_id
from kiki.store.opening import open_store

root, size = sys.argv[1], 400 * 1024

def now():
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

def write_until_full(store):
    while True:
        made = Change(id=new_id(now()), state="draft", request=Request(message="m" * 3000),
                      created=now(), updated=now())
        store.changes.create(made, "ann", "request", {})
        done.append(made)
        store.secrets.put("db", "x")

for left in range(0, size, 8192):
    done, state = [], f"{root}/state{left}"
    with open(f"{root}/filler", "wb", buffering=0) as filler:
        filler.write(b"x" * (size - left))
    try:
        store = open_store(state, now)
        write_until_full(store)
    except TemporaryError as error:
        assert error.code == "store.disk_full", error
    for made in done[-1:]:
        try:
            write_bundle(f"{root}/bundle.zip", made, (), ())
            os.unlink(f"{root}/bundle.zip")
        except TemporaryError as error:
            assert error.code == "store.disk_full", error
    os.unlink(f"{root}/filler")
    again = open_store(state, now)
    assert again.ledger.verify() == ()
    assert {made.id for made in done} <= {record.subject for record in again.ledger.records()}
    again.ledger.append("ann", "freed", "disk", {})
    again.close()
    store.close()
    shutil.rmtree(state)
    print(len(done))
"""


@pytest.mark.slow
def test_a_full_disk_loses_nothing_and_says_so(tmp_path: Path) -> None:
    mount = 'mount -t tmpfs -o size=592k tmpfs "$0"'
    small = ["unshare", "--mount", "sh", "-c"]
    if subprocess.run([*small, mount, str(tmp_path)], capture_output=True).returncode:
        pytest.skip("no file system can be mounted here (needs root)")
    command = [*small, f'{mount} && exec "$1" -c "$2" "$0"', str(tmp_path), sys.executable, FILLED]
    environment = {**os.environ, "PYTHONPATH": str(Path(kiki.__file__).parents[1])}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    counts = [int(line) for line in done.stdout.split()]
    assert len(counts) == 50
    assert max(counts) > 5, "some filled up after writing"
    assert min(counts) == 0, "some filled up before"
