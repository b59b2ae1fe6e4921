"""Lines, rights, links, copies, downloads, archives, cron and mounts on a real host: done, the same
twice, and taken back where that can be done."""

import hashlib
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from kiki.model.change import Ran
from kiki.provision.ansible import AnsibleHome
from kiki.targets.ansible.target import TARGET
from tests.live.conftest import HostsLab
from tests.live.runner_lab import Lab
from tests.live.test_ansible_kinds import Kinds, intent

pytestmark = pytest.mark.hosts


@pytest.fixture
def kinds(
    hosts: HostsLab, ansible_home: AnsibleHome, tmp_path_factory: pytest.TempPathFactory
) -> Kinds:
    return Kinds(Lab(hosts, ansible_home, tmp_path_factory.mktemp("state")))


@pytest.fixture
def folder(kinds: Kinds) -> Iterator[str]:
    """A directory on the host, gone afterwards."""
    path = f"/srv/kk{uuid.uuid4().hex[:10]}"
    kinds.look(f"mkdir {path}")
    yield path
    kinds.look(f"rm -rf {path}")


LINE = '{{ x }} \\d "q" %'
SERVED = "exec python3 -m http.server 18099 --bind 127.0.0.1"
WAIT = "for i in 1 2 3 4 5 6 7 8 9; do ss -ltn | grep -q :18099 && break; sleep 0.3; done"


@pytest.fixture
def served(kinds: Kinds, folder: str) -> Iterator[str]:
    """The address of a file that the host serves itself."""
    kinds.look(f"sh -c 'mkdir {folder}/served; echo right > {folder}/served/it'")
    kinds.look(f"systemd-run --unit kk-served --collect sh -c 'cd {folder}/served; {SERVED}'")
    kinds.look(f"sh -c '{WAIT}'")
    yield "http://127.0.0.1:18099/it"
    kinds.look("systemctl stop kk-served")


def test_what_is_new_goes_and_what_is_replaced_comes_back(
    kinds: Kinds, folder: str, served: str
) -> None:
    """Two changes of all these kinds, the second over the first; both are taken back."""
    kinds.look(f"sh -c 'cd {folder}; mkdir in; echo a = 1 > in/app.conf; chmod 640 in/app.conf'")
    cron, found = kinds.look("crontab -l -u root"), state(kinds, folder)
    job = f"/opt/{uuid.uuid4().hex[:10]}.sh"
    new = intent(*makes(folder, served, job))
    try:
        made = kinds.there(new)
        (left,) = kinds.plan(new).changes
        assert left.module == "community.general.archive", "tar is not asked"
        between = state(kinds, folder)
        made_as_asked(kinds, folder, job)
        other = intent(*replaces(folder, job))
        replaced = kinds.there(other)
        replaced_as_asked(kinds, folder, job)
        kinds.back(other, replaced)
        assert state(kinds, folder) == between
        kinds.back(new, made)
        assert state(kinds, folder) == found
        assert kinds.look("crontab -l -u root").strip() == cron.strip()
    finally:
        kinds.look(f"rm -f {folder}.tar.gz")


def makes(folder: str, served: str, job: str) -> list[tuple[str, dict[str, Any]]]:
    """Operations that make something that was not there."""
    checksum = "sha256:" + hashlib.sha256(b"right\n").hexdigest()
    return [
        ("line_set", {"path": f"{folder}/in/app.conf", "line": LINE}),
        ("file_copy", {"path": f"{folder}/copy", "source": f"{folder}/in/app.conf"}),
        ("link_create", {"path": f"{folder}/current", "target": f"{folder}/copy"}),
        ("link_create", {"path": f"{folder}/other", "target": f"{folder}/copy"}),
        ("archive_create", {"path": f"{folder}.tar.gz", "sources": [f"{folder}/in"]}),
        ("file_download", {"path": f"{folder}/got", "url": served, "checksum": checksum}),
        ("cron_add", {"job": f"{job} --day $(date +%F)", "schedule": "30 2 * * 0"}),
        ("cron_add", {"job": f"{job} --other", "schedule": "5 4 * * *"}),
    ]


def made_as_asked(kinds: Kinds, folder: str, job: str) -> None:
    assert kinds.look(f"cat {folder}/current") == f"a = 1\n{LINE}\n"
    rights = kinds.look(f"stat -c %a {folder}/copy {folder}.tar.gz")
    assert rights.split() == ["640", "640"]
    assert "app.conf" in kinds.look(f"tar tzf {folder}.tar.gz")
    assert kinds.look(f"cat {folder}/got") == "right\n"
    lines = kinds.look("crontab -l -u root").splitlines()
    assert f"30 2 * * 0 {job} --day $(date +\\%F)" in lines
    assert f"5 4 * * * {job} --other" in lines


def replaces(folder: str, job: str) -> list[tuple[str, dict[str, Any]]]:
    """Operations that replace or remove what ``makes`` made."""
    return [
        ("line_set", {"path": f"{folder}/in/app.conf", "line": "a = 2", "begins": "a ="}),
        ("file_copy", {"path": f"{folder}/copy", "source": f"{folder}/served/it"}),
        ("link_create", {"path": f"{folder}/current", "target": f"{folder}/got"}),
        ("link_remove", {"path": f"{folder}/other"}),
        ("file_rights", {"path": f"{folder}/got", "mode": "0604", "group": "adm"}),
        ("line_remove", {"path": f"{folder}/in/app.conf", "line": LINE}),
        ("cron_add", {"job": f"{job} --day $(date +%F)", "schedule": "*/10 * * * *"}),
        ("cron_remove", {"name": f"{job} --other"}),
    ]


def replaced_as_asked(kinds: Kinds, folder: str, job: str) -> None:
    assert kinds.look(f"cat {folder}/in/app.conf {folder}/copy") == "a = 2\nright\n"
    assert kinds.look(f"readlink {folder}/current") == f"{folder}/got\n"
    assert kinds.look(f"ls {folder}/other") == ""
    assert kinds.look(f"stat -c %a:%G {folder}/got") == "604:adm\n"
    lines = kinds.look("crontab -l -u root").splitlines()
    assert [line for line in lines if job in line and not line.startswith("#")] == [
        f"*/10 * * * * {job} --day $(date +\\%F)"
    ]


def state(kinds: Kinds, folder: str) -> str:
    """Names, links, rights and contents of all that is in *folder*."""
    return kinds.look(
        f"sh -c 'cd {folder}; stat -c %N:%a:%U:%G * in/*; cat $(find -type f | sort)'"
    )


def test_what_is_in_the_way_stops_the_play(kinds: Kinds, folder: str) -> None:
    kinds.look(f"touch {folder}/file")
    for kind, fields in (
        ("link_create", {"path": f"{folder}/file", "target": "/etc/hosts"}),
        ("link_create", {"path": f"{folder}/new", "target": f"{folder}/nothing"}),
        ("link_remove", {"path": f"{folder}/file"}),
        ("line_set", {"path": f"{folder}/nothing", "line": "a"}),
        ("file_copy", {"path": f"{folder}/b", "source": folder}),
        ("file_rights", {"path": f"{folder}/nothing", "mode": "0600"}),
        ("archive_extract", {"path": f"{folder}/nothing", "source": f"{folder}/a.tar.gz"}),
        ("mount_add", {"path": f"{folder}/m", "source": "/dev/kk1", "fstype": "ext4"}),
    ):
        assert kinds.plan(intent((kind, fields))).errored, (kind, fields)


def test_an_archive_is_unpacked_once(kinds: Kinds, folder: str) -> None:
    kinds.look(f"sh -c 'cd {folder}; mkdir in out; echo 1 > in/a; tar czf a.tar.gz in'")
    case = intent(("archive_extract", {"path": f"{folder}/out", "source": f"{folder}/a.tar.gz"}))
    ran = kinds.there(case)
    assert kinds.look(f"cat {folder}/out/in/a") == "1\n"
    assert TARGET.take_back(case, (ran,)).undo.reason == "ansible.undo_extracted"
    assert [action.verb for action in kinds.plan(case).changes] == ["unknown"], "tar is not asked"


def test_a_download_whose_sum_is_another_leaves_nothing(
    kinds: Kinds, folder: str, served: str
) -> None:
    fields = {"url": served, "path": f"{folder}/got", "checksum": "sha256:" + "0" * 64}
    case = intent(("file_download", fields))
    assert TARGET.outcome(kinds.run(case, "apply"), None, kinds.inventory).failed
    assert kinds.look(f"ls {folder}/got") == ""


@pytest.fixture
def mounted(kinds: Kinds, folder: str) -> Iterator[str]:
    """A file system in memory on a directory of the host, with an entry in its fstab."""
    kinds.look(f"sh -c 'cp -p /etc/fstab {folder}/fstab; mkdir {folder}/m'")
    kinds.look(f"sh -c 'echo tmpfs {folder}/m tmpfs size=1M 0 0 >> /etc/fstab; mount {folder}/m'")
    yield f"{folder}/m"
    kinds.look(f"sh -c 'umount {folder}/m; cat {folder}/fstab > /etc/fstab'")


def mounts(kinds: Kinds, path: str) -> tuple[bool, bool]:
    """Whether something is mounted on *path*, and whether fstab says so."""
    told = [kinds.look(f"cat {file}").splitlines() for file in ("/proc/mounts", "/etc/fstab")]
    mine = [[line for line in lines if line.split()[1:2] == [path]] for lines in told]
    return bool(mine[0]), bool(mine[1])


def test_a_mount_goes_and_its_entry_with_it(kinds: Kinds, mounted: str) -> None:
    assert mounts(kinds, mounted) == (True, True)
    kinds.there(intent(("mount_remove", {"path": mounted, "entry": "keep"})))
    assert mounts(kinds, mounted) == (False, True)
    kinds.look(f"mount {mounted}")
    case = intent(("mount_remove", {"path": mounted}))
    ran = kinds.there(case)
    assert mounts(kinds, mounted) == (False, False)
    assert not kinds.plan(case).changes
    # Memory is no device, so mount_add could not write that entry.
    assert TARGET.take_back(case, (ran,)).undo.kind == "impossible"


def test_a_device_that_can_not_be_mounted_leaves_an_entry_that_is_taken_out(
    kinds: Kinds, folder: str
) -> None:
    """The entry is written, then the host refuses; an undo takes out what was done."""
    before, device = kinds.look("cat /etc/fstab"), f"/dev/{folder[5:]}"
    case = intent(("mount_add", {"path": f"{folder}/m", "source": device, "fstype": "ext4"}))
    assert kinds.plan(case).errored, "there is no such device"
    kinds.look(f"mknod {device} b 7 0")  # of a driver that the lab's kernel does not have
    try:
        plan = kinds.plan(case)
        assert [action.verb for action in plan.changes] == ["create", "create"]
        outcome = TARGET.outcome(kinds.run(case, "apply"), None, kinds.inventory)
        assert (outcome.failed, outcome.reason) == ((kinds.host,), "ansible.task_failed")
        assert mounts(kinds, f"{folder}/m") == (False, True)
        kinds.back(case, Ran(plan=plan, outcome=outcome))
        assert kinds.look("cat /etc/fstab") == before
    finally:
        kinds.look(f"rm -f {device}")


@pytest.fixture
def repository(kinds: Kinds, folder: str) -> Iterator[str]:
    """The address of a bare repository with a branch and a tag, which the host serves itself."""
    had = kinds.look("sh -c 'command -v git'")
    kinds.look("sh -c 'command -v git || (apt-get -qq update; apt-get -qq install -y git)'")
    git = "git -C in -c user.name=a -c user.email=a@b"
    made = f"git init -q --bare a.git; git init -q -b main in; {git} commit -q --allow-empty -m 1"
    more = f"{git} tag one; echo 2 > in/b; git -C in add b; {git} commit -q -m 2"
    kinds.look(f"sh -ec 'cd {folder}; {made}; {more}; git -C in push -q ../a.git main one'")
    kinds.look(f"git -C {folder}/a.git symbolic-ref HEAD refs/heads/main")
    serve = f"git daemon --reuseaddr --export-all --listen=127.0.0.1 --base-path={folder} {folder}"
    kinds.look(f"systemd-run --unit kk-git --collect {serve}")
    kinds.look(f"sh -c '{WAIT.replace('18099', '9418')}'")
    yield "git://127.0.0.1/a.git"
    kinds.look("systemctl stop kk-git")
    if not had:
        kinds.look("apt-get -qq purge -y --auto-remove git")


def test_a_repository_is_checked_out_and_followed(
    kinds: Kinds, folder: str, repository: str
) -> None:
    fields = {"repository": repository, "path": f"{folder}/out"}
    tagged = intent(("git_checkout", {**fields, "version": "one"}))
    ran = kinds.there(tagged)
    assert kinds.look(f"ls {folder}/out") == ""
    branch = intent(("git_checkout", fields))
    followed = kinds.there(branch)
    assert kinds.look(f"cat {folder}/out/b") == "2\n"
    assert TARGET.take_back(branch, (followed,)).undo.reason == "ansible.undo_checkout_unknown"

    kinds.look(f"sh -c 'echo mine > {folder}/out/b'")
    outcome = TARGET.outcome(kinds.run(tagged, "apply"), None, kinds.inventory)
    assert outcome.failed, "what somebody changed stops it"
    assert kinds.look(f"cat {folder}/out/b") == "mine\n"
    kinds.back(tagged, ran)
    assert kinds.look(f"ls -d {folder}/out") == ""
