"""One connection to the mail server, over which many letters go."""

from __future__ import annotations

import logging
from contextlib import suppress
from enum import Enum, auto
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from typing import Any, NamedTuple, Self

from django.core.mail import EmailMultiAlternatives, get_connection

_log = logging.getLogger("convene.mail")
_PERMANENT = 500
_GOES_AWAY = 421


class Outcome(Enum):
    """What became of a letter. LATER is about this letter, AWAY about the server."""

    SENT = auto()
    LATER = auto()
    ADDRESS_REFUSED = auto()
    LETTER_REFUSED = auto()
    AWAY = auto()


class Result(NamedTuple):
    """An outcome, and what the server said."""

    outcome: Outcome
    detail: str = ""


class Delivery:
    """Opened with the first letter, and anew when the server hung up."""

    def __init__(self) -> None:
        self._connection: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def send(self, letter: EmailMultiAlternatives) -> Result:
        """Sends a letter to its one recipient. A server that hangs up is called once more: many
        take so many letters only over one connection."""
        result = self._try(letter)
        if result.outcome == Outcome.AWAY:
            self._close()
            result = self._try(letter)
        if result.outcome == Outcome.AWAY:
            self._close()
            _log.warning("The mail server cannot be reached: %s", result.detail)
        return result

    def _try(self, letter: EmailMultiAlternatives) -> Result:
        try:
            if self._connection is None:
                opening = get_connection()
                opening.open()
                self._connection = opening
            self._connection.send_messages([letter])
        except SMTPRecipientsRefused as problem:
            return _of_address(*next(iter(problem.recipients.values())))
        except SMTPDataError as problem:
            return _of_letter(problem.smtp_code, problem.smtp_error)
        except SMTPResponseException as problem:  # about us: the greeting, a login, the sender
            return Result(Outcome.AWAY, _said(problem.smtp_code, problem.smtp_error))
        except (SMTPServerDisconnected, SMTPException, OSError) as problem:
            return Result(Outcome.AWAY, type(problem).__name__)
        except Exception as problem:  # no mail program could read it; the others go out
            _log.exception("A letter cannot be sent")
            return Result(Outcome.LETTER_REFUSED, type(problem).__name__)
        return Result(Outcome.SENT)

    def _close(self) -> None:
        if self._connection is None:
            return
        with suppress(SMTPException, OSError):  # it is closed already
            self._connection.close()
        self._connection = None


def _of_address(code: int, said: bytes | str) -> Result:
    if code == _GOES_AWAY:
        return Result(Outcome.AWAY, _said(code, said))
    refused = Outcome.ADDRESS_REFUSED if code >= _PERMANENT else Outcome.LATER
    return Result(refused, _said(code, said))


def _of_letter(code: int, said: bytes | str) -> Result:
    if code == _GOES_AWAY:
        return Result(Outcome.AWAY, _said(code, said))
    refused = Outcome.LETTER_REFUSED if code >= _PERMANENT else Outcome.LATER
    return Result(refused, _said(code, said))


def _said(code: int, said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"
