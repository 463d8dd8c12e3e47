"""Tags and filters of the pages: Markdown, and moments in the event's own zone."""

from __future__ import annotations

from django import template

register = template.Library()
