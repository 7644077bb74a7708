"""The command ``shopsynth``: one command of it a file of this folder.

In: arguments. Out: results on stdout, progress and errors on stderr, and the exit code: 0 done, 1 failed,
2 used wrongly, 3 bad scenario, 4 finished in part, 130 interrupted. The commands import what they need
when they run, so that ``shopsynth --help`` answers at once.
"""

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path

import typer

from cli.console import explain_os_error, print_error
from cli.doctor import doctor
from cli.export import export
from cli.generate import generate
from cli.init import init
from cli.plan import plan
from cli.refine import refine
from cli.report import report
from cli.schema import schema
from cli.train_gan import train_gan
from cli.validate import validate
from cli.verify import verify
from cli.view import view
from scenes.errors import ShopsynthError

INTERRUPTED = 130

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    help="Makes labelled clips of checkout-free shops from scenario files, with receipts proved right.",
)
for command in (
    init,
    validate,
    plan,
    generate,
    refine,
    train_gan,
    verify,
    export,
    report,
    view,
    schema,
    doctor,
):
    app.command(command.__name__.replace("_", "-"))(command)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    try:
        app(list(arguments), prog_name="shopsynth")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except ShopsynthError as error:
        print_error(str(error))
        return error.exit_code
    except OSError as error:
        print_error(explain_os_error(error))
        return 1
    except KeyboardInterrupt:
        print_error("interrupted")
        return INTERRUPTED
    except MemoryError:
        print_error("out of memory: use fewer --workers, smaller pictures or shorter clips")
        return 1
    except Exception as error:
        print_error(explain_bug(error))
        return 1
    return 0


def explain_bug(error: Exception) -> str:
    """Say in one line what nobody foresaw and where, and keep the details in a file of the temp folder."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{'/'.join(Path(frame.filename).parts[-3:])}:{frame.lineno}"
    what = " ".join(f"{type(error).__name__}: {error}".split())
    try:
        number, path = tempfile.mkstemp(prefix="shopsynth-error-", suffix=".txt")
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write("".join(traceback.format_exception(error)))
    except OSError:
        path = "nowhere, for the temp folder cannot be written"
    return f"{what} (at {place}); this is a bug of shopsynth, please report it; details are in {path}"


def main() -> None:
    """Entry point of the installed command."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
