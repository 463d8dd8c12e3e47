"""docs/errors.md: every code of a refusal with its status, its sentences, and what to do then."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from django.utils.translation import override

from access.sentences import SENTENCES
from api.capability.base import CapabilityViewSet
from api.refusals import STATUSES
from config.errors import DomainError, Invalid
from tests.ours import ROOMS, ROOT, files_of

# Where refusals of the APIs are raised.
_ROOMS = [room for room in ROOMS if room not in ("outbox", "pages", "operations")]
# What a program does about each code.
DO = {
    "already_rsvped": "The guest changes the RSVP by the link in their mail.",
    "changed_meanwhile": "Read it again, and repeat your change with the new `ETag`.",
    "comment_rejected": "Show the sentence to the author, who can write it differently.",
    "comments_closed": "Nothing: the hosts have switched comments off.",
    "conflict": "Read what is there, and decide whether you still want the change.",
    "event_cancelled": "Nothing: only leaving is possible.",
    "event_full": "Where `waitlist_open` is true, send it again with `join_waitlist`.",
    "gone": "Start from the beginning, without the cursor.",
    "idempotency_in_flight": "Wait for `Retry-After` seconds, and send the same again.",
    "idempotency_key_not_random": "Use a random UUID, or a credential.",
    "idempotency_key_reused": "Use a new key for a new request.",
    "invalid": "Correct the fields that `errors` names.",
    "is_cancelled": "To take the cancellation back, send only the `status`.",
    "missing_scope": "Use a key with the scope that the sentence names.",
    "no_tenant": "Use the key of a user who belongs to an organisation.",
    "not_allowed": "Use another credential: this one is good, but not for this.",
    "not_authenticated": "Send a credential, or a good one.",
    "not_found": "Check the id. What you may not know of is answered in the same way.",
    "not_supported": "Do without it: this server never does that.",
    "open_events_off": "Use an API key of an organisation.",
    "payload_too_large": "Send less.",
    "rsvps_closed": "Nothing: answers that take no seat are still accepted.",
    "secret_key_in_address": "Send the key in a header and revoke it: it may have been seen.",
    "secret_key_in_browser": "Use a publishable key, or call from your server.",
    "taken_down": "Ask whoever runs the site.",
    "throttled": "Wait for `Retry-After` seconds.",
    "ticket_revoked": "The guest shows the ticket of their present RSVP.",
    "ticket_unknown": "Check that it is a ticket for this event.",
    "tier_full": "Choose another ticket; or as for `event_full`.",
    "tier_in_use": "Set `is_active` to false instead.",
    "tier_inactive": "Choose another ticket.",
    "tier_not_free": "Choose a free ticket: there is no checkout.",
    "tier_required": "Send `tier_id` (`tierId`).",
    "tier_unknown": "Choose a ticket of this event.",
    "unavailable": "Wait for `Retry-After` seconds, and send the same again.",
}
# Keys that are words of answers as well.
_NAMESAKES = {"error", "already_checked_in"}
# What is refused before any rule is asked: code, status, what it means, what to do.
BEFORE = (
    ("bad_request", 400, "The request could not be understood.", "Check headers and address."),
    ("parse_error", 400, "The body is not what its `Content-Type` says.", "Send a JSON object."),
    ("method_not_allowed", 405, "The address has no such method.", "See `Allow`."),
    ("unsupported_media_type", 415, "The `Content-Type` is not read.", "Send `application/json`."),
    ("server_error", 500, "A fault of the server.", "Try again later; it has been logged."),
)
_HEAD = """# Errors

Made by `make documents` from the code. What an error looks like is in [api.md](api.md#errors).
Decide by `code` and show `detail`; `errors` names the fields that you sent. Sentences come in the
reader's language and may change, codes stay. Words in {braces} stand for what differs from case to
case.

| code | status | when | what to do |
| --- | --- | --- | --- |
"""
_SENTENCES = """
## What `detail` says

Some of these sentences are only heard in the admin and from commands.

| code | `detail` |
| --- | --- |
"""
_FIELDS = """
## What may be wrong with a field

With `invalid`, `errors` holds these sentences by field. Where a sentence is always about the same
fields, they are named here as the domain calls them; [api.md](api.md#names) has their other names.
Wrong JSON types and missing fields may also be told in sentences of Django REST framework.

| sentence | fields |
| --- | --- |
"""


def kinds() -> list[type[DomainError]]:
    """All classes of refusals, the nearest to DomainError first."""
    found: list[type[DomainError]] = [DomainError]
    for kind in found:
        found += kind.__subclasses__()
    return list(dict.fromkeys(each for each in found if each.code != "error"))


def written() -> str:
    """The whole document."""
    by_code = {kind.code: kind for kind in reversed(kinds())}
    raised, fields = _keys()
    rows = [(code, _status(kind), _when(kind), DO[code]) for code, kind in by_code.items()] + [
        (code, str(status), when, do) for code, status, when, do in BEFORE
    ]
    sentences = [(code, _said(key)) for code, keys in raised.items() for key in sorted(keys)]
    sentences += [(code, _said(code)) for code in by_code if code in SENTENCES]
    flaws = [
        (_said(key), ", ".join(f"`{each}`" for each in sorted(names)) or "various")
        for key, names in fields.items()
    ]
    with override("en"):
        return (
            _HEAD
            + _table((f"`{code}`", *rest) for code, *rest in sorted(rows))
            + _SENTENCES
            + _table((f"`{code}`", said) for code, said in sorted(set(sentences)))
            + _FIELDS
            + _table(sorted(flaws))
        )


def _keys() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """The keys of sentences that each code is raised with, and those said of fields, with the
    fields that they are said of."""
    by_name = {kind.__name__: kind for kind in kinds()}
    raised: dict[str, set[str]] = {}
    fields: dict[str, set[str]] = {}
    for node in _nodes():
        match node:
            case ast.Call(func=ast.Name(name), args=[*given]) if name in by_name:
                keys = {each.value for each in given if isinstance(each, ast.Constant)}
                raised.setdefault(by_name[name].code, set()).update(keys & SENTENCES.keys())
            case ast.Dict(keys=names, values=values):
                for field, value in zip(names, values, strict=True):
                    if isinstance(field, ast.Constant) and (key := _key(value)):
                        fields.setdefault(key, set()).add(str(field.value))
            case ast.Constant(str(key)) if key in SENTENCES:
                fields.setdefault(key, set())
    told = set().union(*raised.values(), _NAMESAKES, (kind.code for kind in kinds()))
    return raised, {key: names for key, names in fields.items() if key not in told}


def _key(value: ast.expr | None) -> str:
    """The key of what a field is said to be wrong with: ``"blank"`` or ``flaw("too_long", …)``."""
    match value:
        case (
            ast.Constant(str(key))
            | ast.Call(func=ast.Name("flaw"), args=[ast.Constant(str(key)), *_])
        ):
            return key if key in SENTENCES else ""
    return ""


def _nodes() -> Iterator[ast.AST]:
    for path in files_of(*_ROOMS):
        if "admin" not in path.parts and "sentences" not in path.stem and path.stem != "admin":
            yield from ast.walk(ast.parse((ROOT / path).read_text()))


def _status(kind: type[DomainError]) -> str:
    usual = next(STATUSES[each] for each in kind.__mro__ if each in STATUSES)
    there = CapabilityViewSet.statuses.get(kind, usual)
    return str(usual) if there == usual else f"{usual}; {there} in the Capability API"


def _when(kind: type[DomainError]) -> str:
    said = " ".join(str(kind.__doc__).split()).partition(". ")[0].rstrip(".")
    field = (
        "; `errors` names the ticket" if issubclass(kind, Invalid) and kind is not Invalid else ""
    )
    return f"{said.replace('``', '`')}{field}."


def _said(key: str) -> str:
    told = SENTENCES[key]
    # A sentence with plural forms is shown as it is for several.
    many: dict[str, str] = told.__reduce__()[1][3] if hasattr(told, "_translate") else {}
    return many.get("plural") or str(told)


def _table(rows: Iterator[tuple[str, ...]] | list[tuple[str, ...]]) -> str:
    return "".join(
        "| " + " | ".join(each.replace("|", "\\|") for each in row) + " |\n" for row in rows
    )
