"""How people say whose a database is to be, and which server has it, in other words than the rules.

Read by ``rephrased`` after the ways of each language. As there, a form is a construction and what
is named in it is free. Kiki makes databases of MariaDB and PostgreSQL: with "mysql", the first may
be meant, which is asked.
"""

from kiki.understand.rephrasing.way import way

_NAME = r"[A-Za-z][A-Za-z0-9_.-]*"
_MAKE = r"(?:create|add|make|set\s+up|need|want)"
_USER = r"(?:사용자|계정|유저)"
_WHO = rf"(?:(?:the|a)\s+)?(?:(?:user|role|account)\s+)?(?P<who>{_NAME})"
_RIGHTS = r"(?:(?:all|full)\s+)?(?:the\s+)?(?:rights|access|privileges|permissions)"
_TO_IT = r"(?:\s+(?:to|on|for)\s+(?:it|(?:the|that)\s+(?:database|db)))?"
_THEN = r"(?=\s*(?:$|[.!,;]|and\b|please\b))"
# How a right is given, and what making the user says there.
_GIVEN = (
    (r"(?:부여해\s?)?줘", "만들어줘"),
    (r"(?:부여해\s?)?주(?=세요|십시오)", "만들어주"),
    (r"(?:주|부여하)(?=고)", "만들"),
    (r"부여(?=\s*$|\s?부탁)", "생성"),
)
_DATABASE = "ansible.database_create ansible.database_user_create"

KOREAN = (
    # "postgres에 orders 데이터베이스 만들고 app 사용자한테 권한 줘": a user of that database
    *(
        way(
            rf"(?P<before>(?:데이터베이스|디비|\bDB)(?:를|을)?\s*(?:{_NAME}\s+)?(?:만들|생성하)고\s+)"
            rf"(?:(?P<who>{_NAME})\s+{_USER}|{_USER}\s+(?P<whom>{_NAME}))(?:에게|한테|에)\s+(?:그\s?DB\s+"
            rf"|접근\s?|접속\s?|모든\s?|전체\s?)*권한(?:을|도)?\s*{verb}",
            f"{{before}}데이터베이스 사용자 {{who}}{{whom}} {says}",
            kinds=_DATABASE, asks="always",
        )
        for verb, says in _GIVEN
    ),
    # "mysql에 orders 데이터베이스 만들어줘"
    way(
        r"\bmysql(?=(?:에|에다가?)?\s+(?:[A-Za-z0-9_-]+\s+)?(?:데이터베이스|디비|DB))", "mariadb",
        kinds=_DATABASE, asks="always",
    ),
)  # fmt: skip

ENGLISH = (
    # "create a database orders in postgres with user app": a user of that database
    way(
        rf"(?P<before>\b{_MAKE}\s+[^.;!?]*?\b(?:database|db)\b[^.;!?]*?)\s+with\s+(?:(?:a|an|the|new|db"
        rf"|database)\s+)*(?:user|role|account)\s+(?:named\s+|called\s+)?(?P<who>{_NAME})(?=\s*(?:$|[.!,;]"
        r"|and\b|please\b|with\s+password\b))",
        "{before} and create a database user {who}", kinds=_DATABASE,
    ),
    # "create database orders in postgres and give user app access to it"
    *(
        way(
            rf"(?P<before>\b{_MAKE}\s+[^.;!?]*?\b(?:database|db)\b[^.;!?]*?)\s*(?:,\s*and|,|\band)\s+"
            rf"(?:give|grant)\s+{form}{_TO_IT}{_THEN}",
            "{before} and create a database user {who}", kinds=_DATABASE, asks="always",
        )
        for form in (rf"{_WHO}\s+{_RIGHTS}", rf"{_RIGHTS}{_TO_IT}\s+to\s+{_WHO}")
    ),
    # "create database orders in mysql"
    way(
        r"(?P<in>\b(?:in|on|for)\s+(?:the\s+)?|\ba\s+)mysql(?=\s*(?:$|[.!?,]|and\b|with\b|please\b|database\b"
        r"|db\b|server\b))",
        "{in}mariadb", kinds=_DATABASE, asks="always",
    ),
)  # fmt: skip
