"""Answers to a tier's form, kind by kind."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import Invalid
from events.enums import QuestionKind
from events.rows import QuestionRow
from rsvps.domain.form_answers import clean_form_answers

ID = UUID(int=7)
CONTROL = "control_characters"
TEXT, NUMBER = "not_a_string", "not_a_number"
MAIL, WEB = "not_an_email", "not_a_web_address"
PHONE, DATE = "not_a_phone_number", "not_a_date"
LARGE, FLAG = "number_too_large", "not_a_flag"
ONE = "not_an_option"
LIST, MISSING = "not_a_list", "answer_needed"
UNKNOWN = "question_unknown"


def question(kind: str, *, required: bool = False, id: UUID = ID, **more: Any) -> QuestionRow:
    """A question of this kind, asked now."""
    values = {"tier_id": UUID(int=1), "label": "Why?", "help": "", "options": [], "is_active": True}
    return QuestionRow(**values | {"id": id, "kind": kind, "required": required} | more)


def colours(kind: str, **more: Any) -> QuestionRow:
    """A question to choose from."""
    return question(kind, options=["red", "dark blue", "green"], **more)


def of_kind(kind: str, **more: Any) -> QuestionRow:
    """Any kind, with options where it has some."""
    return colours(kind, **more) if "select" in kind else question(kind, **more)


def refused(*questions: QuestionRow, given: Any, complete: bool = True) -> dict[str, list[str]]:
    """The errors these answers meet."""
    with pytest.raises(Invalid) as problem:
        clean_form_answers(questions, given, complete=complete)
    return problem.value.keys


GOOD: dict[str, list[tuple[Any, Any]]] = {
    "text": [("Tea", "Tea"), ("  Cafe\u0301 ", "Caf\xe9"), ("x" * 500, "x" * 500), ("0", "0")],
    "textarea": [("a\r\nb\tc", "a\nb\tc"), ("x" * 5000, "x" * 5000)],
    "email": [(" kim@example.org ", "kim@example.org"), ("K+1@Ex.example", "K+1@Ex.example")],
    "phone": [
        ("+49 30 123456", "+49 30 123456"),
        ("(030) 12-34.56/7", "(030) 12-34.56/7"),
        ("030/123-456", "030/123-456"),
        ("12345", "12345"),
        ("1" * 20, "1" * 20),
    ],
    "number": [(0, 0), (-3, -3), (2.5, 2.5), (2**53, 2**53), (-(2**53), -(2**53)), (1e-9, 1e-9)],
    "date": [
        ("2027-05-20", "2027-05-20"),
        ("2028-02-29", "2028-02-29"),
        ("20270520", "2027-05-20"),
    ],
    "url": [
        ("https://example.org", "https://example.org"),
        (" http://example.org/a?b=c#d ", "http://example.org/a?b=c#d"),
    ],
    "select": [("red", "red"), (" dark blue ", "dark blue")],
    "multiselect": [
        (["red"], ["red"]),
        (["green", "red"], ["red", "green"]),
        (["red", " red "], ["red"]),
        (["red", "dark blue", "green"], ["red", "dark blue", "green"]),
    ],
    "checkbox": [(True, True), (False, False)],
}
BAD: dict[str, list[tuple[Any, str]]] = {
    "text": [
        (5, TEXT),
        (True, TEXT),
        (["a"], TEXT),
        ({"a": "b"}, TEXT),
        ("a\0b", CONTROL),
        ("a\nb", CONTROL),
        ("a\u0085b", CONTROL),
        ("x" * 501, "too_long"),
    ],
    "textarea": [
        (5, TEXT),
        ("a\0b", CONTROL),
        ("x" * 5001, "too_long"),
    ],
    "email": [
        ("kim", MAIL),
        ("kim@", MAIL),
        ("kim@example", MAIL),
        ("a b@example.org", MAIL),
        ("kim@example.org\nBcc: x@example.org", CONTROL),
        (["kim@example.org"], TEXT),
        ("k@" + "x" * 254 + ".org", "too_long"),
    ],
    "phone": [
        ("1234", PHONE),
        ("call me", PHONE),
        ("+49 30 123456 ext", PHONE),
        ("1" * 21, PHONE),
        ("\u0661\u0662\u0663\u0664\u0665\u0666", PHONE),
        (493012345, TEXT),
        ("+" + "1 " * 20 + "1", "too_long"),
    ],
    "number": [
        ("5", NUMBER),
        (True, NUMBER),
        ([5], NUMBER),
        (2**53 + 1, LARGE),
        (-(2**53) - 1, LARGE),
        (10**300, LARGE),
        (1e300, LARGE),
        (float("inf"), LARGE),
        (float("nan"), LARGE),
    ],
    "date": [
        ("20.05.2027", DATE),
        ("2027-02-29", DATE),
        ("2027-05-20T10:00", DATE),
        ("tomorrow", DATE),
        ("2027-05-20\0", CONTROL),
        (20270520, TEXT),
    ],
    "url": [
        ("example.org", WEB),
        ("javascript:alert(1)", WEB),
        ("ftp://example.org", WEB),
        ("https://", WEB),
        ({}, WEB),
        ("https://example.org/" + "x" * 2000, "too_long"),
    ],
    "select": [("RED", ONE), ("yellow", ONE), (["red"], TEXT), (0, TEXT)],
    "multiselect": [
        ("red", LIST),
        ({"red": True}, LIST),
        (True, LIST),
        (["red", "yellow"], ONE),
        ([""], ONE),
        ([None], TEXT),
        ([["red"]], TEXT),
    ],
    "checkbox": [("true", FLAG), (1, FLAG), (0, FLAG), ("", FLAG), ([], FLAG)],
}


def cases(table: Any) -> list[Any]:
    """The rows of a table as parameters, each with its kind."""
    return [
        pytest.param(kind, answer, expected, id=f"{kind}-{number}")
        for kind, rows in table.items()
        for number, (answer, expected) in enumerate(rows)
    ]


def test_the_tables_are_about_every_kind() -> None:
    """A new kind needs its rows."""
    assert set(GOOD) == set(BAD) == set(QuestionKind.values)


@pytest.mark.parametrize(("kind", "answer", "stored"), cases(GOOD))
def test_good_answers(kind: str, answer: Any, stored: Any) -> None:
    """Each is kept in one plain form."""
    kept = clean_form_answers([of_kind(kind)], {str(ID): answer}, complete=True)
    assert kept == {str(ID): stored}
    assert type(kept[str(ID)]) is type(stored)


@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize(("kind", "answer", "said"), cases(BAD))
def test_bad_answers(kind: str, answer: Any, said: str, complete: bool) -> None:
    """Each is refused by its question, also where questions may be left open."""
    given_answers = {str(ID): answer}
    assert refused(of_kind(kind), given=given_answers, complete=complete) == {
        f"form_answers.{ID}": [said]
    }


EMPTY: dict[str, tuple[Any, ...]] = dict.fromkeys(QuestionKind.values, (None, "", "  ")) | {
    "number": (None,),
    "multiselect": (None, []),
    "checkbox": (None,),
}


@pytest.mark.parametrize("kind", QuestionKind.values)
def test_empty_answers(kind: str) -> None:
    """They are left out like questions that were not answered; a required question wants one,
    unless an organizer leaves it open."""
    optional, required = of_kind(kind), of_kind(kind, required=True)
    for sent in ({}, *({str(ID): empty} for empty in EMPTY[kind])):
        assert clean_form_answers([optional], sent, complete=True) == {}
        assert clean_form_answers([required], sent, complete=False) == {}
        assert refused(required, given=sent) == {f"form_answers.{ID}": [MISSING]}


def test_a_required_checkbox_wants_a_yes() -> None:
    """ "I agree" is not answered by false; where it may stay open, false is kept as said."""
    required = question("checkbox", required=True)
    assert refused(required, given={str(ID): False}) == {f"form_answers.{ID}": [MISSING]}
    kept = clean_form_answers([required], {str(ID): False}, complete=False)
    assert kept == {str(ID): False}


def test_a_required_number_may_be_zero() -> None:
    """Zero is an answer."""
    kept = clean_form_answers([question("number", required=True)], {str(ID): 0}, complete=True)
    assert kept == {str(ID): 0}


@pytest.mark.parametrize("key", [str(UUID(int=8)), ID.hex, str(ID).upper() + "x", "", "a\0b", "é"])
def test_unknown_questions(key: str) -> None:
    """A key is a question's id as it is told; any other is refused by its name."""
    asked = question("text")
    assert refused(asked, given={key: "Tea"}) == {f"form_answers.{key}": [UNKNOWN]}
    assert refused(asked, given={key: None}) == {f"form_answers.{key}": [UNKNOWN]}


def test_a_long_name_is_cut_in_the_answer() -> None:
    """The error names 64 characters of it and no more."""
    assert refused(given={"x" * 10_000: 1}) == {f"form_answers.{'x' * 64}": [UNKNOWN]}


def test_a_retired_question_is_unknown() -> None:
    """It is asked no more, and not missed when it was required."""
    retired = question("text", required=True, is_active=False)
    assert refused(retired, given={str(ID): "Tea"}) == {f"form_answers.{ID}": [UNKNOWN]}
    assert clean_form_answers([retired], {}, complete=True) == {}


def test_every_problem_is_told_at_once() -> None:
    """Unknown, missing, wrong kind and no option, each under its own question."""
    ids = [UUID(int=n) for n in range(1, 5)]
    asked = [
        question("text", required=True, id=ids[0]),
        question("number", id=ids[1]),
        colours("select", id=ids[2]),
        question("text", id=ids[3]),
    ]
    sent = {str(ids[1]): "many", str(ids[2]): "pink", str(ids[3]): "fine", "else": 1}
    assert refused(*asked, given=sent) == {
        "form_answers.else": [UNKNOWN],
        f"form_answers.{ids[0]}": [MISSING],
        f"form_answers.{ids[1]}": [NUMBER],
        f"form_answers.{ids[2]}": [ONE],
    }


@pytest.mark.parametrize("sent", ["text", ["a"], 5, True, None])
def test_answers_are_an_object(sent: Any) -> None:
    """Anything else is refused whole."""
    said = ["not_form_answers"]
    assert refused(question("text"), given=sent) == {"form_answers": said}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@given(kind=st.sampled_from(QuestionKind.values), sent=JSON)
def test_whatever_is_sent(kind: str, sent: Any) -> None:
    """Kept or refused by its question, never another error."""
    named: set[str] = set()
    try:
        kept = clean_form_answers([of_kind(kind)], {str(ID): sent}, complete=True)
    except Invalid as problem:
        kept, named = {}, set(problem.keys)
    assert named <= {f"form_answers.{ID}"}
    assert kept.keys() <= {str(ID)}


def test_kept_answers_are_kept_again() -> None:
    """What was stored passes once more, unchanged: a guest who saves the form changes nothing."""
    for kind, rows in GOOD.items():
        for answer, stored in rows:
            asked = [of_kind(kind, id=ID), question("text", id=uuid4())]
            kept = clean_form_answers(asked, {str(ID): answer}, complete=True)
            assert clean_form_answers(asked, kept, complete=True) == kept == {str(ID): stored}
