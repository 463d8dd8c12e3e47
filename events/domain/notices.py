"""Whom an organizer has told of what they did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from config.errors import Invalid
from events.enums import Notify
from events.fields import NOTICE


class Notice(NamedTuple):
    """The guests to tell, and what the organizer adds. The names are the fields of NOTICE."""

    notify: str = Notify.NONE.value
    notify_message: str = ""

    @property
    def told(self) -> dict[str, Any]:
        """What the change in the outbox holds of it: nothing when nobody is to be told."""
        return {} if self.notify == Notify.NONE else self._asdict()


NOBODY = Notice()


def clean_notice(values: Mapping[str, Any]) -> Notice:
    """The notice among ``values``; the other keys are left out. Raises Invalid."""
    cleaned, errors = NOTICE.clean(values)
    if errors:
        raise Invalid(errors)
    return Notice(**cleaned)
