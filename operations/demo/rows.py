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
    """The values of columns that are not given, and what makes those that are made anew."""

    constants: dict[str, Any]
    makers: list[tuple[str, Callable[[], Any]]]


def row(model: type[models.Model], **values: Any) -> Row:
    """A row of ``model`` with these columns and its defaults in the others. Raises TypeError for a
    name that is no column."""
    shape = _shape(model)
    made = Row()
    columns = vars(made)
    columns.update(shape.constants)
    columns.update(values)
    for name, make in shape.makers:
        if name not in values:
            columns[name] = make()
    if len(columns) > len(shape.constants):
        raise TypeError(f"{model.__name__} lacks {sorted(values.keys() - shape.constants.keys())}.")
    return made


@cache
def _shape(model: type[models.Model]) -> _Shape:
    constants, makers = {}, []
    for field in stored_columns(model):
        made_anew = field.has_default() and callable(field.default)
        constants[field.attname] = None if made_anew else field.get_default()
        if made_anew:
            makers.append((field.attname, field.default))
    return _Shape(constants, makers)
