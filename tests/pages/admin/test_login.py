"""Signing in to the admin and changing one's password: wrong guesses are counted, and from some
number on nothing is compared any more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connections
from django.test import Client

from accounts.models import User
from tests.conftest import Clock
from tests.makers import make_user
from tests.wording import in_words

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ADA, BEA, NOBODY = "ada@example.org", "bea@example.org", "nobody@example.org"
RIGHT, WRONG = "a long passphrase", "another passphrase"


class Hasher(MD5PasswordHasher):
    """Quick, and counts what is hashed."""

    hashed: ClassVar[list[str]] = []

    def encode(self, password: str, salt: str) -> str:
        """As the stock one."""
        self.hashed.append(password)
        return super().encode(password, salt)


@pytest.fixture(autouse=True)
def _limits(settings: Any, clock: Clock) -> None:
    settings.THROTTLE = True
    settings.THROTTLE_LOGIN = "3/15minutes"
    settings.THROTTLE_LOGIN_ADDRESS = "5/15minutes"
    settings.THROTTLE_LOGIN_ACCOUNT = "7/hour"
    settings.PASSWORD_HASHERS = [f"{__name__}.{Hasher.__name__}"]


@pytest.fixture(autouse=True)
def ada(_limits: None) -> User:
    """A member of staff."""
    user = make_user(email=ADA, password=RIGHT, is_staff=True)
    Hasher.hashed.clear()
    return user


def sign_in(email: str = ADA, password: str = WRONG, address: str = "10.0.0.1") -> Any:
    """The answer to a try."""
    form = {"username": email, "password": password, "next": "/admin/"}
    return Client(REMOTE_ADDR=address).post("/admin/login/", form)


def statuses(times: int, *args: Any, **more: Any) -> list[int]:
    return [sign_in(*args, **more).status_code for _ in range(times)]


def test_wrong_passwords_are_refused_before_they_are_hashed(clock: Clock) -> None:
    """The right one, too, until the window is over."""
    assert statuses(3) == [200, 200, 200]
    assert len(Hasher.hashed) == 3
    clock.advance(seconds=90)
    refused = sign_in(password=RIGHT)
    assert (refused.status_code, refused["Retry-After"]) == (429, "810")
    said = refused.context["form"].non_field_errors().as_data()
    assert [(each.code, each.messages) for each in said] == [
        ("throttled", [in_words("too_many_guesses", minutes=14)])
    ]
    assert said[0].messages[0] in refused.content.decode()
    assert len(Hasher.hashed) == 3
    clock.advance(seconds=810)
    assert sign_in(password=RIGHT).status_code == 302


def test_however_an_address_is_spelt_it_is_one_account() -> None:
    spelt = (ADA, "ADA@example.org ", " Ada@Example.org")
    assert [sign_in(email).status_code for email in spelt] == [200, 200, 200]
    assert sign_in().status_code == 429


def test_a_success_clears_what_was_mistyped() -> None:
    for _ in range(3):
        assert statuses(2) == [200, 200]
        assert sign_in(password=RIGHT).status_code == 302
    assert statuses(4) == [200, 200, 200, 429]


def test_successes_are_not_counted() -> None:
    assert statuses(20, password=RIGHT) == [302] * 20


@pytest.mark.parametrize("email", [NOBODY, "guest@example.org", "gone@example.org"])
def test_unknown_accounts_cost_and_answer_the_same(email: str) -> None:
    """And those that may not sign in, even with the right password."""
    make_user(email="guest@example.org", password=RIGHT)
    make_user(email="gone@example.org", password=RIGHT, is_staff=True, is_active=False)
    Hasher.hashed.clear()
    for password in (RIGHT, WRONG, WRONG, RIGHT):
        known, other = sign_in(address="10.0.0.2"), sign_in(email, password)
        assert other.status_code == known.status_code
        said = [each.context["form"].errors for each in (known, other)]
        assert said[0] == said[1]
    assert sign_in(email).status_code == 429
    assert len(Hasher.hashed) == 6


def test_an_address_is_limited_whatever_accounts_it_tries() -> None:
    assert [sign_in(f"{n}@example.org").status_code for n in range(6)] == [200] * 5 + [429]
    assert sign_in(password=RIGHT).status_code == 429
    assert sign_in(password=RIGHT, address="10.0.0.2").status_code == 302


def test_one_stranger_locks_nobody_out() -> None:
    """However often they try: what was refused is not counted for the account."""
    assert statuses(30)[3:] == [429] * 27
    assert sign_in(password=RIGHT, address="10.0.0.2").status_code == 302


def test_an_account_is_limited_wherever_guesses_come_from() -> None:
    """But not where its person signed in before."""
    assert sign_in(password=RIGHT, address="10.0.0.200").status_code == 302
    tried = [sign_in(address=f"10.0.0.{n}").status_code for n in range(9)]
    assert tried == [200] * 7 + [429] * 2
    assert sign_in(password=RIGHT, address="10.0.0.100").status_code == 429
    assert statuses(2, address="10.0.0.200") == [200, 200]
    assert sign_in(password=RIGHT, address="10.0.0.200").status_code == 302
    assert sign_in(BEA, address="10.0.0.100").status_code == 200


def test_what_is_no_guess_is_not_counted() -> None:
    """An empty field is sent back without a look at the account."""
    for _ in range(9):
        assert sign_in(password="").status_code == 200
        assert sign_in(email="").status_code == 200
    assert (sign_in(password=RIGHT).status_code, len(Hasher.hashed)) == (302, 1)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_no_more_than_the_limit(transactional_db: None) -> None:
    """They are counted before they are hashed, not after."""

    def guess(_: int) -> int:
        try:
            return sign_in().status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(guess, range(16))) == [200] * 3 + [429] * 13
    assert len(Hasher.hashed) == 3


def test_off_is_off(settings: Any) -> None:
    settings.THROTTLE = False
    assert statuses(9) == [200] * 9


class TestOwnPassword:
    FORM: ClassVar = {"new_password1": "new pass phrase", "new_password2": "new pass phrase"}

    def change(self, client: Client, old: str) -> Any:
        return client.post("/admin/password_change/", self.FORM | {"old_password": old})

    def test_wrong_old_ones_are_limited(self, client: Client, ada: User) -> None:
        """As guesses at the same account; the right one is not compared either."""
        client.force_login(ada)
        assert [self.change(client, WRONG).status_code for _ in range(3)] == [200] * 3
        refused = self.change(client, RIGHT)
        assert (refused.status_code, refused["Retry-After"]) == (429, "900")
        assert refused.context["form"].errors == {
            "old_password": [in_words("too_many_guesses", minutes=15)]
        }
        assert len(Hasher.hashed) == 3
        assert sign_in(password=RIGHT, address="127.0.0.1").status_code == 429

    def test_the_right_one_is_changed(self, client: Client, ada: User) -> None:
        client.force_login(ada)
        assert self.change(client, WRONG).status_code == 200
        assert self.change(client, RIGHT)["Location"] == "/admin/password_change/done/"
        assert client.get("/admin/").status_code == 200
        assert sign_in(password="new pass phrase").status_code == 302
