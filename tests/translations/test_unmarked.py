"""Every text that people read is marked for translation."""

from __future__ import annotations

import pytest

from tests.translations.unmarked import (
    in_module,
    in_modules,
    in_script,
    in_scripts,
    in_template,
    in_templates,
)

pytestmark = pytest.mark.once


def test_in_python() -> None:
    assert list(in_modules()) == []


def test_in_templates() -> None:
    assert list(in_templates()) == []


def test_in_scripts() -> None:
    assert list(in_scripts()) == []


@pytest.mark.parametrize(
    "code",
    [
        'name = text("Your name", limit=9)',
        'field = flag(_("Yes"), help_text="Seen by hosts")',
        'messages.success(request, "Done and saved.")',
        'messages.warning(request, f"{name} is here now.")',
        'raise ValidationError("Use a price.")',
        'GOING = "going", "Going"',
        'done = "turned down"',
    ],
)
def test_the_search_finds_them_in_python(code: str) -> None:
    assert len(list(in_module("x.py", code))) == 1


@pytest.mark.parametrize(
    "code",
    [
        'name = text(_("Your name"), limit=9)',
        'said = ngettext("%(n)s guest", "%(n)s guests", n) % {"n": n}',
        'said = pgettext("mail", "Waiting for you")',
        'def f() -> None:\n    """Says nothing to anybody."""',
        '_log.warning("The mail server is gone: %s", problem)',
        'response.headers["Cache-Control"] = "no-store"',
        'columns = {"Content-Type": kind, "x": "events.Event"}',
    ],
)
def test_the_search_passes_over_the_rest_of_python(code: str) -> None:
    assert list(in_module("x.py", code)) == []


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Hello there</p>",
        '<button aria-label="Close">+</button>',
        '<input placeholder="Search">',
        '<img src="x" alt="A cat">',
        '<input type="submit" value="Send">',
        '<meta property="og:description" content="At home">',
        "{% if x %}guests{% endif %}",
        '{% include "partials/copy.html" with label="Your link" %}',
        '{{ name|default:"Nobody" }}',
        "{{ n }} guest{{ n|pluralize }}",
        "{% blocktranslate %}Hello{% endblocktranslate %} there",
    ],
)
def test_the_search_finds_them_in_templates(markup: str) -> None:
    assert len(list(in_template("x.html", markup))) == 1


@pytest.mark.parametrize(
    "markup",
    [
        '<p class="muted wide">{% translate "Hello" %} · {{ name }} (API)</p>',
        "{% blocktranslate with a=b %}Hello {{ a }}{% endblocktranslate %}",
        "{% blocktranslate count n=n %}A guest{% plural %}{{ n }} guests{% endblocktranslate %}",
        '<input type="hidden" value="Send"><script>let x = "Hello there";</script>',
        "{# A comment #}{% comment %}And another{% endcomment %}",
        '<img alt="{% translate "A cat" %}" src="{% static "css/One.css" %}">',
        '{% include "partials/copy.html" with id="own" hint=hint %}',
    ],
)
def test_the_search_passes_over_the_rest_of_templates(markup: str) -> None:
    assert list(in_template("x.html", markup)) == []


def test_the_search_in_scripts() -> None:
    """Sentences, not selectors; comments may say what they like."""
    assert len(list(in_script("x.js", 'said.textContent = "The link is copied.";'))) == 1
    quiet = (
        'const a = document.querySelector("main .row"); // "It is copied."\nsaid(b.dataset.copied);'
    )
    assert list(in_script("x.js", quiet)) == []
