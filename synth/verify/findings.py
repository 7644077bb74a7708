"""What verification finds: problems, each with its place, gathered without drowning the reader."""

from collections import Counter
from dataclasses import dataclass, field

_MOST_PER_FILE = 10


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        clip_id: Of which clip; "" for what belongs to the dataset as a whole.
        file: Name of the file, without the clip's id.
        where: Row, frame, event, plate...; "" for the file as a whole.
        message: What was expected and what was found.
    """

    clip_id: str
    file: str
    where: str
    message: str

    def __str__(self) -> str:
        place = " ".join(part for part in (self.clip_id, self.file, self.where) if part)
        return f"{place}: {self.message}"


@dataclass
class Findings:
    """Gathers problems, the first ten of each file one by one, the rest as a number."""

    problems: list[Problem] = field(default_factory=list)
    _count: Counter = field(default_factory=Counter)

    def add(self, clip_id: str, file: str, where: str, message: str) -> None:
        """Note a problem."""
        self._count[clip_id, file] += 1
        if self._count[clip_id, file] <= _MOST_PER_FILE:
            self.problems.append(Problem(clip_id, file, where, message))

    def finish(self) -> list[Problem]:
        """Return all problems; files with more than ten get a last one that counts the rest."""
        more = [
            Problem(clip_id, file, "", f"{count - _MOST_PER_FILE} more problems of this file")
            for (clip_id, file), count in self._count.items()
            if count > _MOST_PER_FILE
        ]
        return self.problems + more


@dataclass(frozen=True)
class ClipFindings:
    """Findings of one clip; `file` and `where` are enough here."""

    findings: Findings
    clip_id: str

    def add(self, file: str, where: str, message: str) -> None:
        """Note a problem of this clip."""
        self.findings.add(self.clip_id, file, where, message)
