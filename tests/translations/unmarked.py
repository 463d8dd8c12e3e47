"""Texts that people read and nobody marked for translation: in Python by what a string looks like,
in templates and scripts by where it stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

from django.template.base import Lexer, TokenType

ROOT = Path(__file__).parents[2]
# Where people are spoken to. Elsewhere strings are for programs, for logs, or in English for
# whoever runs the instance.
SPEAKING = (
    *("pages/**/*.py", "*/admin.py", "*/admin/*.py", "*/enums.py", "*/models.py", "*/apps.py"),
    *("access/*.py", "api/refusals.py", "api/social/errors.py", "notify/domain/mail/*.py"),
    *("events/domain/calendar.py", "config/dates.py", "config/urls.py"),
)
# Commands speak English, search engines read the words of schema.org, and art has no words.
SILENT = {
    *("access/command_sentences.py", "pages/structured_data.py"),
    *("pages/covers/lettering.py", "pages/covers/svg.py"),
}
# Blocks of templates that hold names of classes and of palettes, and words for robots.
_NAMING = {"bodyclass", "body_class", "main_class", "palette", "robots"}
_MARKS = {
    f"{n}{function}{lazy}" for n in ("", "n") for function in ("gettext",) for lazy in ("", "_lazy")
} | {"_", "pgettext", "pgettext_lazy", "npgettext"}
# Calls whose strings nobody reads on a page.
_UNREAD = {
    *(
        "extend_schema",
        "compile",
        "getLogger",
        "ImproperlyConfigured",
        "TypeError",
        "ValueError",
        "TypeVar",
    ),
    *("warning", "exception", "info", "debug", "ForeignKey", "ManyToManyField"),
}
_LOGGERS = {"_log", "log", "logger", "_logger"}
_SAYS = re.compile(r"[A-Z][\w-]*[a-z]|[a-z]{2,} [a-z]{2,}|[A-Z]{2,}\d* .*[a-z]{2,}")
# Names of headers, of classes, of modules, of HTML, and of products.
_NAMES = re.compile(
    r"^[A-Z][\w]*(-[A-Z]\w*)+(=.*)?$|^[A-Z][a-z]+[A-Z]\w*$|^\w+(\.\w+)+$|^\W*<|^Etc/|^-//|^\[\^|^\^"
    r"|^(Lax|Cookie|Bearer|User|Delivery|Channel|Comment|Message|Mail|Event|RSVPsClosed)$"
    r"|^(Location|ETag|References|Google Calendar|Outlook\.com|Outlook 365|Convene)$"
    r"|^User-agent: |^nofollow |^SELECT |^API key$"
    r"|^(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)$"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
# What is the same in every language.
_ALIKE = re.compile(r"\b(API|QR|CSV|UTC|ms|MB|Convene|Markdown|Webhook|WhatsApp|Telegram)\b|\.ics")
# Attributes that people see or hear.
_SEEN = {"aria-label", "title", "placeholder", "alt", "label", "aria-description"}
_DESCRIBING = {"description", "og:title", "og:description", "twitter:title"}
_UNSEEN = {"script", "style", "code", "template"}
# Tags whose arguments are names, and filters whose arguments are words.
_LITERAL = re.compile(r"\bwith\b|\bdefault(?:_if_none)?:|\byesno:|\bpluralize\b|\bjoin:")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
# The pages around the OpenAPI documents are in English like these.
_ENGLISH = {"api/swagger.html", "api/redoc.html", "api/llms.txt"}


class Unmarked(NamedTuple):
    """A text that nobody marked."""

    file: str
    line: int
    text: str


def everywhere() -> list[Unmarked]:
    """All of them."""
    return [*in_modules(), *in_templates(), *in_scripts()]


# --- Python -------------------------------------------------------------------------------------
def in_modules() -> Iterator[Unmarked]:
    """Sentences and labels of the modules that speak to people."""
    for path in sorted({path for each in SPEAKING for path in ROOT.glob(each)}):
        file = str(path.relative_to(ROOT))
        if file not in SILENT:
            yield from in_module(file, path.read_text())


def in_module(file: str, source: str) -> Iterator[Unmarked]:
    """The same in the text of one module."""
    tree = ast.parse(source)
    skipped = {id(each) for node in ast.walk(tree) for part in _unread(node) for each in part}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        said = node.value.strip()
        if id(node) not in skipped and _SAYS.search(said) and not _NAMES.search(said):
            yield Unmarked(file, node.lineno, said)


def _unread(node: ast.AST) -> Iterator[Iterable[ast.AST]]:
    """The parts of a node whose strings are marked, or nobody's to read."""
    if isinstance(node, ast.Expr):  # a docstring
        yield [node.value]
    elif isinstance(node, ast.Call):
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        logs = isinstance(function, ast.Attribute) and getattr(function.value, "id", "") in _LOGGERS
        if name in _MARKS or logs or (name in _UNREAD and not _is_messages(function)):
            for part in [*node.args, *node.keywords]:
                yield ast.walk(part)
    elif isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None:
        yield ast.walk(node.annotation)
    elif isinstance(node, ast.Subscript):
        yield ast.walk(node.slice)
    elif isinstance(node, ast.Dict):
        yield [key for key in node.keys if key is not None]
    elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
        yield ast.walk(node.value)


def _is_messages(function: ast.expr) -> bool:
    """Whether it is one of ``messages.warning`` and its like, which people do read."""
    return isinstance(function, ast.Attribute) and getattr(function.value, "id", "") == "messages"


# --- Templates ----------------------------------------------------------------------------------
def in_templates() -> Iterator[Unmarked]:
    """Text, attributes and arguments of tags outside {% translate %} and {% blocktranslate %}."""
    folder = ROOT / "templates"
    for path in sorted(folder.rglob("*.*")):
        if path.is_file() and str(path.relative_to(folder)) not in _ENGLISH:
            yield from in_template(str(path.relative_to(ROOT)), path.read_text())


def in_template(file: str, source: str) -> Iterator[Unmarked]:
    """The same in the text of one template."""
    plain, hidden = [], ""
    for token in Lexer(source).tokenize():
        lines = "\n" * token.contents.count("\n")
        name = token.contents.split(None, 1)[0] if token.contents.strip() else ""
        if hidden:
            hidden = "" if token.token_type == TokenType.BLOCK and name == hidden else hidden
            plain.append(lines)
        elif token.token_type == TokenType.TEXT:
            plain.append(token.contents)
        elif token.token_type == TokenType.BLOCK and (
            name in ("blocktranslate", "comment")
            or (name == "block" and token.contents.split()[1] in _NAMING)
        ):
            hidden = f"end{name}"
        elif token.token_type != TokenType.COMMENT and name not in ("translate", "trans"):
            match = _LITERAL.search(token.contents)
            for quoted in _QUOTED.findall(token.contents[match.start() :]) if match else ():
                said = "".join(quoted)
                if says(said) and (" " in said or said[:1].isupper()):
                    yield Unmarked(file, token.lineno or 0, said)
            plain.append(lines)
    reader = Seen()
    reader.feed("".join(plain))
    reader.close()
    for line, said in reader.found:
        yield Unmarked(file, line, said)


class Seen(HTMLParser):
    """Gathers what a browser shows or says of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        given = {name: value or "" for name, value in attrs}
        pressed = tag == "input" and given.get("type") in ("submit", "button")
        seen = _SEEN | ({"value"} if pressed else set())
        if tag == "meta" and {given.get("name"), given.get("property")} & _DESCRIBING:
            seen = {"content"}
        for name in seen & given.keys():
            self._note(given[name])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self._unseen -= tag in _UNSEEN

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._note(data)

    def _note(self, text: str) -> None:
        if says(text):
            self.found.append((self.getpos()[0], " ".join(text.split())))


def says(text: str) -> bool:
    """Whether words are left when what is alike everywhere is taken out."""
    return bool(_WORD.search(re.sub(r"&\w+;", " ", _ALIKE.sub(" ", text))))


# --- Scripts ------------------------------------------------------------------------------------
_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", re.DOTALL)
_SENTENCE = re.compile(r"[\"'`]([^\"'`\n]*\b[A-Z][a-z]+ [a-z]+[^\"'`\n]*)[\"'`]")


def in_scripts() -> Iterator[Unmarked]:
    """Sentences in our scripts, which have their words from the page's data attributes."""
    for path in sorted((ROOT / "static" / "js").rglob("*.js")):
        yield from in_script(str(path.relative_to(ROOT)), path.read_text())


def in_script(file: str, source: str) -> Iterator[Unmarked]:
    """The same in the text of one script."""
    code = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), source)
    for match in _SENTENCE.finditer(code):
        yield Unmarked(file, code[: match.start()].count("\n") + 1, match[1])
