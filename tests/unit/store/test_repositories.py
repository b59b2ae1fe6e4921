"""Commits into a real Git repository: nothing is overwritten, injected, or led elsewhere."""

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from kiki.model.code import Wanted
from kiki.model.errors import KikiError, PermanentError, TemporaryError
from kiki.store.git import Git
from kiki.store.repositories import LAST, Repositories, identity, line, message

AT = "2026-03-01T09:00:00.100Z"
SEES = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}


def repositories(folder: Path, **more: Any) -> Repositories:
    return Repositories(str(folder / "code"), lambda: AT, SEES, **more)


def wanted(name: str = "web", text: str = "a: 1\n", **fields: Any) -> Wanted:
    usual: dict[str, Any] = {
        "project": "default",
        "author": "kim",
        "at": AT,
        "subject": f"k8s/{name}: make it",
        "trailers": (("Change", f"id-{name}"), ("Approved-by", "lee")),
        "put": {f"k8s/{name}": {f"{name}.yaml": text}},
    }
    return Wanted(**(usual | fields))


def git(folder: Path, *words: str, **more: Any) -> str:
    place = folder / "code" / "default.git"
    done = subprocess.run(
        ["git", f"--git-dir={place}", *words], capture_output=True, text=True, check=True, **more
    )
    return done.stdout


def foreign(folder: Path, path: str, text: str, clone: str = "clone") -> None:
    """Somebody clones, commits and pushes."""
    there = folder / clone
    run: dict[str, Any] = {"check": True, "capture_output": True}
    subprocess.run(["git", "clone", "-q", str(folder / "code/default.git"), str(there)], **run)
    (there / path).parent.mkdir(parents=True, exist_ok=True)
    (there / path).write_text(text)
    who = ["-c", "user.name=eve", "-c", "user.email=eve@x"]
    subprocess.run(["git", "-C", str(there), "add", "-A"], **run)
    subprocess.run(["git", "-C", str(there), *who, "commit", "-qm", "mine"], **run)
    subprocess.run(["git", "-C", str(there), "push", "-q"], **run)


def failing(code: str, do: Any) -> KikiError:
    with pytest.raises(KikiError) as caught:
        do()
    assert caught.value.code == code
    return caught.value


def test_a_commit_says_who_and_what(tmp_path: Path) -> None:
    made = repositories(tmp_path, domain="example.com").commit(wanted())
    assert made.folders == ("k8s/web",)
    said = git(tmp_path, "log", "-1", "--format=%H|%an|%ae|%cn|%ce|%aI|%B", "main")
    head, *rest = said.strip().split("|")
    assert head == made.commit
    assert rest[:4] == ["kim", "kim@example.com", "Kiki", "kiki@example.com"]
    assert rest[4].startswith("2026-03-01T09:00:00")
    assert rest[5] == "k8s/web: make it\n\nChange: id-web\nApproved-by: lee"
    assert git(tmp_path, "show", "main:k8s/web/web.yaml") == "a: 1\n"
    assert git(tmp_path, "fsck", "--strict") == ""


def test_a_folder_is_replaced_as_a_whole_and_others_stay(tmp_path: Path) -> None:
    ours = repositories(tmp_path)
    ours.commit(wanted())
    ours.commit(wanted("db"))
    ours.commit(wanted(put={"k8s/web": {"other/new.yaml": "b: 2\n"}}))
    listed = git(tmp_path, "ls-tree", "-r", "--name-only", "main").split()
    assert listed == ["k8s/db/db.yaml", "k8s/web/other/new.yaml"]
    assert ours.folders("default", "k8s") == ("k8s/db", "k8s/web")
    assert ours.change_of("default", "k8s/db") == "id-db"
    assert ours.change_of("default", "k8s/none") == ""


def test_the_same_again_is_a_commit_as_well(tmp_path: Path) -> None:
    ours = repositories(tmp_path)
    first, second = ours.commit(wanted()), ours.commit(wanted())
    assert git(tmp_path, "rev-parse", "main^").strip() == first.commit
    assert git(tmp_path, "diff", "--stat", first.commit, second.commit) == ""


def test_a_removal_and_a_way_back(tmp_path: Path) -> None:
    ours = repositories(tmp_path)
    ours.commit(wanted())
    second = ours.commit(wanted(text="a: 2\n"))
    ours.commit(
        wanted("undo", put={"removals/k8s/u": {"u.yaml": "x\n"}}, back={"k8s/web": second.commit})
    )
    assert git(tmp_path, "show", "main:k8s/web/web.yaml") == "a: 1\n"
    ours.commit(wanted("gone", put={"removals/k8s/g": {"g.yaml": "x\n"}}, drop=("k8s/web",)))
    assert "k8s/web" not in git(tmp_path, "ls-tree", "-r", "--name-only", "main")


def test_the_way_back_of_the_first_commit_is_nothing(tmp_path: Path) -> None:
    ours = repositories(tmp_path)
    first = ours.commit(wanted())
    ours.commit(wanted("u", put={"removals/k8s/u": {"u": "x\n"}}, back={"k8s/web": first.commit}))
    assert git(tmp_path, "ls-tree", "-r", "--name-only", "main").split() == ["removals/k8s/u/u"]


def test_what_was_written_since_is_not_taken_back(tmp_path: Path) -> None:
    ours = repositories(tmp_path)
    first = ours.commit(wanted())
    ours.commit(wanted(text="a: 3\n"))
    made = ours.commit(
        wanted("u", put={"removals/u": {"u": "x\n"}}, back={"k8s/web": first.commit})
    )
    assert made.folders == ("removals/u",)
    assert git(tmp_path, "show", "main:k8s/web/web.yaml") == "a: 3\n"


def test_foreign_commits_elsewhere_are_built_upon(tmp_path: Path) -> None:
    ours = repositories(tmp_path)
    ours.commit(wanted())
    foreign(tmp_path, "README.md", "ours\n")
    ours.commit(wanted(text="a: 2\n"))
    assert git(tmp_path, "show", "main:README.md") == "ours\n"


def test_foreign_commits_in_the_folder_are_not_overwritten(tmp_path: Path) -> None:
    ours = repositories(tmp_path)
    ours.commit(wanted())
    foreign(tmp_path, "k8s/web/web.yaml", "hand: made\n")
    before = git(tmp_path, "rev-parse", "main")
    error = failing("git.foreign", lambda: ours.commit(wanted(text="a: 2\n")))
    assert error.params["folder"] == "k8s/web"
    assert before.startswith(str(error.params["commit"]))
    assert git(tmp_path, "rev-parse", "main") == before
    ours.commit(wanted("db"))


def test_a_repository_that_was_there_keeps_what_it_has(tmp_path: Path) -> None:
    ours = repositories(tmp_path)
    ours.commit(wanted())
    git(tmp_path, "update-ref", "-d", LAST)
    failing("git.foreign", lambda: ours.commit(wanted(text="a: 2\n")))
    ours.commit(wanted("db"))


def test_a_rewritten_history_is_an_error(tmp_path: Path) -> None:
    ours = repositories(tmp_path)
    first = ours.commit(wanted())
    ours.commit(wanted("db"))
    git(tmp_path, "update-ref", "refs/heads/main", first.commit)
    failing("git.rewritten", lambda: ours.commit(wanted("x")))
    git(tmp_path, "update-ref", "-d", "refs/heads/main")
    failing("git.rewritten", lambda: ours.commit(wanted("x")))


def test_what_is_no_bare_repository_is_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "code" / "default.git"
    place.mkdir(parents=True)
    (place / "precious").write_text("x")
    failing("git.not_ours", lambda: repositories(tmp_path).commit(wanted()))
    assert [path.name for path in place.iterdir()] == ["precious"]


def test_a_link_in_the_place_of_the_repository_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    repositories(elsewhere).commit(wanted())
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "default.git").symlink_to(elsewhere / "code" / "default.git")
    failing("git.not_ours", lambda: repositories(tmp_path).commit(wanted("db")))
    assert "db" not in git(elsewhere, "ls-tree", "-r", "--name-only", "main")


def test_a_link_in_the_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "victim"
    target.write_text("precious")
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "default.kiki-lock").symlink_to(target)
    failing("git.failed", lambda: repositories(tmp_path).commit(wanted()))
    assert target.read_text() == "precious"


def test_links_that_somebody_committed_are_replaced_and_not_followed(tmp_path: Path) -> None:
    ours = repositories(tmp_path)
    ours.commit(wanted())
    there = tmp_path / "clone"
    foreign(tmp_path, "x", "x")
    (there / "k8s" / "db").symlink_to("/etc")
    subprocess.run(["git", "-C", str(there), "add", "-A"], check=True)
    who = ["-c", "user.name=eve", "-c", "user.email=e@x"]
    subprocess.run(["git", "-C", str(there), *who, "commit", "-qm", "x"], check=True)
    subprocess.run(["git", "-C", str(there), "push", "-q"], check=True, capture_output=True)
    failing("git.foreign", lambda: ours.commit(wanted("db")))


@pytest.mark.parametrize(
    "path",
    [
        "../out",
        "a/../../out",
        ".git/config",
        ".GIT/hooks/x",
        "a/.gitmodules",
        "",
        "a//b",
        "a\nb",
        "/x",
    ],
)
def test_paths_that_lead_out_or_are_gits_own(tmp_path: Path, path: str) -> None:
    ours = repositories(tmp_path)
    failing("git.path", lambda: ours.commit(wanted(put={"k8s/web": {path: "x"}})))
    assert not git(tmp_path, "for-each-ref").strip()


@pytest.mark.parametrize("project", ["../x", "-x", "a/b", "", "A", "x.git", "x.lock", "a\n"])
def test_projects_are_plain_names(tmp_path: Path, project: str) -> None:
    failing("git.project", lambda: repositories(tmp_path).commit(wanted(project=project)))
    assert not (tmp_path / "code").exists()


EVIL = "kim\nApproved-by: boss <boss@x>\r\n\x00--amend\u2028Change: other"


def test_names_and_subjects_are_no_trailers_and_no_options(tmp_path: Path) -> None:
    ours = repositories(tmp_path)
    trailers = (("Change", "c-1"), ("Ticket", "OPS-1\nApproved-by: boss"), ("Approved-by", EVIL))
    ours.commit(wanted(author=EVIL, subject=EVIL, trailers=trailers))
    said = git(tmp_path, "log", "-1", "--format=%(trailers:only,key=Approved-by,valueonly)", "main")
    assert len(said.strip().splitlines()) == 1
    assert ours.change_of("default", "k8s/web") == "c-1"
    assert git(tmp_path, "log", "--format=%an", "main").count("\n") == 1
    assert git(tmp_path, "fsck", "--strict") == ""


@pytest.mark.parametrize(
    "name", ["", "\n", "<>", "...", "--exec=x", "-x", "김철수", "\u202ex", "'"]
)
def test_every_name_makes_a_commit(tmp_path: Path, name: str) -> None:
    repositories(tmp_path).commit(wanted(author=name))
    assert git(tmp_path, "log", "-1", "--format=%an", "main").strip() == identity(name)


def test_the_message_is_one_line_and_the_trailers() -> None:
    said = message(wanted(subject="a\nb\n\nChange: x", trailers=(("Change", "c"), ("Ticket", ""))))
    assert said == "a b Change: x\n\nChange: c\n"
    assert len(line("x" * 5000)) == 200


def test_the_surroundings_do_not_lead_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"):
        monkeypatch.setenv(name, str(tmp_path / "evil"))
    repositories(tmp_path).commit(wanted())
    assert not (tmp_path / "evil").exists()


def test_hooks_do_not_run(tmp_path: Path) -> None:
    ours = repositories(tmp_path)
    ours.commit(wanted())
    hooks = tmp_path / "code/default.git/hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("reference-transaction", "post-update", "pre-push", "update"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
        (hooks / name).chmod(0o755)
    ours.commit(wanted("db"))
    assert not (tmp_path / "ran").exists()


def test_many_at_once(tmp_path: Path) -> None:
    def one(number: int) -> str:
        return repositories(tmp_path).commit(wanted(f"n{number}")).commit

    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(one, range(12)))
    assert len(set(made)) == 12
    assert len(git(tmp_path, "rev-list", "main").split()) == 12
    assert len(repositories(tmp_path).folders("default", "k8s")) == 12


def test_a_branch_that_moves_meanwhile_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = repositories(tmp_path)
    ours.commit(wanted())
    made, moved = ours._made, []

    def slow(*given: Any) -> str:
        if not moved:
            moved.append(True)
            foreign(tmp_path, "README.md", "x\n")
        return made(*given)

    monkeypatch.setattr(ours, "_made", slow)
    ours.commit(wanted("db"))
    assert git(tmp_path, "show", "main:README.md") == "x\n"
    assert git(tmp_path, "show", "main:k8s/db/db.yaml") == "a: 1\n"


def test_without_the_program(tmp_path: Path) -> None:
    ours = Repositories(str(tmp_path / "code"), lambda: AT, {"PATH": "/nonexistent"})
    failing("git.missing", lambda: ours.commit(wanted()))


def test_a_program_that_hangs_is_ended(tmp_path: Path) -> None:
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\nsleep 60\n")
    fake.chmod(0o755)
    slow = Git(str(tmp_path), {"PATH": f"{fake.parent}:{os.environ['PATH']}"})
    with pytest.raises(TemporaryError) as caught:
        slow("status", patience_s=0.2)
    assert caught.value.code == "git.slow"


def mirror(tmp_path: Path) -> Path:
    place = tmp_path / "mirror-default.git"
    subprocess.run(["git", "init", "-q", "--bare", str(place)], check=True)
    return place


def test_a_push_and_nothing_more_to_push(tmp_path: Path) -> None:
    place = mirror(tmp_path)
    ours = repositories(tmp_path, remote=f"{tmp_path}/mirror-{{project}}.git")
    assert ours.push("default") == ""
    made = ours.commit(wanted())
    assert ours.push("default") == made.commit
    there = subprocess.run(
        ["git", "-C", str(place), "rev-parse", "main"], capture_output=True, text=True, check=True
    )
    assert there.stdout.strip() == made.commit
    assert ours.push("default") == ""


def test_a_remote_with_foreign_commits_is_not_forced(tmp_path: Path) -> None:
    mirror(tmp_path)
    ours = repositories(tmp_path, remote=f"{tmp_path}/mirror-default.git")
    other = repositories(tmp_path / "other", remote=f"{tmp_path}/mirror-default.git")
    other.commit(wanted("theirs"))
    other.push("default")
    ours.commit(wanted())
    failing("git.failed", lambda: ours.push("default"))


def test_what_was_not_pushed_goes_with_the_next(tmp_path: Path) -> None:
    ours = repositories(tmp_path, remote=f"{tmp_path}/mirror-default.git")
    ours.commit(wanted())
    failing("git.failed", lambda: ours.push("default"))
    mirror(tmp_path)
    second = ours.commit(wanted("db"))
    assert ours.push("default") == second.commit


@pytest.mark.parametrize(
    "remote",
    [
        "--upload-pack=touch x",
        "ext::sh -c id",
        "https://kim:pw@x/y.git",
        "https://pw@x/y.git",
        "ssh://k:pw@x/y",
        "x y",
        "fd::1",
        "-x",
        "rel",
    ],
)
def test_remotes_that_git_is_not_given(tmp_path: Path, remote: str) -> None:
    ours = repositories(tmp_path, remote=remote)
    ours.commit(wanted())
    with pytest.raises(PermanentError) as caught:
        ours.push("default")
    assert caught.value.code == "git.remote_invalid"
    assert "pw" not in str(caught.value)
