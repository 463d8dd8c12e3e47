"""Lost work is taken up again, what is done with is removed, and looking writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from operations.sweeping import sweep, tidy

pytestmark = pytest.mark.django_db


def running(minutes: int, workers: int = 1) -> DBTaskResult:
    """A task that a worker began so long ago."""
    return DBTaskResult.objects.create(
        status="RUNNING",
        task_path="notify.domain.mail.sending.send_mails",
        args_kwargs={"args": [], "kwargs": {}},
        backend_name="default",
        run_after=get_date_max(),
        started_at=timezone.now() - timedelta(minutes=minutes),
        worker_ids=[f"worker {number}" for number in range(workers)],
    )


def status_of(task: DBTaskResult) -> str:
    return DBTaskResult.objects.get(pk=task.pk).status


def test_a_task_whose_worker_is_gone_is_begun_anew(settings: Any) -> None:
    """After its lease; one that five workers did not survive is given up."""
    settings.TASK_LEASE = 600
    young, old, deadly = running(9), running(11), running(11, workers=5)
    sweep(timezone.now())
    assert [status_of(each) for each in (young, old, deadly)] == ["RUNNING", "READY", "FAILED"]


def test_what_succeeded_is_removed_after_a_day() -> None:
    """What failed stays, for organizers to look at."""
    running(1), running(1)
    DBTaskResult.objects.update(status="SUCCESSFUL", finished_at=timezone.now())
    failed = running(1)
    DBTaskResult.objects.filter(pk=failed.pk).update(
        status="FAILED", finished_at=timezone.now() - timedelta(days=3)
    )
    tidy(timezone.now())
    assert DBTaskResult.objects.count() == 3
    tidy(timezone.now() + timedelta(days=1, seconds=1))
    assert list(DBTaskResult.objects.values_list("pk", flat=True)) == [failed.pk]


def test_looking_writes_nothing(
    everything_stored: Callable[[], Any], django_assert_num_queries: Any
) -> None:
    """An idle worker reads, and takes no lock."""
    stored = everything_stored()
    with django_assert_num_queries(7) as captured:
        sweep(timezone.now())
        tidy(timezone.now())
    assert everything_stored() == stored
    said = {query["sql"].split()[0] for query in captured.captured_queries}
    assert said == {"SELECT"}
