"""One answer, once: a write that is sent again is answered as before, and not carried out again.

The response is stored in the transaction of the write: there is never one without the other. What
is still running is a lock and never a row, so a process that dies leaves nothing behind. After
https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone

from access.errors import IdempotencyInFlight, IdempotencyKeyNotRandom, IdempotencyKeyReused
from access.models import StoredResponse
from config.errors import Invalid
from config.group_commit import grouped
from config.prepared import MOMENT, TEXT, PreparedRead

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
# How long a response is kept; without a credential, for as long as a retry may take.
KEPT = timedelta(hours=24)
KEPT_FOR_STRANGERS = timedelta(hours=1)
LONGEST_KEY = 255
# Expired rows that one insert takes away. More than one, so that they never pile up.
_REMOVED_IN_PASSING = 20
_NONCE = 12

# Digests of what this process is at: on SQLite, threads are told so instead of waiting for the lock
# on the whole database, which keeps everybody else apart.
_running: set[str] = set()
_guard = threading.Lock()


class Sent(NamedTuple):
    """What tells one request from all others. ``credential`` is the text of whatever the caller
    presented; ``works`` says whether it opens anything. ``body`` is the SHA-256 of the contents."""

    key: str
    credential: str
    works: bool
    method: str
    path: str
    query: str
    body: bytes


class _Name(NamedTuple):
    """Where the response to a request is stored, for one of the server's keys."""

    digest: str
    fingerprint: str
    cipher: AESGCM


class _Row(NamedTuple):
    """A stored response, still encrypted."""

    fingerprint: str
    response: bytes


_stored: PreparedRead[_Row] = PreparedRead(
    lambda digest, now: StoredResponse.objects.filter(pk=digest, expires_at__gt=now).values_list(
        *_Row._fields
    ),
    keys={"digest": TEXT, "now": MOMENT},
    make=_Row._make,
)
# Rows that somebody else is removing at the moment are left to them.
_expired: PreparedRead[str] = PreparedRead(
    lambda now: (
        StoredResponse.objects.filter(expires_at__lte=now)
        .order_by("expires_at")
        .select_for_update(skip_locked=True)
        .values_list("id")[:_REMOVED_IN_PASSING]
    ),
    keys={"now": MOMENT},
    make=lambda columns: str(next(iter(columns))),
)


def check_key(key: str) -> None:
    """Raises Invalid (Idempotency-Key) unless the header holds 1-255 visible ASCII characters."""
    if not 1 <= len(key) <= LONGEST_KEY or not all("!" <= each <= "~" for each in key):
        raise Invalid({HEADER: "not_an_idempotency_key"})


def respond_once(
    sent: Sent,
    work: Callable[[], HttpResponse],
    *,
    keep: range,
    wait: bool = False,
    event_id: UUID | None = None,
) -> HttpResponse:
    """The response to a request that may have been sent before.

    ``work`` carries the request out; a response whose status is in ``keep`` is stored with what it
    wrote, any other and every exception undoes that. The same request again gets the stored
    response, marked by the header Idempotency-Replayed. While the first one runs, the next one
    waits with ``wait``, up to the database's patience. ``event_id`` is that of the only event that
    ``work`` may lock, if that is known: others' requests to it may share the transaction.

    Raises IdempotencyKeyReused for another body, IdempotencyInFlight while the first one runs, and
    IdempotencyKeyNotRandom when no working credential guards a key that is no UUID.
    """
    if not sent.works:
        if done := _ended_its_own_credential(sent):
            return done
        if not _is_uuid(sent.key):
            raise IdempotencyKeyNotRandom
        sent = sent._replace(credential="")
    names = _names(sent)
    digest = names[0].digest

    def carry_out(*, wait: bool) -> HttpResponse:
        _lock(digest, wait=wait)
        stored = _find(names)
        if stored is not None:
            return stored
        response = work()
        if response.status_code in keep:
            _store(names[0], response, KEPT if sent.works else KEPT_FOR_STRANGERS)
        else:
            transaction.set_rollback(True)
        return response

    if event_id is not None:
        try:
            with grouped(event_id):
                return carry_out(wait=False)
        except IdempotencyInFlight:
            # In a group nobody waits: whoever is at it may be waiting for the group's event.
            if not wait:
                raise
    with _alone_in_process(digest, wait=wait), transaction.atomic():
        return carry_out(wait=wait)


def _ended_its_own_credential(sent: Sent) -> HttpResponse | None:
    """The empty response to a request that ended the credential it came with, such as a guest's
    leaving: its retry comes with a credential that opens nothing any more. Nothing else that a
    credential opened is told after its end."""
    with suppress(IdempotencyKeyReused):
        stored = _find(_names(sent)) if sent.credential else None
        if stored is not None and not stored.content:
            return stored
    return None


def _is_uuid(key: str) -> bool:
    try:
        UUID(key)
    except ValueError:
        return False
    return True


def _names(sent: Sent) -> list[_Name]:
    """The name that it is stored by; after it those made with older keys, which are still found."""
    return [_name(server_key.encode(), sent) for server_key in settings.CAPABILITY_KEYS]


def _name(secret: bytes, sent: Sent) -> _Name:
    parts = (sent.credential, sent.method, sent.path, sent.query, sent.key)
    digest = _keyed(secret, b"request", *(part.encode() for part in parts))
    derived = HKDF(SHA256(), length=32, salt=None, info=b"convene stored response").derive(
        _joined(secret, sent.key.encode(), sent.credential.encode())
    )
    return _Name(digest, _keyed(secret, b"body", digest.encode(), sent.body), AESGCM(derived))


def _keyed(secret: bytes, *parts: bytes) -> str:
    return hmac.digest(secret, _joined(b"idempotency", *parts), hashlib.sha256).hex()


def _joined(*parts: bytes) -> bytes:
    """The parts one after the other, each with its length: no two lists of parts come out alike."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


@contextmanager
def _alone_in_process(digest: str, *, wait: bool) -> Iterator[None]:
    """Raises IdempotencyInFlight while another thread is within, unless ``wait`` says that the
    database's lock is to be waited for."""
    if wait:
        yield
        return
    with _guard:
        if digest in _running:
            raise IdempotencyInFlight
        _running.add(digest)
    try:
        yield
    finally:
        with _guard:
            _running.discard(digest)


def _lock(digest: str, *, wait: bool) -> None:
    """Holds what this digest stands for until the transaction ends. SQLite's transactions hold the
    whole database from their beginning on."""
    if connection.vendor != "postgresql":
        return
    number = int.from_bytes(bytes.fromhex(digest[:16]), "big", signed=True)
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
            return
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise IdempotencyInFlight


def _find(names: list[_Name]) -> HttpResponse | None:
    """The stored response. Raises IdempotencyKeyReused when it answered another body."""
    now = timezone.now()
    for name in names:
        row = _stored.one(digest=name.digest, now=now)
        if row is None:
            continue
        if not hmac.compare_digest(name.fingerprint, row.fingerprint):
            raise IdempotencyKeyReused
        return _opened(name, bytes(row.response))
    return None


def _store(name: _Name, response: HttpResponse, kept: timedelta) -> None:
    now = timezone.now()
    if expired := _expired.all(now=now):
        StoredResponse.objects.filter(pk__in=expired).delete()
    row = StoredResponse(
        id=name.digest,
        fingerprint=name.fingerprint,
        response=_sealed(name, response),
        expires_at=now + kept,
    )
    # One of the same name that expired may still be there.
    StoredResponse.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["fingerprint", "response", "expires_at"],
    )


def _sealed(name: _Name, response: HttpResponse) -> bytes:
    """The response encrypted: status, headers and cookies in a line of JSON, then the body."""
    cookies = [
        [cookie.key, cookie.value, {key: value for key, value in cookie.items() if value}]
        for cookie in response.cookies.values()
    ]
    head = json.dumps([response.status_code, dict(response.headers), cookies])
    nonce = os.urandom(_NONCE)
    told = head.encode() + b"\n" + response.content
    return nonce + name.cipher.encrypt(nonce, told, name.digest.encode())


def _opened(name: _Name, sealed: bytes) -> HttpResponse:
    told = name.cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], name.digest.encode())
    head, _, body = told.partition(b"\n")
    status, headers, cookies = json.loads(head)
    response = HttpResponse(body, status=status, headers=headers)
    if "Content-Type" not in headers:  # an empty body has no type
        del response.headers["Content-Type"]
    for cookie, value, attributes in cookies:
        response.cookies[cookie] = value
        response.cookies[cookie].update(attributes)
    response.headers[REPLAYED] = "true"
    return response
