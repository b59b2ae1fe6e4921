"""What no model is asked about: messages in which one small word makes another request of it.

Called by ``model`` and by ``generic.reading``. A small model reads past "if", "tomorrow", "not" and
"no, wait"; so does whoever asks it. A message that takes something back, denies, sets a time, a
condition or another order than that of its words, says what is to stay as it is, or asks or tells
instead of requesting goes to no model, when the rules could not place
those words. What official types are made of ("hour 3", a schedule) keeps only curated kinds from
being asked about. These are closed classes of words and endings, no list of requests.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from kiki.understand.lexer import Sense, Word

_TAKES_BACK = frozenset(("neg", "fix", "rather", "instead", "lack"))
_VERBS = ("vnoun", "vform", "ha")
_LEAVES = ("leave", "touch")  # 그대로 두고, 건드리지
_IF_SO = ("may", "fine", "hoped")  # 지워도, 지우면, 지웠으면
_NOT = frozenset((
    "except", "neither", "never", "no", "nobody", "none", "not", "nothing", "without",
))  # fmt: skip
_BACK = frozenset((
    "actually", "correction", "instead", "mean", "meant", "nevermind", "oops", "rather", "scratch",
    "sorry", "wait",
))  # fmt: skip
# Second thoughts, and what is dropped for them: "on second thought", "better call it X", "hmm".
_BACK_TOO = frozenset((
    "better", "changed", "disregard", "err", "erm", "forget", "hm", "hmm", "hmmm", "ignore", "nah",
    "nope", "reconsider", "reconsidered", "strike", "thought", "thoughts", "uh", "um",
))  # fmt: skip
# Another order than that of the words; "and after that" is one of ours, and is none.
_ORDER = frozenset((
    "after", "afterwards", "before", "beforehand", "earlier", "following", "having", "preceding",
    "previously", "prior",
))  # fmt: skip
# What is to stay as it is, or is the rest of what was named.
_STAYS = frozenset((
    "alone", "as-is", "continues", "else", "everything", "hands", "intact", "leave", "leaves",
    "leaving", "only", "other", "others", "remain", "remaining", "remains", "rest", "spare", "stay",
    "stays", "unaffected", "unchanged", "untouched", "usual",
))  # fmt: skip
_IF = frozenset((
    "assuming", "if", "once", "provided", "till", "unless", "until", "when", "whenever", "whether",
    "while",
))  # fmt: skip
# Before an "if" that only asks politely: "would be great if", "appreciate it if", "wondering if".
_WISHES = frozenset((
    "appreciate", "awesome", "good", "grateful", "great", "happy", "helpful", "lovely", "mind",
    "nice", "thankful", "wonder", "wondering",
))  # fmt: skip
# When something is to be done, or half of it: an official type's "hour 3" is not "3 pm".
_MOMENTS = frozenset((
    "afternoon", "am", "evening", "later", "midnight", "morning", "noon", "pm", "today",
    "tomorrow", "tonight", "weekend", "yesterday",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
))  # fmt: skip
# What schedules are called and made of: official types have them, curated kinds have not.
_SCHEDULES = frozenset((
    "cron", "daily", "day", "days", "hour", "hourly", "hours", "minute", "minutes", "month",
    "monthly", "months", "nightly", "periodically", "schedule", "scheduled", "second", "seconds",
    "week", "weekly", "weeks",
))  # fmt: skip
_OF_TYPES = frozenset(("after", "everything", "only", "other", "others"))
_UNITS = "(?:분|초|시간|시|일|주|개월)"
_CLOCK = re.compile(
    r"(?i)\b\d{1,2}\s?[ap]m\b|\b\d{1,2}:\d\d\b"
    rf"|\d+\s*{_UNITS}(?:에|뒤|후|마다|간|까지|부터|(?![가-힣]))"
)
_BARRING = _NOT | _BACK | _BACK_TOO | _MOMENTS | _ORDER | _STAYS
_WH = frozenset(("what", "why", "how", "who", "whom", "whose", "where", "which"))
_ASKS = frozenset(("are", "did", "do", "does", "had", "has", "is", "was", "were"))
# The same in Korean, by the beginning of an unknown word or by its end.
_KO_BEGINS = (
    "내일", "모레", "어제", "그저께", "오늘", "매일", "매주", "매월", "매달", "매년", "이따",
    "나중에", "오전", "오후", "새벽", "자정", "정오", "저녁", "주말", "어떻게", "왜", "언제",
    "누가", "누구", "무엇", "무슨", "뭐", "뭘", "얼마", "몇", "어느", "어떤", "없", "않", "말고",
    "빼고", "제외", "남겨", "남기", "두고", "금지", "취소", "정정", "아니", "아차", "잠깐",
    "대신", "경우", "까지",
    # second thoughts
    "생각해", "생각하니", "잘못", "바꿔서", "낫겠", "차라리", "번복",
    # what stays as it is
    "그대로", "유지하", "유지해", "유지시", "유지되", "냅두", "냅둬", "놔두", "놔둬", "내버려",
    "건드리", "건들", "손대", "나머지", "이외",
)  # fmt: skip
_KO_ENDS = (
    "마다", "요일", "요일에", "거든", "나요", "까요", "는지", "은지", "을지", "인지", "가요",
    "뒤", "뒤에", "후", "후에", "이후", "이후에", "전에", "때", "때마다", "때만", "때는", "때도",
    "나서", "나서요", "에요", "겠네요", "겠네", "겠어요", "겠다", "맞네요", "맞네", "맞아요",
)  # fmt: skip
# Another order, a second look and what is kept alive, of which we know words: 전에, 다시, 살려.
_KO_PHRASES = re.compile(
    r"기\s?전에?|그\s?전에|[이직]전에|기에\s?앞서|다시\s?보니|살려\s?[두둔둘놔놓]"
)
# What one says while thinking; after the request has begun it takes something back.
_KO_HESITATES = frozenset(("아", "앗", "어", "음", "흠", "참", "아참"))
_KO_POLITE = ("감사", "고맙", "좋겠", "됩니다", "돼", "됩")
_KO_WISHES = ("합니다", "해")  # after a past: "해주셨으면 합니다", and not "끝나면 해줘"
_BOOT = ("부팅", "재부팅", "부트", "리부트", "리부팅", "재시동")


def unasked(words: Sequence[Word], message: str) -> bool:
    """Whether a word of the message, or how it ends, forbids to ask a model about it."""
    plain = list(_plain(words))
    scheduled = any(word.text.lower() in _SCHEDULES for word in _unnamed(plain))
    if scheduled or _CLOCK.search(message) or _KO_PHRASES.search(message):
        return True
    turned = _first_later(words) or _last_sooner(words) or _after_later(words)
    return turned or _barred(plain) or _hesitates(words)


def unasked_of_types(words: Sequence[Word]) -> bool:
    """The same for official types, some of which have a schedule, or say who alone may what: the
    parts of these bar nothing."""
    return _barred([word for word in _plain(words) if word.text.lower() not in _OF_TYPES])


def _hesitates(words: Sequence[Word]) -> bool:
    """Whether something follows a second thought: "8080 열어줘 **아** 9090으로요", and not "아
    그리고"."""
    for index, word in enumerate(words[1:-1], 1):
        if word.text in _KO_HESITATES and word.has("fill") and not words[index + 1].has("and"):
            return not all(before.has("fill") or before.sort == "punct" for before in words[:index])
    return False


def _first_later(words: Sequence[Word]) -> bool:
    """Whether what is to be done first is not said first: "restart squid, but **first** redis",
    "redis는 **먼저** 멈추고" after another clause."""
    for index, word in enumerate(words):
        if word.has("first") and any(_acts(before) for before in words[:index]):
            return True
    return False


def _last_sooner(words: Sequence[Word]) -> bool:
    """Whether what is to be done last is not said last: "restart nginx **last**, open 80"."""
    for index, word in enumerate(words):
        ends = index + 1 < len(words) and words[index + 1].has("and")
        if word.has("last") and ends and any(_acts(before) for before in words[:index]):
            return True
    return False


def _after_later(words: Sequence[Word]) -> bool:
    """Whether what is done after something may be said before it: "시작은 얹고 **나서** 해줘",
    and not "설치하고 **나서** 시작해줘"."""
    for index, word in enumerate(words):
        if word.has("after") and index:
            follows = any(_is_verb(later) for later in words[index + 1 :])
            if not (follows and words[index - 1].senses):
                return True
    return False


def _is_verb(word: Word) -> bool:
    return any(sense.entry.cls in ("verb", "vnoun", "vform") for sense in word.senses)


def _acts(word: Word) -> bool:
    """Whether a word is a verb, or may be one that nobody knows, or ends a part of the message."""
    if _is_verb(word) or word.has("sep") or word.has("and"):
        return True
    return not word.senses and word.sort in ("hangul", "ascii") and word.text.isalpha()


def _barred(words: list[Word]) -> bool:
    return any(_bars(words, index) for index in range(len(words))) or _tells(words)


def _unnamed(words: list[Word]) -> Iterator[Word]:
    """The words outside of quotes that are not announced as a name."""
    for index, word in enumerate(words):
        if word.sort not in ("quoted", "secret") and not _is_name(words, index):
            yield word


def _is_name(words: list[Word], index: int) -> bool:
    """Whether the word before says that this one is a name: "a job named once"."""
    return index > 0 and words[index].sort == "ascii" and words[index - 1].has("prep", "name")


def _plain(words: Sequence[Word]) -> Iterator[Word]:
    """The words outside of quotes and of known phrases of politeness ("if you can")."""
    index = 0
    while index < len(words):
        longest = max(words[index].senses, key=lambda sense: sense.length, default=None)
        if longest is None or not _harmless(longest, words[index]):
            yield words[index]
        index += longest.length if longest and _harmless(longest, words[index]) else 1


def _harmless(sense: Sense, word: Word) -> bool:
    if sense.entry.id in _LEAVES or sense.entry.form in _IF_SO:
        return False
    if sense.entry.cls in ("noun", "prep") and word.text.lower() in _STAYS:
        return False  # "only from": the rules know what it limits, a model may read past it
    return (sense.entry.cls not in _TAKES_BACK and sense.length > 1) or word.has("fill")


def _bars(words: list[Word], index: int) -> bool:
    word = words[index]
    if word.sort in ("quoted", "secret") or _is_name(words, index):
        return False
    if any(sense.entry.cls in _TAKES_BACK for sense in word.senses) and not word.has("and"):
        return True
    verbs = [sense.entry for sense in word.senses if sense.entry.cls in _VERBS]
    if any(entry.form in _IF_SO for entry in verbs):
        return True
    if any(entry.id in _LEAVES for entry in verbs) and not _describes(words, index):
        return True
    if word.sort == "hangul":
        return not word.senses and _bars_korean(words, index)
    text = word.text.lower()
    if text in _IF:
        return not _wished(words, index)
    if text == "following" and index and words[index - 1].has("det"):
        return False  # "the following packages"
    barred = text in _BARRING or text.endswith("n't")
    return barred or (_begins(words, index) and text in _WH | _ASKS)


def _describes(words: list[Word], index: int) -> bool:
    """Whether a verb only says how the thing after it is: "둘을 유지하는 PDB"."""
    following = words[index + 1] if index + 1 < len(words) else None
    forms = [s.entry.form for s in words[index].senses if s.entry.cls == "vform"]
    return bool(forms and set(forms) == {"adn"}) or (
        following is not None and following.has("ha") and _only(following, "adn")
    )


def _only(word: Word, form: str) -> bool:
    return {s.entry.form for s in word.senses if s.entry.cls == "ha"} == {form}


def _wished(words: list[Word], index: int) -> bool:
    """Whether an "if" says what somebody would like, and no condition."""
    before = [word.text.lower() for word in words[max(0, index - 2) : index]]
    return bool(set(before) & _WISHES)


def _begins(words: list[Word], index: int) -> bool:
    """Whether a sentence begins with the word at *index*."""
    return index == 0 or words[index - 1].text in (".", "!", "?", ";", ":")


def _bars_korean(words: list[Word], index: int) -> bool:
    text = words[index].text
    if text.startswith(_BOOT):
        return False  # the moment that is said belongs to what is done at it
    if text.startswith(_KO_BEGINS) or text.endswith(_KO_ENDS):
        return True
    following = words[index + 1].text if index + 1 < len(words) else ""
    wished = following.startswith(_KO_WISHES) and len(text) > 2 and _past(text[-3])
    if wished or following.startswith(_KO_POLITE):
        return False
    return text.endswith("면") and len(text) > 1


def _tells(words: list[Word]) -> bool:
    """Whether the message ends like a report or a question about the past: "설치했어?"."""
    last = next((word for word in reversed(words) if word.sort == "hangul"), None)
    return last is not None and not last.senses and any(map(_past, last.text[:-1]))


def _past(syllable: str) -> bool:
    """Whether a syllable is a verb's past: 했, 됐, 갔. 있 and 겠 are not."""
    return unicodedata.normalize("NFD", syllable)[-1] == "\u11bb" and syllable not in "있겠"
