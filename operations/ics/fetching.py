"""A calendar's bytes: from a file, or from the address that the operator typed, and no other."""

from __future__ import annotations

from concurrent.futures import Future
from http.client import HTTPException
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from config.errors import Invalid, NotFound, PayloadTooLarge, flaw

MOST_BYTES = 8 * 1024**2
_SECONDS = 30
_SCHEMES = ("http", "https")


def read_source(source: str) -> bytes:
    """The content of a file, or what is at an http, https or webcal address. Raises NotFound,
    PayloadTooLarge, and Invalid (``source``) where nothing comes within 30 seconds."""
    try:
        scheme = urlsplit(source).scheme.lower()
    except ValueError as problem:
        raise Invalid({"source": flaw("not_fetched", problem=problem)}) from None
    if scheme == "webcal":
        source, scheme = f"https{source[len(scheme) :]}", "https"
    content = _fetch(source) if scheme in _SCHEMES else _read(Path(source))
    if len(content) > MOST_BYTES:
        raise PayloadTooLarge("file_too_large", limit=MOST_BYTES // 1024**2)
    return content


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise NotFound("no_such_file", path=path)
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


class _SameHost(HTTPRedirectHandler):
    """Follows a redirect to the same host alone: where another one leads, into a private network
    perhaps, is for the operator to decide."""

    def redirect_request(
        self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Request | None:
        """The next request. Raises Invalid."""
        told = urlsplit(newurl)
        if told.scheme not in _SCHEMES or told.hostname != urlsplit(req.full_url).hostname:
            fp.close()
            raise Invalid({"source": flaw("leads_elsewhere", url=newurl)})
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _fetch(url: str) -> bytes:
    """What is there. Name servers and receivers know no clock, so they are asked in a thread that
    is left to itself when time is up."""
    found: Future[bytes] = Future()

    def get() -> None:
        try:
            request = Request(url, headers={"User-Agent": "Convene"})  # noqa: S310 - http(s) alone
            with build_opener(_SameHost).open(request, timeout=_SECONDS) as answer:
                found.set_result(answer.read(MOST_BYTES + 1))
        except Exception as problem:
            found.set_exception(problem)

    Thread(target=get, name="calendar-fetch", daemon=True).start()
    try:
        return found.result(_SECONDS)
    except HTTPError as problem:
        problem.close()
        why: object = f"HTTP {problem.code}"
    except URLError as problem:
        why = problem.reason
    except TimeoutError:
        why = f"nothing complete within {_SECONDS} seconds"
    except (OSError, HTTPException, ValueError) as problem:
        why = problem or type(problem).__name__
    raise Invalid({"source": flaw("not_fetched", problem=why)})
