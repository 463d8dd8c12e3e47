"""What every form shares: it reads shapes, the domain says what they may hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms.utils import ErrorDict
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.sentences import field_messages, message_of, sentence
from config.cleaners import (
    Email,
    Field,
    Flag,
    Moment,
    OneOf,
    Text,
    Texts,
    WebAddress,
    Whole,
)
from config.errors import (
    DomainError,
    Invalid,
    NotFound,
    TooManyRequests,
    Unauthenticated,
    flaw,
)
from config.images import READ, clean_image
from events.kinds import Currency, Hours, Recordings, Zone
from notify.enums import EVENT_TYPES
from notify.kinds import EventTypes
from pages.form_keys import Refused

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# These are about the page, not about what was typed into it.
_OF_THE_PAGE = (NotFound, TooManyRequests, Unauthenticated)

_MOST_SHOWN = 300
_WORDS = ((None, ""), (True, gettext_lazy("yes")), (False, gettext_lazy("no")))
# What a browser sends; other separators that str.splitlines() knows may stand within a text.
_SMALL = re.compile(r"[0-9]{1,9}")
_LINE_END = re.compile("\r\n|\r|\n")


def show_beside(form: forms.BaseForm, problem: DomainError, *, naming: bool = False) -> None:
    """Puts what is wrong beside the fields it names; what names none is said above them, with
    ``naming`` behind the field's name. An entry of a list (``recordings.2.url``) goes by its line,
    a related row's id by the row."""
    if not isinstance(problem, Invalid):
        form.add_error(None, message_of(problem))
        return
    for field, said in field_messages(problem).items():
        name, *place = field.split(".") if field not in form.fields else [field]
        if place and place[0].isdecimal() and isinstance(form.fields.get(name), Lines):
            line = _("Line %(number)s: %(problem)s")
            said = [line % {"number": int(place[0]) + 1, "problem": each} for each in said]
        known = next(
            (each for each in (name, name.removesuffix("_id")) if each in form.fields), None
        )
        if naming and known is None:
            said = [f"{field}: {each}" for each in said]
        form.add_error(known, said)


def tell_overtaken(form: forms.BaseForm, names: Iterable[str]) -> None:
    """Says beside each of these fields what somebody else has put there since the form was shown;
    what was typed into it stays."""
    for name in names:
        form.add_error(name, sentence(flaw("overtaken", value=spoken(form, name))))


def spoken(form: forms.BaseForm, name: str) -> str:
    """What a field is known to hold, in words; a long text is cut."""
    field = form.fields[name]
    value = field.prepare_value(form.get_initial_for_field(field, name))
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        value = dict(choices).get(value, value)
    # By identity: 1 is no yes, and 0 is no no.
    said = next((word for known, word in _WORDS if value is known), value)
    return Truncator(str(said)).chars(_MOST_SHOWN)


def replace_sent(form: forms.BaseForm, values: Mapping[str, str]) -> None:
    """Puts these in the place of what was sent, for when the form is shown again."""
    sent: Any = form.data
    form.data = sent = sent.copy()
    for name, value in values.items():
        sent[name] = value


class _BoundField(forms.BoundField):
    """A field whose hidden inputs refer to no hint: HTML allows them no such attribute."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        """Django's attributes, without a description where there is nothing to see."""
        built = super().build_widget_attrs(attrs, widget)
        if (widget or self.field.widget).is_hidden:
            built.pop("aria-describedby", None)
        return built


class DomainForm(forms.Form):
    """A form that shows the domain's refusals beside the fields they name."""

    bound_field_class = _BoundField

    @property
    def must_wait(self) -> bool:
        """Whether it was sent too often, and comes back as it was sent."""
        return isinstance(self.data, Refused) and isinstance(self.data.problem, TooManyRequests)

    def add_error(self, field: str | None, error: Any) -> None:
        """Notes what is wrong, and lets the page open at the first field that is."""
        super().add_error(field, error)
        for name in self.fields:
            self.fields[name].widget.attrs.pop("autofocus", None)
        if self.first_wrong:
            self.fields[self.first_wrong].widget.attrs["autofocus"] = True

    @property
    def first_wrong(self) -> str:
        """The first field with something wrong in it that can be opened at: a group of buttons
        cannot. Empty without one."""
        errors: Mapping[str, Any] = self._errors or {}
        shown = (name for name in self.fields if not self.fields[name].widget.use_fieldset)
        return next((name for name in shown if name in errors), "")

    def full_clean(self) -> None:
        """Refuses what is not to be carried out; what was typed is not judged then."""
        if not isinstance(self.data, Refused):
            super().full_clean()
            return
        self._errors = ErrorDict(renderer=self.renderer)
        self.cleaned_data = {}
        self.add_error(None, message_of(self.data.problem))

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Turns a DomainError raised inside into errors of this form, and goes on after it."""
        try:
            yield
        except _OF_THE_PAGE:
            raise
        except DomainError as problem:
            show_beside(self, problem)

    def hidden_values(self) -> SafeString:
        """Hidden inputs that send the form again as it was sent."""
        sent = format_html_join("", "{}", ((field.as_hidden(),) for field in self))
        return sent + self.hidden_initials()

    def hidden_initials(self) -> SafeString:
        """Hidden inputs that remember what each field held when the form was first shown, so that
        only what the visitor changed counts as changed."""
        return format_html_join("", "{}", ((field.as_hidden(only_initial=True),) for field in self))


def text(
    label: StrOrPromise, *, limit: int, required: bool = False, **options: Any
) -> forms.CharField:
    """A one-line text. ``attrs`` go to its input."""
    attrs = {"maxlength": limit} | options.pop("attrs", {})
    widget = options.pop("widget", forms.TextInput)
    return forms.CharField(label=label, required=required, widget=widget(attrs=attrs), **options)


def long_text(
    label: StrOrPromise, *, limit: int, rows: int = 4, required: bool = False, **options: Any
) -> forms.CharField:
    """A text of several lines."""
    attrs = {"rows": rows} | options.pop("attrs", {})
    return text(
        label, limit=limit, required=required, widget=forms.Textarea, attrs=attrs, **options
    )


def moment(label: StrOrPromise, *, required: bool = False, **options: Any) -> forms.CharField:
    """A local date and time, as the text the browser sends."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"})
    return forms.CharField(label=label, required=required, widget=widget, **options)


def whole(
    label: StrOrPromise, *, lowest: int, highest: int | None, required: bool = False, **options: Any
) -> forms.IntegerField:
    """A whole number. The bounds guide the browser; the domain holds them."""
    attrs = {"min": lowest, "max": highest, "inputmode": "numeric"}
    widget = forms.NumberInput(attrs=attrs)
    return forms.IntegerField(label=label, required=required, widget=widget, **options)


def flag(label: StrOrPromise, **options: Any) -> forms.BooleanField:
    """A checkbox."""
    return forms.BooleanField(label=label, **options | {"required": False})


def shown(field: Field, label: StrOrPromise, **options: Any) -> forms.Field:
    """What a field of a table is typed into; its kind says the limits. ``options`` add to it."""
    kind: Any = field.kind
    options.setdefault("required", field.needed)
    match kind:
        case Text(multiline=True):
            return long_text(label, limit=kind.limit, **options)
        case WebAddress():
            attrs = {"inputmode": "url"} | options.pop("attrs", {})
            return text(label, limit=kind.limit, attrs=attrs, **options)
        case Text() | Email() | Zone() | Currency():
            return text(label, limit=kind.limit, **options)
        case Whole():
            return whole(label, lowest=kind.lowest, highest=kind.highest, **options)
        case Flag():
            return flag(label, **options)
        case OneOf():
            return forms.ChoiceField(label=label, choices=kind.choices, **options)
        case Moment():
            return moment(label, **options)
        case Texts() | Recordings():
            return Lines(label=label, **options)
        case Hours():
            return Numbers(label=label, **options)
        case EventTypes():
            boxes = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(
                label=label, choices=EVENT_TYPES, widget=boxes, **options
            )
    raise TypeError(f"No page asks for {kind}")


def email(field: Field, label: StrOrPromise, **options: Any) -> forms.Field:
    """What an address of one's own is typed into, by a keyboard that has an @."""
    attrs = {"autocomplete": "email", "inputmode": "email"}
    return shown(field, label, attrs=attrs, **options)


class Lines(forms.CharField):
    """A list of texts, one on each line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """The list as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        """The lines as a list; empty ones are left out."""
        text = super().to_python(value) or ""
        return [line.strip() for line in _LINE_END.split(text) if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the lines say something else than the list."""
        return self.to_python(data) != (initial or [])


class Numbers(forms.CharField):
    """A list of whole numbers with commas between; what is none goes on as text, which the domain
    refuses."""

    def prepare_value(self, value: Any) -> Any:
        """The list as text."""
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[Any]:  # type: ignore[override]
        """The text as a list."""
        parts = [part.strip() for part in (super().to_python(value) or "").split(",")]
        return [int(part) if _SMALL.fullmatch(part) else part for part in parts if part]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the text names other numbers than the list."""
        return self.to_python(data) != self.to_python(self.prepare_value(initial or []))


class ImageUpload(forms.FileField):
    """A form field for an image; its value is a CleanImage."""

    def __init__(self, **options: Any) -> None:
        accepted = ",".join(f"image/{kind.lower()}" for kind in READ)
        options.setdefault("widget", forms.FileInput(attrs={"accept": accepted}))
        super().__init__(**options)

    def to_python(self, data: Any) -> Any:
        """The image, re-encoded; None when none was chosen."""
        upload = super().to_python(data)
        if upload is None:
            return None
        try:
            return clean_image(upload, field="", name=upload.name or "")
        except Invalid as problem:
            raise forms.ValidationError(message_of(problem)) from None


class DrawnFile(ImageUpload):
    """The same as a file, for a model's own image field."""

    def to_python(self, data: Any) -> Any:
        drawn = super().to_python(data)
        if drawn is None:
            return None
        # Named by chance: a name is never used again, and browsers keep what it names for good.
        return SimpleUploadedFile(f"{uuid4()}.{drawn.extension}", drawn.content, drawn.mime_type)
