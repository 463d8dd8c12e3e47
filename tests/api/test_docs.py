"""The pages that show the OpenAPI documents."""

from __future__ import annotations

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

NAMES = ("", "capability/", "tenant/", "community/", "social/")


@pytest.mark.once
@pytest.mark.parametrize("page", ["docs", "redoc"])
@pytest.mark.parametrize("method", ["OPTIONS", "POST", "DELETE"])
def test_they_are_read_and_nothing_else(client: Client, page: str, method: str) -> None:
    """Whatever else is asked of them is refused."""
    assert client.get(f"/api/{page}/").status_code == 200
    assert client.generic(method, f"/api/{page}/").status_code == 405


@pytest.mark.once
@pytest.mark.parametrize(
    "kind", ["application/vnd.oai.openapi", "application/vnd.oai.openapi+json"]
)
def test_a_document_is_made_once(
    client: Client, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Whoever asks again, with whatever query, costs nobody a third of a second."""

    def asked(**query: str) -> list[bytes]:
        headers = {"Accept": kind}
        pages = [client.get(f"/api/schema/{name}", query, headers=headers) for name in NAMES]
        assert {(page.status_code, page.headers["Content-Type"]) for page in pages} == {(200, kind)}
        return [page.content for page in pages]

    first = asked()
    assert len(set(first)) == len(NAMES)
    monkeypatch.delattr(SchemaGenerator, "get_schema")
    assert asked() == asked(version="2", lang="de") == first
