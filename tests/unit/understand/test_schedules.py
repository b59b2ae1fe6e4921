"""Times as people say them and as cron has them."""

import pytest

from kiki.understand.schedules import spans

SAID = {
    "매일 새벽 3시에": "0 3 * * *",
    "매주 일요일 2시 30분에": "30 2 * * 0",
    "매일 오후 11시 반에": "30 23 * * *",
    "매주 월,수,금 오전 9시": "0 9 * * 1,3,5",
    "매주 월요일부터 금요일까지 오전 9시에": "0 9 * * 1-5",
    "매주 금~일 9시": "0 9 * * 5-6,0",
    "평일 18:00에": "0 18 * * 1-5",
    "주말 정오에": "0 12 * * 0,6",
    "하루에 한 번 새벽 2시": "0 2 * * *",
    "10분마다": "*/10 * * * *",
    "5분 간격으로": "*/5 * * * *",
    "매분": "* * * * *",
    "매시간 15분": "15 * * * *",
    "매시 정각에": "0 * * * *",
    "한 시간마다": "0 * * * *",
    "2시간마다": "0 */2 * * *",
    "매월 1일 자정에": "0 0 1 * *",
    "매달 15일 새벽 4시 10분": "10 4 15 * *",
    "매일 밤 11시": "0 23 * * *",
    "매일 밤 12시": "0 0 * * *",
    "매일 낮 12시에": "0 12 * * *",
    "매일 오전 12시": "0 0 * * *",
    "every 10 minutes": "*/10 * * * *",
    "every minute": "* * * * *",
    "every hour": "0 * * * *",
    "every 6 hours": "0 */6 * * *",
    "every day at 3am": "0 3 * * *",
    "at 3am every day": "0 3 * * *",
    "daily at 03:00": "0 3 * * *",
    "every night at 2:30": "30 2 * * *",
    "every sunday at 2:30 am": "30 2 * * 0",
    "on mondays and thursdays at 5 pm": "0 17 * * 1,4",
    "every monday to friday at 8": "0 8 * * 1-5",
    "weekdays at 7:15": "15 7 * * 1-5",
    "on the 1st of every month at 4am": "0 4 1 * *",
    "monthly on the 15th at noon": "0 12 15 * *",
    "every day at 12am": "0 0 * * *",
    "*/5 3 * * 1-5": "*/5 3 * * 1-5",
    "0 3 * * sun": "0 3 * * sun",
    "@daily": "@daily",
}
# No time, only half of one, or one that may be meant in two ways.
UNSAID = (
    "매일", "3시에", "매주 일요일", "7분마다", "5시간마다", "매주 토요일 밤 12시", "매일 25시",
    "매월 32일 3시", "매일 오전 13시", "every day", "every 7 minutes", "every night at 11",
    "every day at 25:00",
    "at 3am", "on the 1st at 4am", "\"every 5 minutes\"", "0 3 1 1 1", "@never", "tomorrow at 3am",
    "port 80 on web1",
)  # fmt: skip


@pytest.mark.parametrize(("text", "cron"), SAID.items())
def test_the_whole_text_is_one_time(text: str, cron: str) -> None:
    assert spans(text) == ((0, len(text), cron),)


@pytest.mark.parametrize("text", UNSAID)
def test_what_is_not_certain_is_no_time(text: str) -> None:
    assert spans(text) == ()


def test_two_times_of_one_message() -> None:
    text = "run a every hour and b daily at 3"
    assert [cron for _, _, cron in spans(text)] == ["0 * * * *", "0 3 * * *"]
