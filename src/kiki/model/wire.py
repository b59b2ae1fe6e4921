"""What goes over HTTP beside the records: errors (RFC 9457) and the lines of a stream.

Called by the server, which writes it, and by ``client``, which makes the error of it again. *title*
and *detail* are for people who read the API without Kiki; the client makes its own prose from
*code*."""

from kiki.model import errors
from kiki.model.agent import Progress
from kiki.model.change import Change
from kiki.model.errors import KikiError, PermanentError
from kiki.model.records import Record

MEDIA_TYPE = "application/problem+json"


class Problem(Record, frozen=True):
    """*kind* is the name of a class in ``model.errors``; *change* is set when one was stored before
    it happened."""

    code: str
    kind: str = "PermanentError"
    type: str = "about:blank"
    title: str = ""
    status: int = 500
    detail: str = ""
    params: dict[str, str | int] = {}
    change: str = ""

    def error(self) -> KikiError:
        """The error that it tells of; PermanentError for a kind that is not known here."""
        kind = getattr(errors, self.kind, PermanentError)
        if not (isinstance(kind, type) and issubclass(kind, KikiError)):
            kind = PermanentError
        error: KikiError = kind(self.code, **self.params)
        error.change_id = self.change
        return error


class Line(Record, frozen=True, omit_defaults=True):
    """One line of a stream; exactly one field is set."""

    progress: Progress | None = None
    change: Change | None = None
    error: Problem | None = None
