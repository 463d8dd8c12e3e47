"""An account's own calendar link in the Tenant API."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.domain.feeds import feed_token, rotate_feed
from api.bodies import Body
from api.schema import errors_of
from api.tenant.base import TenantViewSet
from events.addresses import feed_url


class FeedBody(Body):
    """The address of a calendar to subscribe to. It is a key: whoever has it reads the calendar."""

    url: str


class OwnFeedViewSet(TenantViewSet):
    """The calendar of all that the key's user hosts and attends."""

    @extend_schema(
        operation_id="getMyFeed",
        responses={200: FeedBody, **errors_of(400, 401, 403)},
    )
    def retrieve(self, request: Request) -> Response:
        """The link to the key's user's own calendar."""
        return Response(FeedBody(url=feed_url(self.base_url, feed_token(self.actor))))

    @extend_schema(
        operation_id="rotateMyFeed",
        request=None,
        responses={200: FeedBody, **errors_of(400, 401, 403)},
    )
    def rotate(self, request: Request) -> Response:
        """A new link; the old one ends at once."""
        return Response(FeedBody(url=feed_url(self.base_url, rotate_feed(self.actor))))
