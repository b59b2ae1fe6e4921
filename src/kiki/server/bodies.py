"""What clients send and get, where it is no record of the model. See ``operations`` for which goes
where."""

from typing import Annotated, Any, Literal

import msgspec

from kiki.model.artifact import File
from kiki.model.change import Change
from kiki.model.finding import Finding
from kiki.model.ledger import LedgerFault, LedgerRecord
from kiki.model.people import Account, Grant, Right, Token
from kiki.model.records import Record
from kiki.model.request import Request

Text = Annotated[str, msgspec.Meta(max_length=4096)]
Password = Annotated[str, msgspec.Meta(max_length=1024)]


class GenerateBody(Record, frozen=True):
    """A request to be made into code."""

    request: Request
    strict: bool = False


class RequestBody(Record, frozen=True):
    """A request alone."""

    request: Request


class SubmitBody(Record, frozen=True):
    """A request that becomes a change."""

    request: Request
    become_password: str | None = None


class CheckBody(Record, frozen=True):
    """Files to be checked."""

    files: tuple[File, ...]
    target: str = ""
    entry: str = ""
    kube_version: str = ""


class AnswerBody(Record, frozen=True):
    """An answer to the open question."""

    value: str
    become_password: str | None = None


class WorkBody(Record, frozen=True):
    """What work on a change may need."""

    become_password: str | None = None


class RunBody(Record, frozen=True):
    """What an apply may need."""

    become_password: str | None = None
    override: Text = ""


class ApproveBody(Record, frozen=True):
    """Which digest is granted."""

    digest: str
    note: Text = ""
    name: Text = ""
    break_glass: Text = ""


class RejectBody(Record, frozen=True):
    """Why not."""

    reason: Text = ""


class FreezeBody(Record, frozen=True):
    """Why nothing is to be applied, and until when."""

    reason: Text
    until: Text = ""


class Nothing(Record, frozen=True):
    """An empty object."""


class LoginBody(Record, frozen=True):
    """Who wants to come in, and by which login source; without one by an account here."""

    name: Text
    password: Password
    source: Text = ""


class Logins(Record, frozen=True):
    """The login sources by name, and their kinds."""

    sources: dict[str, str]


class BeginBody(Record, frozen=True):
    """A login in the browser that comes back to a loopback address, or on another device."""

    source: Text
    redirect: Text = ""


class Begun(Record, frozen=True):
    """Where the browser goes; see ``server.sources.port.Started``."""

    ticket: str
    url: str
    code: str
    interval: int
    seconds: int


class FinishBody(Record, frozen=True):
    """What came back from the browser; without a code: was it done on the other device?"""

    source: Text
    ticket: Text
    code: Text = ""


class FirstBody(Record, frozen=True):
    """The first account, with the token that the server printed."""

    token: Text
    name: Text
    password: Password


class PasswordBody(Record, frozen=True):
    """One's own new password."""

    old: Password
    new: Password


class PersonBody(Record, frozen=True):
    """An account as it is to be; an empty password leaves the old one."""

    roles: tuple[Grant, ...]
    password: Password = ""


class TokenBody(Record, frozen=True):
    """An API token that is wanted; without projects for all that the account has."""

    scopes: tuple[Right, ...]
    days: int = 90
    note: Text = ""
    projects: tuple[Text, ...] = ()


class NewToken(Record, frozen=True):
    """A token, shown this once."""

    token: str
    about: Token


class Me(Record, frozen=True):
    """Who the token is: what it may do at all, and where; ``*`` are all projects."""

    name: str
    rights: tuple[Right, ...]
    places: dict[str, tuple[Right, ...]]


class Value(Record, frozen=True):
    """Yes or no."""

    value: bool


class Changes(Record, frozen=True):
    """A list of changes."""

    changes: tuple[Change, ...]


class Records(Record, frozen=True):
    """A list of ledger records."""

    records: tuple[LedgerRecord, ...]


class Faults(Record, frozen=True):
    """What does not verify."""

    faults: tuple[LedgerFault, ...]


class Findings(Record, frozen=True):
    """What a check found."""

    findings: tuple[Finding, ...]


class Names(Record, frozen=True):
    """A list of names."""

    names: tuple[str, ...]


class People(Record, frozen=True):
    """A list of accounts, without passwords."""

    people: tuple[Account, ...]


class Tokens(Record, frozen=True):
    """A list of tokens, without what they are."""

    tokens: tuple[Token, ...]


class Status(Record, frozen=True):
    """How the server is."""

    status: Literal["ok"]


class ChatTurn(msgspec.Struct, frozen=True):
    """One turn of a chat. Fields that Kiki does not know are the client's own business."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str


class ChatBody(msgspec.Struct, frozen=True):
    """OpenAI's chat request, as far as it means anything here: the engine answers at temperature
    0."""

    messages: tuple[ChatTurn, ...]
    model: str = ""
    max_tokens: Annotated[int, msgspec.Meta(ge=1, le=8192)] = 1024
    stream: bool = False


Object = dict[str, Any]
