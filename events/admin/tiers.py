"""Ticket tiers and their forms in the admin; every write goes through events/domain/tiers.py."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from access.sentences import field_messages
from config.errors import Invalid
from events.domain.tiers import clean_questions, clean_tier
from events.facts.tiers import amount_of, price_of
from events.fields import QUESTION, TIER
from events.kinds import exponent_of
from events.models import Question, Tier
from pages.admin import DomainAdmin, ReadOnlyAdmin, TenantScoped
from pages.admin.showing import state_column
from pages.forms import Lines
from pages.organizer.forms import TierForm as PagesForm
from pages.organizer.forms import cents
from rsvps.domain.tiers import create_tier, delete_tier, update_tier


class TierForm(forms.ModelForm):  # type: ignore[type-arg]
    """A tier's own fields, checked by the domain. Its price is typed in whole units."""

    price_cents = deepcopy(PagesForm.base_fields["price_cents"])

    class Meta:
        model = Tier
        fields = TIER.names
        labels = {name: field.label for name, field in PagesForm.base_fields.items()}
        help_texts = {name: field.help_text for name, field in PagesForm.base_fields.items()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tier = self.instance
        self.initial["price_cents"] = amount_of(tier.price_cents, tier.currency)

    def clean(self) -> dict[str, Any]:
        """Shows what the domain would refuse beside the field. An unknown currency has no units;
        the domain refuses it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        decimals = exponent_of(cleaned.get("currency", "").upper())
        if "price_cents" in cleaned:
            try:
                cleaned["price_cents"] = cents(cleaned["price_cents"] or "0", decimals or 0)
            except forms.ValidationError as problem:
                self.add_error("price_cents", problem)
        try:
            if not self.errors:
                clean_tier(self.changes(), new=False)
        except Invalid as problem:
            for field, said in field_messages(problem).items():
                self.add_error(field if field in self.fields else None, said)
        return cleaned

    def changes(self) -> dict[str, Any]:
        """What was filled in or changed, in domain words."""
        changed = {*self.changed_data} & {*TIER.names}
        # The same number is another price in another currency.
        changed |= {"price_cents"} if "currency" in changed else set()
        return {name: self.cleaned_data[name] for name in TIER.names if name in changed}


class QuestionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A question; options one on each line."""

    options = Lines(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 30}),
        help_text=_("One per line, for single and multiple choice."),
    )

    class Meta:
        model = Question
        fields = [*QUESTION.names, "position"]

    def entry(self) -> dict[str, Any]:
        """The question in domain words, with the id of a present one."""
        entry = {name: self.cleaned_data[name] for name in QUESTION.names}
        return entry if self.instance._state.adding else entry | {"id": self.instance.pk}


class QuestionFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The whole form of a tier, as the domain takes it."""

    def clean(self) -> None:
        """Shows what the domain would refuse beside the question's field."""
        super().clean()
        if any(form.errors for form in self.forms):
            return
        kept = self._kept()
        try:
            clean_questions([form.entry() for form in kept])
        except Invalid as problem:
            for field, said in field_messages(problem).items():
                _, number, name = [*field.split(".", 2), "", ""][:3]
                form = kept[int(number)] if number.isdigit() else None
                if form is not None and name in form.fields:
                    form.add_error(name, said)
                else:
                    raise forms.ValidationError(said) from None

    def entries(self) -> list[dict[str, Any]]:
        """Every question that stays, in order."""
        return [form.entry() for form in self._kept()]

    def _kept(self) -> list[Any]:
        filled = [
            form
            for form in self.forms
            if (form.has_changed() or not form.instance._state.adding)
            and not form.cleaned_data.get("DELETE")
        ]
        return sorted(filled, key=lambda form: form.cleaned_data.get("position") or 0)


class _Table(TenantScoped, admin.TabularInline):  # type: ignore[type-arg]
    """Rows of an event's page as a table. Django names a column at its head alone; here each field
    has its name for those who hear the page."""

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The rows' forms, with the names of their fields."""
        formset: Any = super().get_formset(request, obj, **kwargs)
        for field in formset.form.base_fields.values():
            field.widget.attrs["aria-label"] = field.label
        formset.deletion_widget = forms.CheckboxInput(attrs={"aria-label": _("Remove")})
        return formset


class QuestionInline(_Table):
    """The form of a ticket type."""

    tenant_path = "tier__event__tenant"
    model = Question
    form = QuestionForm
    formset = QuestionFormSet
    extra = 0

    def get_queryset(self, request: HttpRequest) -> Any:
        """What is asked now; retired questions stand in their own list."""
        return super().get_queryset(request).filter(is_active=True)


class TierInline(_Table):
    """Ticket types of an event."""

    tenant_path = "event__tenant"
    model = Tier
    form = TierForm
    extra = 0
    readonly_fields = ["seats_taken"]
    show_change_link = True


def save_tiers(formset: Any, event_id: Any) -> None:
    """Carries out a formset of tiers through the domain. Raises DomainError."""
    formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
    for form in formset.forms:
        tier = form.instance
        if form.cleaned_data.get("DELETE"):
            if not tier._state.adding:
                delete_tier(event_id=event_id, tier_id=tier.pk)
                formset.deleted_objects.append(tier)
        elif tier._state.adding and form.has_changed():
            tier.pk = create_tier(event_id=event_id, values=form.changes())
            formset.new_objects.append(tier)
        elif form.has_changed():
            update_tier(event_id=event_id, tier_id=tier.pk, values=form.changes())
            formset.changed_objects.append((tier, form.changed_data))


@admin.register(Tier)
class TierAdmin(TenantScoped, DomainAdmin):
    """Ticket types with their forms."""

    tenant_path = "event__tenant"
    ordering = ["event_id", "position", "id"]
    form = TierForm
    fields = ["event", *TIER.names, "seats_taken"]
    list_display = ["name", "event", "price", "seats_taken", "capacity", "is_active"]
    list_select_related = ["event"]
    list_filter = ["is_active"]
    search_fields = ["name", "event__title"]
    raw_id_fields = ["event"]
    readonly_fields = ["seats_taken"]
    inlines = [QuestionInline]

    @admin.display(description=_("price"), ordering="price_cents")
    def price(self, tier: Tier) -> str:
        """In units, with the currency."""
        return price_of(tier.price_cents, tier.currency)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A tier stays with its event."""
        return [*self.readonly_fields, "event"] if obj else list(self.readonly_fields)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Creates or changes through the domain."""
        if change:
            update_tier(event_id=obj.event_id, tier_id=obj.pk, values=form.changes())
        else:
            obj.pk = create_tier(event_id=obj.event_id, values=form.changes())
        obj.refresh_from_db()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """The questions, as one form."""
        formset.new_objects, formset.deleted_objects = [], []
        formset.changed_objects = [(each.instance, each.changed_data) for each in formset.forms]
        if formset.has_changed():
            tier = form.instance
            values = {"questions": formset.entries()}
            update_tier(event_id=tier.event_id, tier_id=tier.pk, values=values)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Removes a tier nobody holds a ticket of."""
        delete_tier(event_id=obj.event_id, tier_id=obj.pk)


@admin.register(Question)
class QuestionAdmin(TenantScoped, ReadOnlyAdmin):
    """Questions of ticket forms, retired ones included; they are edited with their tier."""

    tenant_path = "tier__event__tenant"
    ordering = ["tier_id", "position", "id"]
    list_display = ["label", state_column("kind"), "tier", "required", "is_active"]
    list_select_related = ["tier"]
    list_filter = ["kind", "is_active"]
    exclude = ["options"]
    readonly_fields = ["shown_options"]
    search_fields = ["label", "tier__name"]

    @admin.display(description=_("Options"))
    def shown_options(self, question: Question) -> str:
        """What may be chosen, one on each line."""
        return "\n".join(question.options)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Takes the question out of its form; one that was answered is retired."""
        tier = obj.tier
        asked = Question.objects.filter(tier=tier, is_active=True)
        kept = [{"id": each.pk, "label": each.label} for each in asked if each != obj]
        update_tier(event_id=tier.event_id, tier_id=tier.pk, values={"questions": kept})
