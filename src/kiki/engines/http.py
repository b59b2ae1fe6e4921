"""HTTP/1.1 to a model's API, each exchange within one time limit and one size.

Called by ``engines.openai``. http.client over the connections of ``connecting``; redirects are not
followed, as a key must not travel. Whatever goes wrong is a KikiError ``engine.<what>`` in which
the key does not occur.
"""

import http.client
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType

from kiki.engines.address import Address, proxy_for
from kiki.engines.connecting import Deadline, Link, linked
from kiki.engines.faults import Faults
from kiki.engines.proxying import proxy_key
from kiki.model.errors import PermanentError, UsageError

MOST_BYTES = 4_000_000  # an answer of 2,000 tokens is about 600,000 as a stream


class Client:
    """Talks to one server. *key* goes into ``Authorization: Bearer``; *proxies* are the
    environment's, see ``address.proxy_for``."""

    def __init__(self, address: Address, key: str = "", proxies: Mapping[str, str] = {}) -> None:
        self.address = address
        self.key = _key(key)
        self._proxy = proxy_for(address, proxies)

    def ask(self, method: str, path: str, body: bytes | None, deadline: Deadline) -> "Reply":
        """The server's reply, its body unread: use it in a ``with``. *path* is the whole one."""
        with Faults(self.address, deadline):
            link = Link(linked(self.address, self._proxy, deadline), deadline)
            try:
                connection = http.client.HTTPConnection(self.address.host, self.address.port)
                connection.sock = link
                connection.request(method, self._target(path), body, self._headers(body))
                return Reply(self.address, deadline, connection.getresponse(), link.end)
            except BaseException:
                link.end()
                raise

    def _target(self, path: str) -> str:
        """A proxy of plain HTTP is asked for the whole address."""
        plain = self._proxy and not self.address.secure
        return f"http://{self.address.authority}{path}" if plain else path

    def _headers(self, body: bytes | None) -> dict[str, str]:
        headers = {
            "Host": self.address.authority,
            "Accept": "application/json, text/event-stream",
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": "kiki",
        }
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        if self._proxy and not self.address.secure:
            headers |= proxy_key(self._proxy)
        return headers


class Reply:
    """A response whose body is read within the limits. Closing it tells the server to stop."""

    def __init__(
        self,
        address: Address,
        deadline: Deadline,
        response: http.client.HTTPResponse,
        end: Callable[[], None],
    ) -> None:
        self.status = response.status
        self.headers = response.headers
        self._address = address
        self._deadline = deadline
        self._response = response
        self._end = end

    def __enter__(self) -> "Reply":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self._response.close()
        self._end()

    @property
    def streams(self) -> bool:
        """Whether the body is a stream of events."""
        return self.headers.get_content_type() == "text/event-stream"

    def body(self) -> bytes:
        """The whole body; PermanentError ``engine.too_much``, ``engine.encoded``."""
        self._require_plain()
        with Faults(self._address, self._deadline):
            data = self._response.read(MOST_BYTES + 1)
            self._require_short(len(data))
            self._require_whole()
            return data

    def lines(self) -> Iterator[bytes]:
        """The lines of the body as they come, without their ends; errors as ``body``."""
        self._require_plain()
        taken = 0
        while True:
            with Faults(self._address, self._deadline):
                line = self._response.readline(MOST_BYTES + 1)
                taken += len(line)
                self._require_short(taken)
                if not line:
                    self._require_whole()
                    return
            yield line.rstrip(b"\r\n")

    def _require_plain(self) -> None:
        encoding = self.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in ("identity", ""):
            url = self._address.url
            raise PermanentError("engine.encoded", engine=url, encoding=encoding[:40])

    def _require_short(self, taken: int) -> None:
        if taken > MOST_BYTES:
            megabytes = str(MOST_BYTES // 1_000_000)
            raise PermanentError("engine.too_much", engine=self._address.url, megabytes=megabytes)

    def _require_whole(self) -> None:
        """http.client does not tell when less came than was announced."""
        if self._response.length:
            raise http.client.IncompleteRead(b"")


def _key(key: str) -> str:
    """The key without spaces around it; UsageError ``engine.bad_key`` when no header can hold it,
    before http.client says so with the key in its text."""
    key = key.strip()
    if not all("!" <= char <= "~" for char in key):
        raise UsageError("engine.bad_key")
    return key
