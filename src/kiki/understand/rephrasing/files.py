"""Files that are named without a directory ("copy nginx.conf to /etc/nginx/nginx.conf"), and lines
that become others ("replace a=1 with a=2 in /etc/app.conf").

Read by ``rephrased`` after the ways of each language. Which file it is, is asked; a name with a
suffix is taken for a file's only where it is copied to a path. Whole lines are replaced, and found
by how they begin, which is asked, too; words inside of a line are none of it.
"""

from kiki.understand.rephrasing.way import way

_FILE = r"(?P<file>[A-Za-z0-9_][A-Za-z0-9_.-]*\.[A-Za-z][A-Za-z0-9]{0,9})"
_PATH = r"/[^\s가-힣,;]*"
_KIND, _LINE = "ansible.file_copy", "ansible.line_set"
# A setting with its value, or what is in quotes.
_TEXT = r"(?:\"[^\"\n]+\"|'[^'\n]+'|[A-Za-z_][\w.-]*=[^\s,;\"'가-힣]*)"
_TO = r"(?P<to>with|to)"
_SETTING = r"(?P<key>[A-Za-z_][\w.-]*)=(?P<value>[^\s,;\"'가-힣]+)"

KOREAN = (
    way(
        rf"(?P<before>^|\s){_FILE}(?:를|을)\s+(?P<to>{_PATH}(?:로|으로|에|\s?아래로|\s?아래에)\s+)"
        r"(?=복사|카피)",
        "{before}{file} 파일을 {to}", kinds=_KIND,
    ),
    # "/etc/app.conf에서 a=1을 a=2로 바꿔줘"
    way(
        rf"(?P<in>{_PATH}(?:\s?파일)?(?:에서|의|에)\s+)(?P<old>{_TEXT})(?:를|을|(?:이라는|라는)?\s?줄을)\s+"
        rf"(?P<new>{_TEXT})(?P<to>(?:로|으로)\s+)(?=바꿔|바꾸|변경|교체|수정|고쳐|고치)",
        "{in}{old}로 시작하는 줄을 {new}{to}", kinds=_LINE, asks="always",
    ),
    # "/etc/app.conf에 a=1 설정해줘"
    way(
        rf"(?P<in>{_PATH}(?:\s?파일)?(?:에서|의|에)\s+){_SETTING}(?:를|을|로|으로)?\s+(?:설정해|지정해|세팅해"
        r"|바꿔|변경해|수정해)",
        '{in}"{key}="로 시작하는 줄을 "{key}={value}"로 바꿔', kinds=_LINE, asks="always",
    ),
)  # fmt: skip
ENGLISH = (
    way(
        rf"\bcopy\s+(?:our\s+|my\s+|the\s+)?{_FILE}(?P<to>\s+(?:over\s+)?(?:to|into)\s+{_PATH})",
        "copy the file {file}{to}", kinds=_KIND,
    ),
    # "replace a=1 with a=2 in /etc/app.conf"
    way(
        rf"\b(?P<verb>replace|change)\s+(?:the\s+line\s+)?(?P<old>{_TEXT})\s+{_TO}\s+(?P<new>{_TEXT})"
        rf"(?P<in>\s+in\s+)(?:the\s+file\s+)?(?P<path>{_PATH})",
        "{verb} the line starting with {old} {to} {new}{in}{path}", kinds=_LINE, asks="always",
    ),
    way(
        rf"\b(?P<in>in\s+)(?:the\s+file\s+)?(?P<path>{_PATH}),?\s+(?P<verb>replace|change)\s+(?:the\s+line"
        rf"\s+)?(?P<old>{_TEXT})\s+{_TO}\s+(?P<new>{_TEXT})",
        "{in}{path} {verb} the line starting with {old} {to} {new}", kinds=_LINE, asks="always",
    ),
    # "set a=1 in /etc/app.conf"
    way(
        rf"\bset\s+{_SETTING}(?P<in>\s+in\s+)(?:the\s+file\s+)?(?P<path>{_PATH})",
        'set the line starting with "{key}=" to "{key}={value}"{in}{path}',
        kinds=_LINE, asks="always",
    ),
)  # fmt: skip
