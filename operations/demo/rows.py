"""Rows of made-up data.

A model instance costs ten times what its row costs. So a row is a plain object with the model's
columns, which goes in by operations/inserting.py.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.db import models

from operations.inserting import stored_columns

Row = SimpleNamespace


class _Shape(NamedTuple):
    """A model's columns, and the values of those that are not given."""

    columns: list[str]
    constants: dict[str, Any]
    makers: dict[str, Callable[[], Any]]


def row(model: type[models.Model], **values: Any) -> Row:
    """A row of ``model`` with these columns and its defaults in the others. Raises TypeError for a
    name that is no column."""
    shape = _shape(model)
    for name, make in shape.makers.items():
        if name not in values:
            values[name] = make()
    whole = {**shape.constants, **values}
    if len(whole) > len(shape.columns):
        raise TypeError(f"{model.__name__} lacks {sorted(whole.keys() - set(shape.columns))}.")
    return Row(**whole)


@cache
def _shape(model: type[models.Model]) -> _Shape:
    fields = stored_columns(model)
    constants, makers = {}, {}
    for field in fields:
        made_anew = field.has_default() and callable(field.default)
        constants[field.attname] = None if made_anew else field.get_default()
        if made_anew:
            makers[field.attname] = field.default
    return _Shape([field.attname for field in fields], constants, makers)
