"""Entry point: one command, its answer on stdout; errors are one line on stderr and exit code 2."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from hengke.kernel.errors import HengkeError
from hengke_analytics.cli import options


def main(arguments: Sequence[str]) -> int:
    """Carry out one command line; the result is the exit code."""
    import duckdb
    import pyarrow as pa

    try:
        chosen = options.parse(arguments)
        chosen.run(chosen)
    except HengkeError as error:
        return _fail(error.message)
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        return _fail(f"{error.filename or 'file'}: {error.strerror or error}")
    except (pa.ArrowException, duckdb.Error) as error:
        return _fail(f"The data cannot be used: {error}")
    return 0


def _fail(message: str) -> int:
    print("hengke:", " ".join(message.split()), file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
