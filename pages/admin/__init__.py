"""What the admin of every app shares.

`scoping` says whose rows are seen, `base` keeps lists fast and forms polite, `acting` carries out
actions row by row, `site` is the admin's own first page.
"""

from pages.admin.base import DomainAdmin, ReadOnlyAdmin, SturdyAdmin, changed_values
from pages.admin.scoping import SuperusersOnly, TenantScoped, actor_of

__all__ = [
    "DomainAdmin",
    "ReadOnlyAdmin",
    "SturdyAdmin",
    "SuperusersOnly",
    "TenantScoped",
    "actor_of",
    "changed_values",
]
