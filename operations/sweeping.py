"""Work that was lost or is due, taken up; what is done with, removed. Looking writes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.domain.devices import forget_devices
from events.domain.series import extend_all
from notify.domain.endpoints import forget_endpoints
from notify.domain.mail.reminding import remind
from notify.domain.mail.sending import wake_mail
from outbox.domain.taking import forget_changes
from rsvps.domain.keeping import forget_kept

# A task whose worker was killed this often is not begun again: it may be what kills them.
_MOST_WORKERS = 5
_DONE_KEPT = timedelta(days=1)


def sweep(now: datetime) -> None:
    """Takes up again what a killed worker left: mails that are due, tasks that nobody finishes.
    Writes the reminders whose time has come, and makes the occurrences of series that are due.
    Deliveries of webhooks come back by themselves when their lease runs out.
    """
    remind(now)
    wake_mail(now)
    late = now - timedelta(seconds=settings.TASK_LEASE)
    for task in DBTaskResult.objects.running().filter(started_at__lt=late):
        given_up = len(task.worker_ids) >= _MOST_WORKERS
        status = TaskResultStatus.FAILED if given_up else TaskResultStatus.READY
        # Unless it ended, or somebody else took it up, meanwhile.
        held = DBTaskResult.objects.running().filter(pk=task.pk, started_at=task.started_at)
        held.update(status=status, finished_at=now if given_up else None)
    extend_all(now)


def tidy(now: datetime) -> None:
    """Removes tasks that succeeded more than a day ago, changes older than the feed tells,
    webhooks of events that are gone, browsers that nobody used, and what browsers keep of events
    long over."""
    done = DBTaskResult.objects.successful().filter(finished_at__lt=now - _DONE_KEPT)
    if done.exists():
        done.delete()
    forget_changes(now)
    forget_endpoints()
    forget_devices(now)
    forget_kept(now)
