"""Finds the text of a line that stands in an English message without quotes: "add the line
PermitRootLogin no to /etc/ssh/sshd_config".

Called by ``lexer``, for which such a text is one word. Only where nothing else can be meant: "the
line", a key with its value, and then one path that ends the sentence. Any other text needs quotes.
"""

import re

_LINE = re.compile(
    r"(?i)\bthe (?:config |following )?line:? (?P<text>[!-~][ -~]{0,118}?)"
    r"(?: at the (?:very )?(?:end|bottom) of| to(?: the end of)?| into| in| from)"
    r"(?: the file)? /[^\s,;?]+(?: file)?(?:,? please)?[.! ]*\Z"
)
# A setting as files have it: one key that is no word of a sentence, and one value. Of anything
# longer, nobody can say where the text ends and what is said of it begins.
_KEY = r"(?:[a-zA-Z][a-z0-9]*[A-Z][A-Za-z0-9]*|[A-Za-z][A-Za-z0-9-]*(?:[._][A-Za-z0-9_-]+)+)"
_ONE = r"[^\s\"'`{}?,;]+"
_SETTING = re.compile(rf"(?:export )?{_KEY} ?= ?{_ONE}|export [A-Z]+={_ONE}|{_KEY} {_ONE}")


def written(message: str) -> tuple[int, int] | None:
    """Where the text of the line stands in *message*; None if there is none, or a doubt."""
    if " line" not in message.lower():
        return None
    match = _LINE.search(message)
    if match is None or _SETTING.fullmatch(match["text"]) is None:
        return None
    return match.span("text")
