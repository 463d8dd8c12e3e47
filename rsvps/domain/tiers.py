"""Every write to ticket tiers and their forms.

Each holds the event, as RSVPs do, so a tier cannot change under a seat that is being taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Max

from config.errors import Invalid, NotFound, flaw
from events import limits
from events.domain.locking import LockedEvent, locked_event, touch
from events.domain.tiers import clean_questions, clean_tier, options_problem
from events.models import Question, Tier
from outbox.domain.emitting import tell
from outbox.enums import Kind
from rsvps.domain.capacity import settle_capacity
from rsvps.errors import TierInUse
from rsvps.models import Rsvp


def create_tier(*, event_id: UUID, values: Mapping[str, Any]) -> UUID:
    """A new tier of the event, last in order unless ``position`` says otherwise; its id.

    ``values`` holds tier fields and, as ``questions``, the form; see clean_tier() and
    clean_questions(). Raises Invalid, NotFound.
    """
    cleaned = clean_tier(values, new=True)
    questions = clean_questions(values.get("questions") or [])
    with locked_event(event_id) as event:
        siblings = Tier.objects.filter(event_id=event_id)
        if siblings.count() >= limits.TIERS:
            raise Invalid({"name": flaw("too_many_tiers", most=limits.TIERS)})
        if "position" not in cleaned:
            last = siblings.aggregate(last=Max("position"))["last"]
            cleaned["position"] = 0 if last is None else last + 1
        tier = Tier.objects.create(event_id=event_id, **cleaned)
        _save_questions(tier.id, questions)
        _tell(event)
    return tier.id


def update_tier(
    *, event_id: UUID, tier_id: UUID, values: Mapping[str, Any], if_version: int | None = None
) -> None:
    """Changes what ``values`` holds. ``questions`` replaces the whole form: entries with a known
    ``id`` change, others are new, those left out go; what guests answered already is kept.

    An entry whose ``is_active`` is false retires its question as if it were left out; one that is
    retired already stays as it is. Lowering the capacity below the seats taken is allowed: nobody
    loses a ticket. ``if_version`` is as in locked_event(): a tier is part of its event. Raises
    Invalid, NotFound.
    """
    cleaned = clean_tier(values, new=False)
    questions = clean_questions(values["questions"] or []) if "questions" in values else None
    with locked_event(event_id, if_version) as event:
        tier = _tier_of(event_id, tier_id)
        for field, value in cleaned.items():
            setattr(tier, field, value)
        if cleaned:
            tier.save(update_fields=list(cleaned))
        if "capacity" in cleaned:
            settle_capacity(Tier.objects.filter(pk=tier_id))
        if questions is not None:
            _save_questions(tier_id, questions)
        if cleaned or questions is not None:
            _tell(event)


def delete_tier(*, event_id: UUID, tier_id: UUID, if_version: int | None = None) -> None:
    """Removes a tier that no answer refers to. ``if_version`` is as in locked_event(). Raises
    TierInUse, NotFound."""
    with locked_event(event_id, if_version) as event:
        tier = _tier_of(event_id, tier_id)
        if Rsvp.objects.filter(tier_id=tier_id).exists():
            raise TierInUse
        tier.delete()
        _tell(event)


def _tell(event: LockedEvent) -> None:
    touch(event.id)
    tell(event, Kind.EVENT_UPDATED, parts=["tiers"])


def _tier_of(event_id: UUID, tier_id: UUID) -> Tier:
    tier = Tier.objects.filter(pk=tier_id, event_id=event_id).first()
    if tier is None:
        raise NotFound("tier_not_found")
    return tier


def _save_questions(tier_id: UUID, drafts: Sequence[Mapping[str, Any]]) -> None:
    present = {question.id: question for question in Question.objects.filter(tier_id=tier_id)}
    position = 0
    for number, draft in enumerate(drafts):
        values = {name: value for name, value in draft.items() if name not in ("id", "is_active")}
        known = present.get(draft["id"]) if "id" in draft else None
        if "id" in draft and known is None:
            raise Invalid({f"questions.{number}.id": "question_unknown"})
        if not draft.get("is_active", True):
            if known is None:
                raise Invalid({f"questions.{number}.is_active": "new_question_retired"})
            if not known.is_active:
                del present[known.id]
            continue
        if known is not None:
            del present[known.id]
        question = known or Question(tier_id=tier_id)
        for field, value in values.items():
            setattr(question, field, value)
        if wrong := options_problem(question.kind, question.options):
            raise Invalid({f"questions.{number}.{field}": said for field, said in wrong.items()})
        question.position, question.is_active = position, True
        question.save(force_insert=known is None)
        position += 1
    for question in present.values():
        answered = Rsvp.objects.filter(tier_id=tier_id, answers__has_key=str(question.id))
        if answered.exists():
            Question.objects.filter(pk=question.pk).update(is_active=False)
        else:
            question.delete()
