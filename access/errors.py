"""How a repeated request is refused."""

from config.errors import DomainError


class IdempotencyKeyNotRandom(DomainError):
    """Without a credential the key is the secret, and this one could be guessed."""

    code = "idempotency_key_not_random"


class IdempotencyKeyReused(DomainError):
    """The key came with another body before."""

    code = "idempotency_key_reused"


class IdempotencyInFlight(DomainError):
    """The first request with this key is still running. ``wait`` is in seconds."""

    code = "idempotency_in_flight"
    wait = 1
