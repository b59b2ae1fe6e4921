"""What stands around Korean requests by its form: a title, somebody who is addressed, a label that
only informs, a wish that it be seen to.

Called by ``korean``. Whole sentences or their beginnings, in Hangul throughout; everything that
could be part of the request is left to the rules.
"""

import re

# "퇴사 처리: ...", "신규 웹서버 세팅합니다." Which servers are meant would limit the request: that
# they are new is no choice among those that there are.
# Who it is about stands before such a title, and belongs to the request.
NAMED = re.compile(
    r"[a-z_][a-z0-9_-]*(?:, ?[a-z_][a-z0-9_-]*)*(?:님)?"
    r"(?= (?:퇴사|퇴직|입사|휴직|복직|전배|이직)자?(?: |:))"
)
TITLE = re.compile(
    r"\[?(?P<about>(?:[가-힣]+ ){0,3}?)"
    r"(?:(?P<new>신규|새|새로운) (?:[가-힣]+ ?)?(?:서버|장비) ?)?"
    r"(?P<what>처리|세팅|셋팅|셋업|구축|준비|온보딩|오프보딩|입사|퇴사|입사자|퇴사자|작업)"
    r"(?: ?(?:요청|건|요청 ?건|작업|요청 ?사항))?"
    r"(?: ?(?:입니다|합니다|드립니다|하려고 합니다|할게요|예정입니다))?"
    r"\]?\s*(?:[:：]|[.!]?(?=\n)|[.!](?=\s))"
)
# "아래 작업 부탁드립니다." before what follows on lines of its own.
AHEAD = re.compile(
    r"(?:아래|다음|하기|이하)(?:와 ?같이|의|과 ?같은|와 ?같은)? ?"
    r"(?:작업|내용|사항|건|항목|것)?(?:들)?(?:을|를|들|도|처럼|으로|로|대로)? ?"
    r"(?:처리|진행|작업)?(?:을|를)? ?(?:좀 )?"
    r"(?:부탁드립니다|부탁드려요|부탁합니다|부탁해요|요청드립니다|요청합니다|바랍니다"
    r"|해주세요|진행해주세요|처리해주세요)"
)
# "김대리님, ...", "담당자님!": no name of ours is in Hangul.
CALLED = re.compile(r"(?:[가-힣]{1,6} ?)?[가-힣]{1,6}님(?:들)?(?:께)?[,!~]+(?=\s)")
# A line of a form that only informs: "용도: 개발", "- 신청자: 홍길동".
_LABEL = re.compile(
    r"[-*•·]?\s*(?:\d+[.)]\s*)?(?:(?P<purpose>용도|목적|사용 ?목적|사용 ?용도)"
    r"|(?:요청|신청)? ?(?:사유|부서|자|팀)|소속|담당자?|작성자|연락처|프로젝트명?"
    r"|비고(?=\s*[:：]\s*(?:없음|-)\Z))"
    r"\s*[:：]\s*(?P<value>\S.*)"
)
_LONGEST_LABEL = 6  # words of its value
_ENVIRONMENT = re.compile(r"\A(?:개발|운영|스테이징|상용|검증|테스트)(?=계|용|환경|\s|\Z)")
# As a sentence of its own it asks for no more than what is asked for before or after it.
SEEN_TO = re.compile(
    r"이상(?:입니다|이에요|이며 감사합니다)?|"
    r"(?:(?:빠른|신속한|조속한|검토|확인) ?(?:및|후)? ?)?"
    r"(?:확인|처리|진행|검토|조치|대응|협조|반영)(?: ?좀)? ?"
    r"(?:부탁|바람|바랍니다|부탁합니다|부탁해요|부탁드립니다|부탁드려요|부탁드릴게요"
    r"|부탁드리겠습니다|부탁 ?드립니다"
    r"|해주세요|해 ?주시면 (?:감사하겠습니다|고맙겠습니다|됩니다)|해주시기 바랍니다|요청드립니다)"
)


def label(text: str) -> str | None:
    """What a line that only informs says, without a purpose that is no choice; None if it is
    none."""
    found = _LABEL.fullmatch(text)
    if found is None or len(found["value"].split()) > _LONGEST_LABEL:
        return None
    return _ENVIRONMENT.sub("", found["value"]) if found["purpose"] else found["value"]
