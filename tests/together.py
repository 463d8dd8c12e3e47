"""Which tests run in one process of a parallel run: those that share a server or a browser.

pytest-xdist hands out single tests. A module's server, or the session's, would be started in every
process that is handed one of its tests.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

# Files, or folders with all their files, by how their addresses begin.
TOGETHER = (
    "tests/browser/",
    "tests/clients/",
    "tests/parity/test_reference_community.py",
    "tests/parity/test_reference_social.py",
    "tests/parity/test_reference_tenant.py",
    "tests/server/test_headers.py",
    "tests/server/test_slow_clients.py",
)


class Together(LoadScopeScheduling):
    """Hands out what stands in TOGETHER as a whole, largest first, then every other test by itself
    in the order of the run."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def group_of(nodeid: str) -> str:
    """What a test is handed out with: an entry of TOGETHER, or the test alone."""
    return next((group for group in TOGETHER if nodeid.startswith(group)), nodeid)
