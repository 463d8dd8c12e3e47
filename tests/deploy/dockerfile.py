"""The Dockerfile, read far enough to do on this machine what a build would do."""

from __future__ import annotations

import fnmatch
import json
import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
_ABSOLUTE = re.compile(r"(?<![\w/.])/(?=(?:app|data|opt/convene|tmp)\b)")


@dataclass(frozen=True)
class Step:
    """One instruction: ``("RUN", "python -m …")``."""

    word: str
    rest: str


def steps() -> list[Step]:
    """Every instruction in order, continued lines joined."""
    lines = [line for line in DOCKERFILE.read_text().splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    found = [line.partition(" ") for line in joined.splitlines() if line]
    return [Step(word, rest.strip()) for word, _, rest in found]


def only(word: str) -> str:
    """What follows the one instruction of this name."""
    (step,) = [step for step in steps() if step.word == word]
    return step.rest


def environment() -> dict[str, str]:
    """ENV of the finished image."""
    return dict(pair.partition("=")[::2] for pair in shlex.split(only("ENV")))


def command(word: str) -> list[str]:
    """CMD, or the command of HEALTHCHECK, which are written as JSON lists."""
    arguments: list[str] = json.loads(only(word).partition("[")[1] + only(word).partition("[")[2])
    return arguments


def beneath(prefix: Path, text: str) -> str:
    """``text`` with the image's folders moved beneath ``prefix``."""
    return _ABSOLUTE.sub(f"{prefix}/", text)


def copy_context(to: Path) -> None:
    """`COPY . .`: the project without what .dockerignore names: at its top, or anywhere (`**/`)."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    anywhere = [line.removeprefix("**/") for line in patterns if line.startswith("**/")]

    def leave(folder: str, names: list[str]) -> set[str]:
        wanted = patterns + anywhere if Path(folder) == ROOT else anywhere
        return {name for name in names for one in wanted if fnmatch.fnmatch(name, one)}

    shutil.copytree(ROOT, to, ignore=leave, dirs_exist_ok=True)
