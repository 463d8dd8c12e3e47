"""What is wrong in the forms of a row's page, for the list above them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django import forms
from django.utils.text import capfirst


class Wrong(NamedTuple):
    """A field by its label, the id of its input, and the first thing that is wrong with it."""

    label: str
    id: str
    problem: str


def wrong_fields(context: Mapping[str, Any]) -> list[Wrong]:
    """The fields with errors, in the order of the page: the row's own, then those of the rows
    around it. The page opens at the first of them."""
    found: list[Wrong] = []
    for form, place in _forms(context):
        for name in [each for each in form.fields if each in form.errors]:
            field = form[name]
            if not found:
                field.field.widget.attrs["autofocus"] = True
            label = f"{place}{capfirst(str(field.label))}"
            found.append(
                Wrong(label, field.id_for_label or field.auto_id, str(form.errors[name][0]))
            )
    return found


def _forms(context: Mapping[str, Any]) -> Iterator[tuple[forms.BaseForm, str]]:
    own = context["adminform"].form
    if own.is_bound:
        yield own, ""
    for inline in context["inline_admin_formsets"]:
        if inline.formset.is_bound:
            rows = capfirst(str(inline.opts.verbose_name))
            for number, form in enumerate(inline.formset.forms, 1):
                yield form, f"{rows} {number}: "
