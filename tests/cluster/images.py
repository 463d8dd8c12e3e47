"""An image that one web machine takes is handed out by another, out of the bucket."""

from __future__ import annotations

import http.client
import re
from collections.abc import Mapping
from types import MappingProxyType

import boto3

from tests.cluster.parts import NET, Cluster
from tests.pictures import png

_FORM = "multipart/form-data; boundary=edge"


def make_bucket(cluster: Cluster) -> None:
    """As whoever runs the cluster makes it."""
    web = cluster["web21"].environment
    boto3.client(
        "s3",
        endpoint_url=web["S3_ENDPOINT_URL"],
        region_name=web["AWS_DEFAULT_REGION"],
        aws_access_key_id=web["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=web["AWS_SECRET_ACCESS_KEY"],
    ).create_bucket(Bucket=web["S3_BUCKET"])


def is_shared(cluster: Cluster) -> bool:
    """Whether the other machine hands it out."""
    cluster.manage("create_tenant", "Acme")
    cluster.manage("create_user", "ada@example.org", "--tenant", "acme")
    key = cluster.manage("create_api_key", "ada@example.org")
    head = '--edge\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    body = head.encode() + png() + b"\r\n--edge--\r\n"
    headers = {"Authorization": f"Bearer {key}", "Content-Type": _FORM}
    status, said = _ask(21, "POST", "/social/api/v1/files", body, headers)
    if status >= 300:
        raise RuntimeError(f"{status} {said!r}")
    address = re.search(rb"/media/images/[\w.-]+", said)
    return address is not None and _ask(22, "GET", address[0].decode())[0] == 200


def _ask(
    number: int,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(f"{NET}{number}:8000", timeout=40)
    connection.request(method, path, body, dict(headers))
    response = connection.getresponse()
    return response.status, response.read()
