"""How forms are drawn: a label, a hint, the field, and its error beside it."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Uses templates/forms/field.html for each field."""

    field_template_name = "forms/field.html"
