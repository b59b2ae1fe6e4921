"""Files that are named without a directory: "copy nginx.conf to /etc/nginx/nginx.conf".

Read by ``rephrased`` after the ways of each language. Which file it is, is asked; a name with a
suffix is taken for a file's only where it is copied to a path.
"""

from kiki.understand.rephrasing.way import way

_FILE = r"(?P<file>[A-Za-z0-9_][A-Za-z0-9_.-]*\.[A-Za-z][A-Za-z0-9]{0,9})"
_PATH = r"/[^\s가-힣,;]*"
_KIND = "ansible.file_copy"

KOREAN = (
    way(
        rf"(?P<before>^|\s){_FILE}(?:를|을)\s+(?P<to>{_PATH}(?:로|으로|에|\s?아래로|\s?아래에)\s+)"
        r"(?=복사|카피)",
        "{before}{file} 파일을 {to}", kinds=_KIND,
    ),
)  # fmt: skip
ENGLISH = (
    way(
        rf"\bcopy\s+(?:our\s+|my\s+|the\s+)?{_FILE}(?P<to>\s+(?:over\s+)?(?:to|into)\s+{_PATH})",
        "copy the file {file}{to}", kinds=_KIND,
    ),
)  # fmt: skip
