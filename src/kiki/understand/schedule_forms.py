"""How people say when something is to run, as patterns; compiled and understood by ``schedules``.

Texts are in lower case. The groups: ``h``, ``m``, ``hm``, ``half``, ``part``, ``noon`` are the time
of the day; ``work``, ``off``, ``range``, ``days``, ``date``, ``daily`` the days; ``step`` and
``hours`` say every how many; ``at`` the minute of every hour; ``cron`` and ``nick`` are cron's own.
"""

QUOTED = (
    r"\"[^\"\n]*\"|“[^”\n]*”|‘[^’\n]*’|「[^」\n]*」|`[^`\n]*`"
    r"|(?<![A-Za-z0-9])'[^'\n]*'(?![A-Za-z0-9])"
)

# -- cron's own ------------------------------------------------------------------------------------

_PART = r"(?:\*|\d{1,2}(?:-\d{1,2})?)(?:/\d{1,2})?"
_FIELD = rf"{_PART}(?:,{_PART})*"
_SHORT = r"(?:sun|mon|tue|wed|thu|fri|sat)"
_CRON = rf"(?P<cron>{_FIELD}(?:[ \t]+{_FIELD}){{3}}[ \t]+(?:{_FIELD}|{_SHORT}(?:[,-]{_SHORT})*))"
_NICK = r"(?P<nick>@(?:reboot|hourly|daily|weekly|monthly|yearly|annually))"

# -- Korean ----------------------------------------------------------------------------------------

_KO_CLOCK = (
    r"(?:(?P<noon>자정|정오)|(?P<part>새벽|오전|아침|오후|저녁|밤|낮)?\s*"
    r"(?:(?P<hm>\d{1,2}:\d{2})|(?P<h>\d{1,2})\s*시(?:\s*(?:(?P<m>\d{1,2})\s*분|(?P<half>반)|정각))?))"
)
_KO_DAY = r"(?:일|월|화|수|목|금|토)(?:요일)?"
_KO_DAYS = (
    rf"(?:(?P<range>{_KO_DAY}(?:\s*[~-]\s*|부터\s*){_KO_DAY}(?:까지)?)"
    rf"|(?P<days>{_KO_DAY}(?:(?:\s*[,/·]\s*|\s*[와과랑]\s*|이랑\s*)?{_KO_DAY})*))"
)
# What says no more than that it is done again and again.
_KO_END = (
    r"(?:\s*에)?(?:\s*마다)?(?:\s*한\s*번씩?|\s*1번씩?|\s*1회씩?|\s*씩)?"
    r"(?:\s*정기적으로|\s*주기적으로|\s*자동으로)?"
)
_KO_EACH = (
    r"(?:(?:매일(?:매일)?|날마다|하루에?\s*한\s*번씩?)(?:\s*,)?"
    r"|(?P<work>(?:매주\s*)?평일(?:에는|에|마다)?)|(?P<off>(?:매주\s*)?주말(?:에는|에|마다)?)"
    rf"|매주\s*{_KO_DAYS}(?:에|마다)?|(?:매월|매달)\s*(?P<date>\d{{1,2}})\s*일(?:에|마다)?)"
)
_EVERY = r"(?:\s*마다|\s*간격(?:으로)?)"
KOREAN = (
    rf"{_KO_EACH}\s*{_KO_CLOCK}{_KO_END}",
    rf"(?:매분|매\s*1\s*분(?:{_EVERY})?|(?:매\s*)?(?P<step>\d{{1,2}})\s*분{_EVERY})(?:\s*한\s*번씩?)?",
    rf"매\s*시간?\s*(?P<at>\d{{1,2}})\s*분(?!\s*마다){_KO_END}",
    rf"(?:매\s*시간(?:\s*정각)?|매시\s*정각|매시|(?P<hours>\d{{1,2}})\s*시간{_EVERY}"
    rf"|한\s*시간{_EVERY}){_KO_END}",
)

# -- English ---------------------------------------------------------------------------------------

_EN_CLOCK = (
    r"(?:(?P<noon>midnight|noon)|(?P<h>\d{1,2})(?::(?P<m>\d{2}))?\s*(?P<half>a\.?m\.?|p\.?m\.?)?"
    r"(?![\w:/.-]*\d)"
    r"(?:\s*(?P<part>in the morning|in the afternoon|in the evening|at night))?)"
)
_EN_DAY = r"(?:sun|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?)(?:day)?s?"
# "on Monday" may be the next one only; "on Mondays" is each.
_EN_EACH_DAY = r"(?:sun|mon|tues|wednes|thurs|fri|satur)days"
_EN_EACH_DAYS = (
    rf"(?P<days2>{_EN_EACH_DAY}(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*/\s*){_EN_EACH_DAY})*)"
)
_EN_DAYS = (
    rf"(?:(?P<range>{_EN_DAY}\s*(?:-|to|through|thru)\s*{_EN_DAY})"
    rf"|(?P<days>{_EN_DAY}(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*/\s*){_EN_DAY})*))"
)
_NTH = r"(?P<date>\d{1,2})(?:st|nd|rd|th)?"
_EN_EACH = (
    r"(?:(?P<daily>every\s*day|each\s+day|daily|every\s+(?:single\s+)?(?:night|morning)|nightly"
    r"|once\s+a\s+day|each\s+night)"
    r"|(?P<work>(?:every|each)\s+(?:weekday|workday|working\s+day)|(?:on\s+)?weekdays)"
    r"|(?P<off>every\s+weekend|on\s+weekends|weekends)"
    rf"|(?:(?:every|each|weekly\s+on|weekly|once\s+a\s+week\s+on)\s+){_EN_DAYS}"
    rf"|on\s+{_EN_EACH_DAYS}"
    rf"|(?:monthly\s+on\s+the\s+|every\s+month\s+on\s+the\s+){_NTH}"
    rf"|on\s+the\s+{_NTH.replace('date', 'date2')}\s+(?:day\s+)?of\s+(?:every|each|the)\s+month)"
)
_HOURLY = r"(?:every\s+hour|hourly|once\s+an\s+hour|each\s+hour)"
_PAST = r"(?P<at>\d{1,2})(?!\d*\s*[ap]m)(?:\s+(?:minutes?\s+)?past)?"
ENGLISH = (
    _CRON,
    _NICK,
    rf"{_EN_EACH}\s*,?\s*(?:at|@)?\s*{_EN_CLOCK}",
    rf"at\s+{_EN_CLOCK}\s+{_EN_EACH}",
    r"(?:every\s+minute|once\s+a\s+minute|each\s+minute)",
    r"every\s+(?P<step>\d{1,2})\s*-?(?:minutes?|mins?|m)\b",
    rf"{_HOURLY}(?:\s+(?:on\s+the\s+hour|at\s+(?:minute\s+|:)?{_PAST}))?",
    r"every\s+(?P<hours>\d{1,2})\s*-?(?:hours?|hrs?|h)\b",
)
