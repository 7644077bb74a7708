"""What commands say: results on stdout, progress and errors on stderr.

On a terminal progress is a bar; anywhere else it is a plain line now and then, fit for a log file.
"""

import errno
import json
import sys
import time
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_SECONDS_BETWEEN_LINES = 5.0
_REMEDIES = {
    errno.ENOSPC: "the disk is full: free some space or choose another folder",
    errno.EDQUOT: "the disk quota is used up: free some space or choose another folder",
    errno.EACCES: "permission denied: choose a folder that you may use, or ask its owner",
    errno.EPERM: "permission denied: choose a folder that you may use, or ask its owner",
    errno.EROFS: "the file system is read-only: choose another folder",
    errno.ENOENT: "no such file or folder: check the path",
    errno.EEXIST: "it exists already: choose another name",
    errno.EISDIR: "it is a folder, expected a file",
    errno.ENOTDIR: "a part of the path is a file, expected a folder",
    errno.EMFILE: "too many open files: raise the limit with 'ulimit -n 4096' or use fewer workers",
    errno.ENAMETOOLONG: "the name is too long: choose a shorter one",
}


def explain_os_error(error: OSError) -> str:
    """Say what the system refused, for which file, and what to do.

    >>> explain_os_error(OSError(errno.ENOSPC, "No space left on device", "out/shards/00000.tar"))
    'out/shards/00000.tar: the disk is full: free some space or choose another folder'
    """
    place = f"{error.filename}: " if error.filename else ""
    return place + _REMEDIES.get(error.errno or 0, error.strerror or str(error) or type(error).__name__)


def count_noun(number: int, noun: str) -> str:
    """Write a number of things.

    >>> count_noun(1, "clip"), count_noun(3, "clip")
    ('1 clip', '3 clips')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def print_error(message: str) -> None:
    """Print an error, a line for each of its lines."""
    for line in message.splitlines() or [""]:
        typer.secho("error: ", fg=typer.colors.RED, bold=True, nl=False, err=True)
        typer.echo(line, err=True)


def print_note(message: str) -> None:
    """Print a remark that is no result."""
    typer.echo(message, err=True)


def print_result(message: str) -> None:
    """Print a result."""
    typer.echo(message)


def print_json(content: Any) -> None:
    """Print a result for machines; numbers that JSON lacks (infinities) become null."""
    typer.echo(json.dumps(_finite(content), indent=1, ensure_ascii=False, allow_nan=False))


def _finite(content: Any) -> Any:
    if isinstance(content, float):
        return content if abs(content) < float("inf") else None
    if isinstance(content, dict):
        return {str(key): _finite(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_finite(value) for value in content]
    return content


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; columns whose names begin with '>' are aligned to the right."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column.lstrip(">"), justify="right" if column.startswith(">") else "left")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console = Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=160)
    console.print(table)


class ProgressReport:
    """Shows how far several things have come, each by its name.

    A context manager. `update` may be called as often as one likes.
    """

    def __init__(self) -> None:
        self._bars: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._last_line_s = time.monotonic()
        self._last_text = ""
        self._begun: set[str] = set()  # what a line was printed of

    def __enter__(self) -> "ProgressReport":
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            self._bars = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[unit]}"),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bars:
            self._bars.stop()

    def update(self, name: str, done: int, total: int, *, unit: str, now: bool = False) -> None:
        """Say that `done` of `total` are done of the thing called `name`.

        Of what lines are printed the last one says that it is whole.

        Args:
            name: What the bar or line is called.
            done: How many.
            total: Of how many.
            unit: Of what.
            now: Where lines are printed: print one even when the last was a moment ago.
        """
        if self._bars:
            if name not in self._tasks:
                self._tasks[name] = self._bars.add_task(name, total=total, unit=unit)
            self._bars.update(self._tasks[name], completed=done, total=total)
            return
        text = f"{name}: {done}/{total} {unit}"
        time_s = time.monotonic()
        now = now or (done == total and name in self._begun)
        if text != self._last_text and (now or time_s - self._last_line_s >= _SECONDS_BETWEEN_LINES):
            self._last_line_s, self._last_text = time_s, text
            self._begun.add(name)
            print_note(text)

    def drop(self, name: str) -> None:
        """Take a finished thing's bar away."""
        if self._bars and name in self._tasks:
            self._bars.remove_task(self._tasks.pop(name))
