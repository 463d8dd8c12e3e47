"""The pages that show the OpenAPI documents."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.parametrize("page", ["docs", "redoc"])
@pytest.mark.parametrize("method", ["OPTIONS", "POST", "DELETE"])
def test_they_are_read_and_nothing_else(client: Client, page: str, method: str) -> None:
    """Whatever else is asked of them is refused."""
    assert client.get(f"/api/{page}/").status_code == 200
    assert client.generic(method, f"/api/{page}/").status_code == 405
