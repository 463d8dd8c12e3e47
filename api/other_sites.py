"""What scripts of other sites may send and read, where an API is open to them (settings CORS_*)."""

ALLOWED_HEADERS = (
    "Authorization",
    "X-API-Key",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
)
EXPOSED_HEADERS = (
    "ETag",
    "Link",
    "Location",
    "X-Next-Cursor",
    "Retry-After",
    "RateLimit",
    "RateLimit-Policy",
    "Idempotency-Replayed",
    "X-Request-Id",
)
