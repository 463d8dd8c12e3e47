"""The instance's own secret: made once, whole, whoever else is starting."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.secrets import instance_secret

_STARTS = 40


def _start(folder: Path, together: Barrier, told: Any) -> None:
    """One container on a shared volume, in which the server is process 1, starts again and
    again: each time beside another one, and each time with a new volume."""
    keys = []
    for number in range(_STARTS):
        together.wait(30)
        with mock.patch.object(os, "getpid", return_value=1):
            try:
                keys.append(instance_secret(folder / str(number)))
            except Exception as problem:
                keys.append(repr(problem))
    told.put(keys)


def test_containers_that_start_together_agree(tmp_path: Path) -> None:
    """Both are process 1, and share nothing but the folder: one key each time, never half a one,
    and no draft is left."""
    context = get_context("spawn")
    together, told = context.Barrier(2), context.Queue()
    pair = [context.Process(target=_start, args=(tmp_path, together, told)) for _ in range(2)]
    for each in pair:
        each.start()
    one, other = told.get(timeout=60), told.get(timeout=60)
    for each in pair:
        each.join(60)
    assert one == other
    assert {len(key) for key in one} == {67}
    assert {file.name for file in tmp_path.glob("*/*")} == {"secret_key"}


def test_the_draft_of_another_container_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second process of the same id, in the middle of the first: both get the first key that
    was put in place."""
    link: Callable[..., None] = os.link
    others: list[str] = []

    def interrupted(source: Path, target: Path) -> None:
        monkeypatch.setattr(os, "link", link)
        others.append(instance_secret(tmp_path))
        link(source, target)

    monkeypatch.setattr(os, "getpid", lambda: 1)
    monkeypatch.setattr(os, "link", interrupted)
    assert [instance_secret(tmp_path)] == others
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


def test_a_key_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    """In a folder that is made for it; read again at the next start."""
    key = instance_secret(tmp_path / "data")
    file = tmp_path / "data" / "secret_key"
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == (key, 0o600)
    assert instance_secret(tmp_path / "data") == key


@pytest.mark.parametrize("content", ["", " \n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    """It may have held the key of every link: a person decides, and nothing is overwritten."""
    file = tmp_path / "secret_key"
    file.write_text(content)
    with pytest.raises(ImproperlyConfigured, match="secret_key is empty"):
        instance_secret(tmp_path)
    assert file.read_text() == content
