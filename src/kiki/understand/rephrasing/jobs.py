"""Jobs that people say by what they do, not by their command: "/tmp 비우는 크론", "a cron job that
deletes logs older than 30 days in /var/log".

Read by ``rephrased`` after the ways of each language. What would be run deletes files, so that the
command is shown and asked about first. Only what has a name below "/" is a directory here.
"""

from kiki.understand.rephrasing.way import Way, way

_DIR = r"(?P<dir>(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)+)/?(?![A-Za-z0-9_./*-])"
_CRON = r"(?=(?:크론|cron|예약\s?작업|정기\s?작업))"
_KIND = "ansible.cron_add"
_EMPTY = "find {dir} -xdev -mindepth 1 -delete"
_OLD = "find {dir} -xdev -type f -mtime +{days} -delete"
_OLD_LOGS = "find {dir} -xdev -type f -name '*.log*' -mtime +{days} -delete"
_DAYS = r"(?P<days>[1-9][0-9]{0,3})"


def _job(form: str, says: str) -> Way:
    return way(form, says, kinds=_KIND, asks="always")


_AGED = (
    rf"{_DAYS}\s?일(?:이|\s?보다|\s?이상)?\s?(?:지난|넘은|된|오래된|경과한|초과한|경과된)\s+"
    r"(?:오래된\s+)?"
)
_GONE = r"(?:들)?(?:을|를)?\s*(?:지우는|삭제하는|정리하는|제거하는)\s+"
_WHEN = r"(?P<when>(?:매일|매주|매월|매달|매시간)[^/\"'.,]*?)"

KOREAN = (
    # "/tmp를 매일 새벽 3시에 비우는 크론 만들어줘"
    _job(rf"{_DIR}(?:를|을|의\s?내용을)?\s+{_WHEN}\s+(?:싹\s?|다\s?)?비우는\s+{_CRON}",
         f'{{when}} "{_EMPTY}" 실행하는 '),
    _job(rf"{_DIR}(?:를|을|의\s?내용을)?\s+(?:싹\s?|다\s?)?비우는\s+{_CRON}",
         f'"{_EMPTY}" 실행하는 '),
    # "매주 일요일 4시에 /var/log에서 30일 지난 로그 지우는 크론 등록해줘"
    *(
        _job(rf"{_DIR}(?:에서|에\s?있는|의|\s?안의|\s?아래)?\s+{_AGED}{what}{_GONE}{_CRON}",
             f'"{command}" 실행하는 ')
        for what, command in ((r"로그(?:\s?파일)?", _OLD_LOGS), (r"파일", _OLD))
    ),
)  # fmt: skip

_DOES = r"(?:that|which|to)\s+"
_WIPE = r"(?:empt(?:y|ies)|clears?(?:\s+out)?|cleans?\s+out|wipes?)"
_DELETE = r"(?:deletes?|removes?|purges?|cleans?\s+up)"
_IN = r"\s+(?:in|from|under|below)\s+(?:the\s+)?"

ENGLISH = (
    # "a cron job that empties /tmp every day at 3am"
    _job(rf"{_DOES}{_WIPE}\s+(?:the\s+)?(?:contents\s+of\s+|directory\s+)?{_DIR}",
         f'that runs "{_EMPTY}"'),
    # "a cron job that deletes logs older than 30 days in /var/log"
    *(
        form
        for what, command in ((r"log(?:s|\s+files)", _OLD_LOGS), (r"files", _OLD))
        for form in (
            _job(rf"{_DOES}{_DELETE}\s+(?:all\s+|the\s+)?{what}{_IN}{_DIR}\s+(?:that\s+are\s+)?older"
                 rf"\s+than\s+{_DAYS}\s+days", f'that runs "{command}"'),
            _job(rf"{_DOES}{_DELETE}\s+(?:all\s+|the\s+)?{what}\s+(?:that\s+are\s+)?older\s+than\s+"
                 rf"{_DAYS}\s+days{_IN}{_DIR}", f'that runs "{command}"'),
        )
    ),
)  # fmt: skip
