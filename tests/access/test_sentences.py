"""Every key that the code raises has its sentence, and every sentence a place that raises it."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest

from access.sentences import SENTENCES, field_messages, message_of, one_line, sentence
from accounts.errors import MissingScope
from comments.errors import CommentRejected
from config.errors import Conflict, DomainError, Invalid, NotFound, TooManyRequests, flaw
from rsvps.errors import EventFull
from tests.ours import ROOMS, ROOT, files_of

TABLES = {"access/sentences.py", "access/command_sentences.py"}


class Raised(NamedTuple):
    """A literal key where it is raised, with the names of its parameters; None when these are not
    literal."""

    where: str
    key: str
    params: frozenset[str] | None


def kinds(kind: type[DomainError] = DomainError) -> set[type[DomainError]]:
    """A refusal and all that are made from it."""
    return {kind}.union(*(kinds(each) for each in kind.__subclasses__()))


REFUSALS = {kind.__name__: kind for kind in kinds() if not kind.__module__.startswith("tests")}


@cache
def trees() -> dict[str, ast.Module]:
    """The code by file, tests and migrations aside."""
    return {str(path): ast.parse((ROOT / path).read_text()) for path in files_of(*ROOMS)}


def raised() -> Iterator[Raised]:
    """Every literal key."""
    for file, tree in trees().items():
        for call in ast.walk(tree):
            if isinstance(call, ast.Call):
                for key, params in keys_of(call):
                    yield Raised(f"{file}:{call.lineno}", key, params)
            elif isinstance(call, ast.Assign) and is_noted(call.targets[0]):
                for key in literals(call.value):
                    yield Raised(f"{file}:{call.lineno}", key, frozenset())


def is_noted(target: ast.expr) -> bool:
    """Whether an assignment notes what is wrong with a field, for an Invalid to come."""
    return isinstance(target, ast.Subscript) and getattr(target.value, "id", "") == "errors"


def keys_of(call: ast.Call) -> Iterator[tuple[str, frozenset[str] | None]]:
    """The literal keys in a call of a refusal or of flaw()."""
    name = getattr(call.func, "id", "")
    if name not in {"flaw", *REFUSALS} or not call.args:
        return
    names = [keyword.arg for keyword in call.keywords]
    params = None if None in names else frozenset(map(str, names))
    for said in literals(call.args[0], within=name == "Invalid"):
        yield said, frozenset() if name == "Invalid" else params


def literals(node: ast.expr, *, within: bool = False) -> Iterator[str]:
    """The literal keys an expression can come to; with ``within``, those of a dict's values."""
    match node:
        case ast.Constant(value=str(said)) if not within:
            yield said
        case ast.JoinedStr() if not within:
            yield ast.unparse(node)
        case ast.IfExp(body=first, orelse=second):
            yield from literals(first, within=within)
            yield from literals(second, within=within)
        case ast.Dict(values=values) if within:
            for value in values:
                yield from literals(value)
        case ast.List(elts=elements):
            for element in elements:
                yield from literals(element)


def constants() -> set[str]:
    """Every literal text in the code but for the table of sentences itself."""
    return {
        node.value
        for file, tree in trees().items()
        if file not in TABLES
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def placeholders(key: str) -> frozenset[str]:
    """What a sentence is filled with, in the plural where it has one."""
    told = SENTENCES[key]
    said = told._kw["plural"] if "plural" in getattr(told, "_kw", ()) else str(told)
    return frozenset(name for _, name, *_ in string.Formatter().parse(said) if name)


def test_every_key_has_its_sentence() -> None:
    """Codes of refusals and literal keys alike."""
    missing = {f"{each.where}: {each.key}" for each in raised() if each.key not in SENTENCES}
    missing |= {kind.code for kind in REFUSALS.values() if kind.code not in SENTENCES}
    assert missing == set()


def test_every_sentence_has_its_place() -> None:
    """A sentence that nothing says is taken out of the table."""
    used = constants() | {kind.code for kind in REFUSALS.values()}
    assert SENTENCES.keys() - used == set()


def test_every_sentence_is_filled_where_it_is_raised() -> None:
    """With exactly the parameters that it names."""
    wrong = {
        f"{each.where}: {each.key}"
        for each in raised()
        if each.key in SENTENCES
        and each.params is not None
        and each.params != placeholders(each.key)
    }
    assert wrong == set()


def test_the_search_for_keys_finds_them() -> None:
    """In every form in which they stand."""
    code = """
raise NotFound("a")
raise Conflict("b" if x else "c", slug=slug)
raise Invalid({"field": "d", other: ["e", flaw("f", limit=1)], last: flaw("g", **rest)})
raise Invalid({"field": f"No {such} thing"})
raise Other("h")
"""
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    found = {(key, params) for call in calls for key, params in keys_of(call)}
    assert found == {
        ("a", frozenset()),
        ("b", frozenset({"slug"})),
        ("c", frozenset({"slug"})),
        ("d", frozenset()),
        ("e", frozenset()),
        ("f", frozenset({"limit"})),
        ("g", None),
        ("f'No {such} thing'", frozenset()),
    }


# --- The wording --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (EventFull(), "This event has reached its maximum number of attendees."),
        (NotFound("event_not_found"), "Event not found"),
        (NotFound(), "Not found"),
        (MissingScope("write:sales"), "This API key lacks the scope write:sales."),
        (Conflict("channel_exists", slug="go"), "A channel with the slug go already exists."),
        (TooManyRequests(9), "Too many requests. Please try again later."),
        (
            TooManyRequests(90, "too_many_guesses", minutes=2),
            "Too many attempts with a wrong password. Try again in 2 minutes.",
        ),
        (
            Invalid({"name": flaw("too_long", limit=120), "email": "not_an_email"}),
            "Ensure this field has no more than 120 characters.",
        ),
        (
            Invalid({"x": flaw("not_after", later="start_before", earlier="start_after")}),
            "start_before must be after start_after",
        ),
        (
            Invalid({"channel_name": "no_letter_or_number"}),
            "Channel names must include at least one letter or number.",
        ),
        (CommentRejected("as_told", reason="Not {here}."), "Not {here}."),
    ],
)
def test_a_refusal_is_one_sentence(problem: DomainError, said: str) -> None:
    """Of several fields, the first says what is wrong with it."""
    assert message_of(problem) == said


def test_every_field_says_what_is_wrong_with_it() -> None:
    """One sentence for each flaw; on one line, behind the fields' names."""
    problem = Invalid({"a": ["required", flaw("not_between", lowest=1, highest=9)], "b": "null"})
    assert field_messages(problem) == {
        "a": ["This field is required.", "Must be between 1 and 9."],
        "b": ["This field may not be null."],
    }
    line = "a: This field is required. Must be between 1 and 9. b: This field may not be null."
    assert one_line(problem) == line


def test_lengths_are_told_as_a_flaw() -> None:
    """A flaw alone is a sentence too."""
    assert sentence(flaw("image_too_large", limit=5)) == "An image can be at most 5 MB."
