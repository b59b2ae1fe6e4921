"""Messages in which one small word makes another request of it: no model is asked about them."""

import pytest

from kiki.understand.grounding import Said
from kiki.understand.lexicon import lexicon
from kiki.understand.unasked import unasked, unasked_of_types


def barred(message: str) -> bool:
    return unasked(Said(message, lexicon()).words, message)


@pytest.mark.parametrize(
    "message",
    [
        "zap squid unless the disk is full",
        "zap squid if it hangs",
        "zap squid once the backup is through",
        "디스크가 차면 squid 뾰로롱해줘",
        "백업이 끝나거든 squid 뾰로롱해줘",
        "부하가 높을 때 squid 뾰로롱해줘",
    ],
)
def test_a_condition_bars(message: str) -> None:
    assert barred(message)


@pytest.mark.parametrize(
    "message",
    [
        "zap squid tomorrow",
        "zap squid at 4pm",
        "zap squid at 16:30",
        "zap squid in two hours",
        "zap squid every Tuesday",
        "내일 squid 뾰로롱해줘",
        "3시에 squid 뾰로롱해줘",
        "20분 뒤에 squid 뾰로롱해줘",
        "화요일마다 squid 뾰로롱해줘",
    ],
)
def test_a_time_bars(message: str) -> None:
    assert barred(message)


@pytest.mark.parametrize(
    "message",
    [
        "zap squid, no, redis",
        "zap squid -- wait, redis",
        "zap squid. Sorry, redis",
        "I meant redis, zap it",
        "squid 뾰로롱해줘. 아차, redis",
        "squid 뾰로롱해줘, 정정합니다 redis",
        "zap squid but never redis",
        "zap squid without its data",
        "don't zap squid",
        "squid는 놔두고 없애지 않게 뾰로롱",
        "설정은 남겨두고 squid 뾰로롱해줘",
    ],
)
def test_what_takes_back_or_denies_bars(message: str) -> None:
    assert barred(message)


@pytest.mark.parametrize(
    "message",
    [
        "conjure a namespace blue, better call it green",
        "zap squid, on second thought redis",
        "zap squid, strike that, redis",
        "zap squid, hmm, redis",
        "뾰로롱 8080 뚫어줘 아 9090으로요",
        "squid 뾰로롱. 생각해보니 redis",
        "squid 뾰로롱. 다시 보니 redis",
        "squid 뾰로롱, 음 redis",
    ],
)
def test_a_second_thought_bars(message: str) -> None:
    assert barred(message)


@pytest.mark.parametrize(
    "message",
    [
        "before you zap squid, whizz redis",
        "zap squid after whizzing redis",
        "zap squid, but first open 8080",
        "squid 재시작하기 전에 redis 뾰로롱",
        "squid 뾰로롱하고 그 전에 redis 멈춰줘",
        "redis 시작은 뾰로롱하고 나서 해줘",
        "자동시작도 걸어주세요, squid 설치하고 나서요",
        "squid 재시작하고, redis는 먼저 멈춰줘",
    ],
)
def test_another_order_than_that_of_the_words_bars(message: str) -> None:
    assert barred(message)


@pytest.mark.parametrize(
    "message",
    [
        "zap squid, redis stays as it is",
        "leave 443 alone and zap 8443",
        "zap squid only",
        "zap everything but squid",
        "zap squid and keep your hands off redis",
        "redis는 그대로 두고 squid 뾰로롱",
        "redis는 살려두고 squid 꺼줘",
        "나머지는 뾰로롱하고 squid 꺼줘",
    ],
)
def test_what_is_to_stay_as_it_is_bars(message: str) -> None:
    assert barred(message)


@pytest.mark.parametrize(
    "message",
    [
        "why is squid so slow",
        "did you zap squid?",
        "how does one zap squid",
        "squid 왜 이래",
        "squid 뾰로롱했어?",
        "squid 뾰로롱했습니다",
        "squid 뾰로롱하나요",
    ],
)
def test_a_question_or_a_report_bars(message: str) -> None:
    assert barred(message)


@pytest.mark.parametrize(
    "message",
    [
        "zap squid",
        "stop squid and zap redis",
        "it would be great if someone could zap squid",
        "we would appreciate it if you zapped squid",
        "i was wondering if you could zap squid",
        "please zap squid, if you don't mind",
        'put "if and when" into /etc/motd',
        "부팅하면 squid가 뾰로롱하게 해줘",
        "squid 뾰로롱해주시면 감사하겠습니다",
        "squid가 죽어 있는데 뾰로롱해줘",
        "squid 3개 뾰로롱해줘",
        "80번 포트 뾰로롱해줘",
        "first zap squid, then redis",
        "먼저 squid 뾰로롱하고 redis 재시작",
        "zap squid, and after that redis",
        "squid 설치하고 나서 뾰로롱 시작해줘",
        "zap the following services: squid, redis",
        "squid 뾰로롱해줘 아 그리고 redis도",
        "음, squid 뾰로롱해줘",
        "유지보수 계정 kim 뾰로롱",
    ],
)
def test_a_plain_request_and_politeness_do_not(message: str) -> None:
    assert not barred(message)


def test_what_official_types_are_made_of_bars_none_of_them() -> None:
    message = "create a network policy named web with ingress only from app=front"
    assert barred(message)
    words = Said(message, lexicon()).words
    assert not unasked_of_types(words)
    assert unasked_of_types(Said(f"before you do, {message}", lexicon()).words)
