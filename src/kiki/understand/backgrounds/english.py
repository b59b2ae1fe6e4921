"""Finds what an English message sets beside its request: "because traffic doubled", "hi Peter".

Called by ``aside``. A sentence, or a part of one between commas, counts only if it tells (a subject
and a finite verb), gives a reason with a word that says so, greets, thanks or signs; if it is made
of ordinary words and of values that the request has itself; and if none of its words denies, sets a
condition or a time to come, counts, or asks. One that says how a thing is may introduce it: "8080
is still open; please close it".
"""

import re
from collections.abc import Iterator

from kiki.understand.backgrounds import english_words as words_of
from kiki.understand.backgrounds.english_states import english_state
from kiki.understand.backgrounds.ordinary import is_ordinary, is_past
from kiki.understand.backgrounds.span import Sentence, Span, elsewhere, sentences, within
from kiki.understand.lexer import Word
from kiki.understand.lexicon import Lexicon

_BREAK = re.compile(
    r"[,:]\s+|\s+(?=(?:because|since|given that|now that|due to|so that|so (?:we|i|they|people"
    r"|users)|as (?:we|i|they|it|the|our))\b)"
    r"|\s+(?=(?:so,? )?(?:please|could you|can you|kindly)\b)",
    re.IGNORECASE,
)
_JOINT = re.compile(r"(?i)[\s,:]*(?:(?:so|hence|therefore|thus|and so|and|but)\b,?\s*)?")
_LONGEST_NAME = 4  # words of whoever is greeted
_LONGEST_SIGNATURE = 8


def english_spans(message: str, words: tuple[Word, ...], lexicon: Lexicon) -> Iterator[Span]:
    """Every span of *message* that is a background, in order."""
    signed = False
    for sentence in sentences(message):
        if re.search("[가-힣]", message[sentence.start : sentence.end]):
            continue
        if signed and _signs(message, sentence, words, lexicon):
            yield Span(sentence.start, sentence.end, after=sentence.after)
            continue
        signed, closed = False, False
        for start, end in _parts(message, sentence):
            if closed and end == _end_of(message, sentence):
                name = Sentence(start, end, sentence.after)
                if _signs(message, name, words, lexicon):
                    yield Span(start, end, after=sentence.after)
                    continue
            part = _Part(message, start, end, words, lexicon)
            ends = not message[end : sentence.end].strip(" \t,")
            after = _past_joint(message, sentence.after if ends else end)
            closed = part.closes()
            if signed or (ends and part.closes()):
                signed = part.closes() or signed
            span = part.span(asks=sentence.asks and ends, whole=start == sentence.start)
            if span is not None:
                yield Span(span.start, span.end, span.kept, span.state, after, bool(span.kept))


def _past_joint(message: str, place: int) -> int:
    """Past the comma after a background, and the "so" that leads from it to the request."""
    found = _JOINT.match(message, place)
    return found.end() if found else place


def _parts(message: str, sentence: Sentence) -> Iterator[tuple[int, int]]:
    start = sentence.start
    leading = words_of.LEADING.match(message[start : sentence.end].lower())
    if leading:
        yield start, start + leading.end()
        start += leading.end() + 1
    for match in _BREAK.finditer(message, start, sentence.end):
        if match.start() > start:
            yield start, match.start()
        start = match.end()
    end = sentence.start + len(message[sentence.start : sentence.end].rstrip(" \t,"))
    if start < end:
        yield start, end


def _end_of(message: str, sentence: Sentence) -> int:
    return sentence.start + len(message[sentence.start : sentence.end].rstrip(" \t,"))


def _signs(message: str, sentence: Sentence, words: tuple[Word, ...], lexicon: Lexicon) -> bool:
    """Whether a sentence after a closing formula is a signature: capitalised words that are nothing
    of ours, at the message's end."""
    text = message[sentence.start : sentence.end]
    names = re.findall(r"\S+", text)
    rest = message[sentence.after :]
    short = len(names) + len(rest.split()) <= _LONGEST_SIGNATURE
    named = all(
        re.fullmatch(r"[(]?[A-Z][A-Za-z'-]*[.,)]?|of|the|and|&|/|-", name) for name in names
    )
    ours = [words[i] for i in within(words, sentence.start, sentence.end)]
    acts = any(word.has("verb") or word.text.lower() in lexicon.products for word in ours)
    said = text.lower()
    says = words_of.HAZARD.search(said) or set(said.split()) & words_of.PLACES
    return short and named and not acts and not says


class _Part:
    """A part of a sentence."""

    def __init__(
        self, message: str, start: int, end: int, words: tuple[Word, ...], lexicon: Lexicon
    ) -> None:
        self.start, self.end = start, end
        self.text = message[start:end].lower().replace("’", "'")
        self.raw = message[start:end]
        self.words = words
        self.lexicon = lexicon
        self.range = within(words, start, end)

    def closes(self) -> bool:
        """Whether a signature may follow: kind regards."""
        return words_of.CLOSES.fullmatch(self.text) is not None

    def span(self, *, asks: bool, whole: bool) -> Span | None:
        """The part as a span; None if it may be part of the request."""
        if words_of.KIND.fullmatch(self.text) or (whole and self._greets()):
            return Span(self.start, self.end)
        if words_of.PERMITS.fullmatch(self.text):
            return Span(self.start, self.end, state="unused")
        if asks or self._barred() or self._commands() or self._comments():
            return None
        values = self._values()
        if values:
            return self._introduced(values)
        tells = self._tells(self.text) or self._gives_reason()
        if not tells or self._properties():
            return None
        unused = words_of.UNUSED.search(self.text) is not None
        return Span(self.start, self.end, state="unused" if unused else "")

    def _comments(self) -> bool:
        """Whether it stands after a request and may speak of that: "It recovered", "My colleague
        typed this"."""
        asked = any(w.has("verb") for w in self.words if w.end <= self.start)
        if not asked or self._gives_reason():
            return False
        comments = words_of.COMMENTS.search(self.text) is not None
        _, _, rest = self.text.partition(" ")
        why = words_of.CAUSES.search(self.text) or words_of.UNUSED.search(self.text)
        return comments or not (why or english_state(f"X {rest}"))

    def _greets(self) -> bool:
        """As in "Hi Peter" and "Dear infrastructure team"."""
        found = words_of.GREETS.match(self.raw)
        names = self.raw[found.end() :].split() if found else []
        last = names[-1].lower() if names else ""
        known = last in words_of.GREETED or all(re.fullmatch(r"[A-Z][a-z'-]+\.?", n) for n in names)
        ours = [self.words[i] for i in self.range[1:]]
        plain = not any(self._named(word) or word.has("verb") for word in ours)
        return bool(names) and len(names) <= _LONGEST_NAME and known and plain

    def _named(self, word: Word) -> bool:
        """Whether *word* is the name of something that one can act on."""
        return (
            word.text.lower() in self.lexicon.products or word.text.lower() in self.lexicon.packages
        )

    def _barred(self) -> bool:
        """Whether a word denies, sets a condition or a time to come, counts or asks. What is said
        not to be so ("does not respond") denies nothing that is asked for."""
        text = words_of.NOT_SO.sub(" ", self.text)
        if words_of.HAZARD.search(text) is not None:
            return True
        return words_of.HAZARD.search(self.text) is not None and not self._not_so()

    def _not_so(self) -> bool:
        """Whether it says of one thing, or of people, that it is not so, and nothing else."""
        text = words_of.BECAUSE.sub("", self.text, count=1)
        words = re.findall(r"[^\s,]+", text)
        said = [" ".join((*words[:i], "X", *words[i + 1 :])) for i in range(len(words))]
        said += [
            " ".join((*words[: i - 1], "X", *words[i + 1 :]))
            for i in range(1, len(words))
            if words_of.ANNOUNCES.fullmatch(words[i])
        ]  # "we don't use the elastic-8 repo"
        purpose = words_of.SO_THAT.match(self.text) is not None
        return (
            purpose or words_of.CANNOT.fullmatch(text) is not None or any(map(english_state, said))
        )

    def _commands(self) -> bool:
        """Whether one of our verbs does more than to report: "install", "will restart"."""
        tokens = self._tokens()
        for place, index in enumerate(self.range):
            word = self.words[index]
            verbs = [s for s in word.senses if s.entry.cls == "verb" and s.length == 1]
            if not verbs or {s.entry.id for s in verbs} <= self.lexicon.about:
                continue
            text, before = word.text.lower(), tokens[place - 1] if place else ""
            if text in words_of.PURPOSES and words_of.SO_THAT.match(self.text):
                continue
            being = text.endswith("ing") and before.endswith(("'re", "'m", "'s"))
            named = before in words_of.DETERMINES or before in words_of.IS or being
            if not (is_past(text, self.lexicon) or named or text in words_of.NO_COMMANDS):
                return True
        return False

    def _tokens(self) -> list[str]:
        return [self.words[i].text.lower().replace("’", "'") for i in self.range]

    def _values(self) -> list[int]:
        """The words that are no ordinary ones, and that the request does not have itself."""
        return [i for i in self.range if not self._harmless(i)]

    def _harmless(self, index: int) -> bool:
        word = self.words[index]
        text = word.text.lower().replace("’", "'")
        if word.sort in ("secret", "output", "quoted", "hangul"):
            return False
        if word.sort == "punct" or text in words_of.ACRONYMS:
            return True
        if elsewhere(self.words, text, self.start, self.end) and word.value:
            return True
        if word.sort == "number":
            return words_of.YEAR.fullmatch(text) is not None and self._tokens()[
                index - self.range.start - 1
            ] in ("in", "since")
        parts = re.split(r"[-/]|'(?=s\b|re\b|ve\b|m\b|d\b|ll\b|t\b)", text)
        known = all(
            not part
            or is_ordinary(part, self.lexicon)
            or part in words_of.SHORT
            or part in words_of.FINITE
            for part in parts
        )
        return known and not self._named(word)

    def _tells(self, text: str) -> bool:
        """Whether *text* has a subject and a finite verb after it."""
        tokens = re.findall(r"\w[\w'-]*", words_of.DURING.sub("", text, count=1))
        while tokens and tokens[0] in words_of.OPENS:
            tokens = tokens[1:]
        if len(tokens) < 2 or not (tokens[0] in words_of.SUBJECTS or self._bare_subject(tokens)):
            return False
        if tokens[0] in words_of.DESCRIBES:
            return self._told_of_it(tokens)
        return (
            any(self._finite(token) for token in tokens[1:])
            or words_of.CONTRACTED.match(tokens[0]) is not None
        )

    def _told_of_it(self, tokens: list[str]) -> bool:
        """Whether what is said of "it" or "him" has happened, or is a state that we know: "he is an
        admin" may say how the thing is to be."""
        told = any(is_past(token, self.lexicon) for token in tokens[1:3])
        being = ["is"] if words_of.CONTRACTED.match(tokens[0]) else []  # "it's hanging"
        state = english_state(" ".join(("X", *being, *tokens[1:])))
        if state == "manual":
            return False  # "it isn't enabled" may be how it is to be
        return told or bool(state)

    def _bare_subject(self, tokens: list[str]) -> bool:
        """As in "traffic doubled", "customers are complaining"."""
        senses = [
            s
            for i in self.range
            if self.words[i].text.lower() == tokens[0]
            for s in self.words[i].senses
        ]
        verb = any(s.entry.cls in ("verb", "ensure", "prevent", "prep", "state") for s in senses)
        described = len(tokens) > 2 and tokens[1] not in words_of.SUBJECTS
        told = self._finite(tokens[1]) or (described and self._finite(tokens[2]))
        return told and not verb and not self._is_wanted(tokens)

    def _is_wanted(self, tokens: list[str]) -> bool:
        """As in "service redis enabled", "owned by app": without "is" or "has" a state or a
        property of ours stands in a list of what is to be, and tells nothing."""
        if set(tokens) & words_of.FINITE:
            return False
        if not (words_of.CAUSES.search(self.text) or words_of.UNUSED.search(self.text)):
            return True
        classes = {
            sense.entry.cls
            for index in self.range
            if self.words[index].text.lower() in tokens[1:3]
            and is_past(self.words[index].text.lower(), self.lexicon)
            for sense in self.words[index].senses
        }
        return bool(classes & {"verb", "state", "noun", "prep"})

    def _finite(self, token: str) -> bool:
        return token in words_of.FINITE or is_past(token, self.lexicon)

    def _gives_reason(self) -> bool:
        """As in "because we need the space", "due to a security advisory"."""
        found = words_of.BECAUSE.match(self.text)
        if found and self._tells(self.text[found.end() :]):
            return True
        return words_of.OWING.match(self.text) is not None

    def _properties(self) -> bool:
        """Whether a noun of ours in it may say how the thing is to be, or which hosts are meant."""
        tokens = self._tokens()
        for place, index in enumerate(self.range):
            senses = [s for s in self.words[index].senses if s.length == 1]
            nouns = {s.entry.id for s in senses if s.entry.cls == "noun"}
            text = tokens[place]
            if not nouns or nouns & words_of.STATES:
                continue
            if tokens[place + 1 : place + 2] and tokens[place + 1] in words_of.COMPOUNDS:
                continue
            before = tokens[place - 1] if place else ""
            if text in words_of.PLACES:
                if before not in words_of.BEFORE_PLACES:
                    return True
            elif text not in words_of.HARMLESS_NOUNS and not self._again(text):
                return True
        return False

    def _again(self, text: str) -> bool:
        outside = (w for w in self.words if w.end <= self.start or w.start >= self.end)
        return any(w.text.lower() == text for w in outside)

    def _introduced(self, values: list[int]) -> Span | None:
        """What the part says of the one thing that the request is about."""
        if values != list(range(values[0], values[-1] + 1)):
            between = set(range(values[0], values[-1] + 1)) - set(values)
            if not all(self.words[i].has("and") for i in between):
                return None
        if any(self.words[i].sort in ("quoted", "secret", "output", "hangul") for i in values):
            return None
        first, last = values[0], values[-1]
        kept = [(self.words[first].start, self.words[last].end)]
        beside = first - 1
        if beside in self.range and words_of.ANNOUNCES.fullmatch(self.words[beside].text):
            kept.insert(0, (self.words[beside].start, self.words[beside].end))
            first = beside
        elif last + 1 in self.range and words_of.ANNOUNCES.fullmatch(self.words[last + 1].text):
            last += 1  # "we don't use the elastic-8 repo any more"
            kept[-1] = (kept[-1][0], self.words[last].end)
        start, end = kept[0][0], kept[-1][1]
        before = self.text[: start - self.start].strip()
        text = f"{before} X {self.text[end - self.start :].strip()}".strip()
        state = english_state(text)
        if not state or self._others(first, last):
            return None
        return Span(self.start, self.end, tuple(kept), state)

    def _others(self, first: int, last: int) -> bool:
        tokens = self._tokens()
        for place, index in enumerate(self.range):
            nouns = {s.entry.id for s in self.words[index].senses if s.entry.cls == "noun"}
            if first <= index <= last or not nouns - words_of.STATES:
                continue
            text, before = tokens[place], tokens[place - 1] if place else ""
            if text in words_of.PLACES and before in words_of.BEFORE_PLACES:
                continue
            if text not in words_of.HARMLESS_NOUNS:
                return True
        return False
