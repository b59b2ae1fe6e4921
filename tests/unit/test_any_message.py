"""Whatever is written, nothing crashes, and what is made of it passes the strict check.

Messages are golden sentences that somebody mangled: letters and words lost, doubled, swapped or
strange, values of odd forms, and two sentences in one.
"""

from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiki import pipeline
from kiki.documents.read import read_yaml
from kiki.model.errors import UsageError
from kiki.model.finding import has_errors
from kiki.model.profile import Profile
from kiki.model.request import Request
from tests.unit.understand.golden import cases

# What the words themselves ask for wrongly: one thing made twice, or what policy forbids.
SAID = ("policy.", "k8s.object_twice")
ODD = [
    "yes", "null", "0755", "1e3", "~", "a:b", "- x", "{{ x }}", "${HOME}", "$(id)", "`id`", "../..",
    "/", "/etc/../etc", "-rf", "--", "%", "#", "&a", "*a", "!x", "'", '"', "\\", "0", "-1", "65536",
    "99999999999999999999", "80-70", "80/tcp/udp", "Ünïcode", "nginx:", ":latest", "a@sha256:0",
    "web_1", "WEB", "x" * 64, "x" * 300, "10.0.0.0/33", "m1.small", "{{secret:x}}", "한글", "１２",
]  # fmt: skip


@cache
def sentences() -> list[str]:
    return sorted({case["say"] for _, case in cases() if len(case["say"]) < 200})


@st.composite
def mangled(draw: st.DrawFn) -> str:
    words = draw(st.sampled_from(sentences())).split(" ")
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(words) - 1))
        word = words[place]
        how = draw(st.sampled_from(["odd", "insert", "double", "drop", "letter", "swap", "join"]))
        if how == "odd":
            words[place] = draw(st.sampled_from(ODD) | st.text(min_size=1, max_size=12))
        elif how == "insert":
            words.insert(place, draw(st.sampled_from(ODD)))
        elif how == "double":
            words.insert(place, word)
        elif how == "drop" and len(words) > 1:
            del words[place]
        elif how == "letter" and word:
            at = draw(st.integers(0, len(word) - 1))
            words[place] = word[:at] + draw(st.sampled_from(["", "x", "-", "'"])) + word[at + 1 :]
        elif how == "swap":
            other = draw(st.integers(0, len(words) - 1))
            words[place], words[other] = words[other], words[place]
        elif how == "join":
            words += [draw(st.sampled_from(["and", "then", "그리고", ",", "\n"]))]
            words += draw(st.sampled_from(sentences())).split(" ")
    return " ".join(words)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mangled(), st.sampled_from(["playbook", "role"]))
def test_what_is_made_of_any_message_passes_the_check(message: str, layout: str) -> None:
    request = Request(message=message, layout=layout)  # type: ignore[arg-type]
    if not message:
        return
    reading = pipeline.read(request, Profile(), None)
    assert bool(reading.intent) + bool(reading.question) + bool(reading.refusal) == 1
    if reading.intent is None:
        return
    try:
        built = pipeline.build(reading.intent, request, Profile())
    except UsageError:  # "two servers of one name": a clear answer, and no code
        return
    ours = [found for found in built.findings if not found.code.startswith(SAID)]
    assert not has_errors(ours), (message, ours)
    for file in built.artifact.files:
        if file.path.endswith((".yml", ".yaml")):
            assert not has_errors(read_yaml(file.text, file.path).findings)
