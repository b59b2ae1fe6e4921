"""Modules' diffs as text."""

import hashlib

import pytest

from kiki.execution import diffs


def test_two_texts_become_a_unified_diff() -> None:
    text = diffs.text_of({"before": "a\nb\n", "after": "a\nc\n", "before_header": "/etc/x"})
    assert text == "--- /etc/x\n+++ /etc/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"


def test_data_is_compared_as_sorted_json() -> None:
    text = diffs.text_of(
        {"before": {"state": "absent", "path": "/x"}, "after": {"path": "/x", "state": "directory"}}
    )
    assert '-    "state": "absent"' in text
    assert '+    "state": "directory"' in text
    assert '     "path": "/x"' in text


def test_a_list_is_joined_and_prepared_text_kept() -> None:
    text = diffs.text_of([{"prepared": "+ package"}, {"before": "", "after": "x\n"}])
    assert text.startswith("+ package\n--- before\n+++ after\n")


@pytest.mark.parametrize(
    "same", [{"before": "a", "after": "a"}, {}, None, [], {"before": {"a": 1}, "after": {"a": 1}}]
)
def test_what_does_not_differ_has_no_text(same: object) -> None:
    assert diffs.text_of(same) == ""


def test_the_name_of_a_temporary_file_is_left_out() -> None:
    twice = [
        diffs.text_of(
            {
                "before": "",
                "after": "x\n",
                "after_header": f"/dev/shm/k/tmp/ansible-local-{number}ab/t.j2",
            }
        )
        for number in (1, 2)
    ]
    assert twice[0] == twice[1]
    assert "ansible-local" not in twice[0]


def test_a_missing_last_newline_is_said() -> None:
    assert "\\ No newline at end of file" in diffs.text_of({"before": "a", "after": "b"})


def test_why_there_is_no_diff_is_said() -> None:
    assert "binary" in diffs.text_of({"src_binary": 1, "dst_larger": 1048576})
    assert "1048576 bytes" in diffs.text_of({"dst_larger": 1048576})


def test_a_long_diff_keeps_a_digest_of_all_of_it() -> None:
    long = "".join(f"+line {number}\n" for number in range(20_000))
    other = long.replace("+line 19999", "+line 1999x")
    assert len(diffs.cut(long)) < diffs.LIMIT + 200
    assert hashlib.sha256(long.encode()).hexdigest() in diffs.cut(long)
    assert diffs.cut(long) != diffs.cut(other)
    assert diffs.cut("short\n") == "short\n"
