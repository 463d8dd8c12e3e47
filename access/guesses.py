"""How often passwords may be guessed, by the settings THROTTLE_LOGIN*."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.cache import cache

from config.clients import client_network
from config.errors import TooManyRequests
from config.rates import count, forget, give_back, rate, stored_under

_KNOWN_FOR = 30 * 24 * 3600
_MINUTE = 60


@contextmanager
def password_guess(request: Any, account: str) -> Iterator[None]:
    """Within this, a password is held against the one of ``account`` (its e-mail address, or what
    was typed as one). Raises TooManyRequests before; what is raised within is a wrong guess.

    A guess is counted before the password is hashed, so that many at once are not more than the
    limit, and given back when it was right. Wrong ones count for the account from this address,
    for the address, and for the account from anywhere. Only guesses that were let through count:
    one address alone cannot spend what an account has. Where the account signed in lately, from
    the same address, nobody else's guesses hold it up.
    """
    if not settings.THROTTLE:
        yield
        return
    account, address = account.strip().lower(), client_network(request)
    pair = f"{address} {account}"
    limits = [
        ("login", pair, settings.THROTTLE_LOGIN),
        ("login_address", address, settings.THROTTLE_LOGIN_ADDRESS),
        ("login_account", account, settings.THROTTLE_LOGIN_ACCOUNT),
    ]
    known = stored_under("login_known", pair)
    for number, (name, whose, allowed) in enumerate(limits):
        quota = count(name, whose, rate(allowed))
        if quota is None or not quota.spent:
            continue
        if name != "login" and cache.get(known):
            continue
        for counted, by, _ in limits[:number]:
            give_back(counted, by)
        minutes = -(-quota.reset // _MINUTE)
        raise TooManyRequests(quota.reset, "too_many_guesses", minutes=minutes)
    yield
    forget("login", pair)
    give_back("login_address", address)
    give_back("login_account", account)
    cache.set(known, True, _KNOWN_FOR)
