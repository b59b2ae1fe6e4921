"""What a request that only reads is answered with, and what the record keeps of that.

Called by targets, which make it, service and views. Texts here are those of hosts and clusters:
data, shown only after a view has made them harmless.
"""

from typing import Any

from kiki.model.finding import Finding
from kiki.model.records import Record, digest


class Column(Record, frozen=True):
    """One column. *name* is what the system calls it; a view says it in the person's language where
    there is a text ``column.<name>``. *wide*: only shown when more was asked for."""

    name: str
    wide: bool = False


class Table(Record, frozen=True):
    """Rows of cells, each row as long as *columns*. *title* is a name of a system's, or empty."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    title: str = ""


class Excerpt(Record, frozen=True):
    """Lines of a text, such as a log. *title* says whose."""

    lines: tuple[str, ...] = ()
    title: str = ""


class Answer(Record, frozen=True):
    """One answer. *tables* and *excerpts* are for people; *data* is all of it as JSON values.
    *remarks* are what has to be said beside it: who did not answer, what was left out."""

    tables: tuple[Table, ...] = ()
    excerpts: tuple[Excerpt, ...] = ()
    data: Any = None
    remarks: tuple[Finding, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows its tables have."""
        return sum(len(table.rows) for table in self.tables)

    @property
    def lines(self) -> int:
        """How many lines its texts have."""
        return sum(len(excerpt.lines) for excerpt in self.excerpts)

    def digest(self) -> str:
        """SHA-256 over all that was answered."""
        return digest(self)


class Answered(Record, frozen=True):
    """What the record keeps: when (RFC 3339 UTC), how much, and the digest of the last answer.
    *answers* is how many different ones there were while somebody watched; *folder* is the run's,
    where there was one."""

    at: str
    digest: str
    rows: int = 0
    lines: int = 0
    answers: int = 1
    folder: str = ""
    remarks: tuple[Finding, ...] = ()
