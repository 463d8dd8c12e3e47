"""What downloaded files are called."""

from __future__ import annotations

from email.message import Message

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.downloads import disposition

pytestmark = pytest.mark.once


def name_of(header: str) -> str:
    """The file name that a program reads which knows RFC 6266, as the standard library does."""
    message = Message()
    message["Content-Disposition"] = header
    found = message.get_filename()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Cedar Social: Cigar Night", "Cedar_Social_Cigar_Night_2030-08-22.ics"),
        ("../../etc/passwd", "etc_passwd_2030-08-22.ics"),
        ('a"b\\c;d\r\nX: y', "a_b_c_d_X_y_2030-08-22.ics"),
        ("—", "event_2030-08-22.ics"),
    ],
)
def test_a_name_from_title_and_date(title: str, name: str) -> None:
    header = disposition(title, ".ics", suffix="2030-08-22")
    assert header == f'attachment; filename="{name}"'
    assert name_of(header) == name


@pytest.mark.parametrize(
    ("title", "plain", "full"),
    [
        ("Käse & Wein", "Kase_Wein_1", "K%C3%A4se_Wein_1"),
        ("東京 meetup", "meetup_1", "%E6%9D%B1%E4%BA%AC_meetup_1"),
        ("東京", "event_1", "%E6%9D%B1%E4%BA%AC_1"),
        ("नमस्ते", "event_1", "%E0%A4%A8%E0%A4%AE%E0%A4%B8%E0%A5%8D%E0%A4%A4%E0%A5%87_1"),
    ],
)
def test_letters_of_every_script_are_kept(title: str, plain: str, full: str) -> None:
    """For programs that know filename*; the others get ASCII."""
    header = disposition(title, ".ics", suffix="1")
    assert header == f"attachment; filename=\"{plain}.ics\"; filename*=UTF-8''{full}.ics"


def test_to_be_opened_rather_than_saved() -> None:
    assert disposition("Walks", ".ics", attached=False) == 'inline; filename="Walks.ics"'


@given(st.text(max_size=255))
def test_no_title_breaks_the_header_or_the_file_system(title: str) -> None:
    header = disposition(title, ".ics", suffix="2030-08-22")
    assert header.isascii()
    assert header.isprintable()
    name = name_of(header)
    assert len(name.encode()) <= 255
    assert not set(name) & set('/\\:*?"<>|\r\n\0')
    assert name.endswith("2030-08-22.ics")
