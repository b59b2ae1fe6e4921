"""Finds the text of a line that stands in an English message without quotes: "add the line
PermitRootLogin no to /etc/ssh/sshd_config".

Called by ``lexer``, for which such a text is one word. Only where nothing else can be meant: "the
line", the text, and then one path that ends the sentence. What describes a line ("the line that
begins with x"), or joins something to it, is no text.
"""

import re

_LINE = re.compile(
    r"(?i)\bthe (?:config |following )?line:? (?P<text>[^\s\"'`“‘{][^\n\"'`“”‘’{}?]{0,118}?)"
    r"(?: at the (?:very )?(?:end|bottom) of| to(?: the end of)?| into| in| from)"
    r"(?: the file)? /[^\s,;?]+(?: file)?(?:,? please)?[.! ]*\Z"
)
# Words that describe a line or go on with the sentence, and so are no text of it.
_DESCRIBES = re.compile(
    r"(?i)\A(?:that|which|who|where|starting|beginning|begins|starts|saying|says|with|for|below|above"
    r"|in|from|to|again|i|you|we|containing|contains|of|after|before|at|number|reading|shown|about"
    r"|mentioned|following|is|was|should|must|has|on|there|here|again|back|too|as|and|or|only|out"
    r"|down|up|off|you're|it|them|this|matching|like|called|named|\d+)\b"
)
_JOINS = re.compile(
    r"(?i) (?:and|or|if|unless|please|then|but|instead|not|to|into|from|as|before|after|above|below"
    r"|under|with|the|that|which|twice|lines?) |[,;:] "
)


def written(message: str) -> tuple[int, int] | None:
    """Where the text of the line stands in *message*; None if there is none, or a doubt."""
    if " line" not in message.lower():
        return None
    match = _LINE.search(message)
    if match is None or _DESCRIBES.match(match["text"]) or _JOINS.search(f" {match['text']} "):
        return None
    return match.span("text")
