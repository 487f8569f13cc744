"""`import FILE… --source NAME`: bring ledgers in from the command line."""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Channel
from hengke.engines.access.wording import in_words
from hengke.engines.files import store as files
from hengke.engines.jobs import locking, queue, words
from hengke.engines.jobs.models import Job, JobState
from hengke.kernel.errors import HengkeError, InputError
from hengke.modules.insight.models import Import, LedgerLine, Source
from hengke.modules.insight.services import connecting, drafts, imports, sources
from hengke.modules.insight.services.looking import Look

if TYPE_CHECKING:
    from hengke_analytics.warehouse.formats import FormatGuess
    from hengke_analytics.warehouse.reading import Paging

POLL_SECONDS = 0.5


class Command(BaseCommand):
    help = (
        "Import ledger files (xlsx, xls, csv, tsv, .gz, dbf, json, xml, html, Parquet, SQLite) or what an address"
        " names into a source."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files",
            nargs="*",
            metavar="FILE",
            help="files, or an address: sqlite:///…, postgresql://…, mysql://…, https://…; none reads the source again",
        )
        parser.add_argument("--source", required=True, help="name of the source that the lines belong to")
        parser.add_argument("--query", default="", help="with a database address: a table or one SELECT")
        parser.add_argument(
            "--header", action="append", default=[], metavar="NAME=VARIABLE",
            help="with a web address: send this header, its value from an environment variable",
        )  # fmt: skip
        parser.add_argument("--paging", default="auto", help="auto, none, page, offset, cursor or link")
        parser.add_argument("--page-parameter", default="", help="query parameter that says which page")
        parser.add_argument("--size-parameter", default="", help="query parameter that says how many records")
        parser.add_argument("--page-size", type=int, default=0, help="how many records a page holds")
        parser.add_argument("--daily", action="store_true", help="read this address again every day")
        parser.add_argument("--snapshot", action="store_true", help="the file holds all lines of its period")
        parser.add_argument("--encoding", help="of text files: UTF-8, GB18030, Big5, UTF-16, Windows-1252")
        parser.add_argument("--header-row", type=_line, help="line with the headings, or none")
        parser.add_argument("--sheet", help="sheet of a workbook, table of a database file")
        parser.add_argument("--date-order", choices=("ymd", "dmy", "mdy"), help="order of numbers in dates")
        parser.add_argument("--decimal", choices=("point", "comma"), help="decimal sign of amounts")
        parser.add_argument("--yes", action="store_true", help="do not ask before importing")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor.system(Channel.COMMAND)
        try:
            if not options["files"]:
                rows = [self._again(options["source"], actor)]
                self._run()
                self._tell(rows)
                return
            rows = [self._prepare(name, actor, options) for name in options["files"]]
            if not options["yes"] and not self._agreed():
                drafts.discard(rows, actor=actor)
                return
            for row in rows:
                imports.start(row, actor=actor)
        except HengkeError as error:
            raise CommandError(in_words(error), returncode=2) from None
        self._run()
        self._tell(rows)

    def _prepare(self, name: str, actor: Actor, options: dict[str, Any]) -> Import:
        if name.startswith(("http://", "https://")):
            row = connecting.prepare_service(
                actor=actor, name=options["source"], url=name, headers=_headers(options["header"]),
                paging=_paging(options), daily=options["daily"], look=_look(options),
            )  # fmt: skip
        elif "://" in name:
            row = connecting.prepare_database(
                actor=actor, name=options["source"], url=name, query=options["query"], daily=options["daily"],
                look=_look(options),
            )  # fmt: skip
        else:
            source = sources.source_named(options["source"], actor=actor)
            digest = files.store_path(Path(name))
            row = sources.prepare_file(
                actor=actor, source=source, digest=digest, name=Path(name).name, look=_look(options)
            )
        if options["snapshot"]:
            row.snapshot = True
            row.save(update_fields=["snapshot"])
        self._show(row)
        return row

    def _again(self, name: str, actor: Actor) -> Import:
        source = Source.objects.filter(name=name).first()
        if source is None:
            raise InputError("no_such_source", "There is no source {name} yet: name a file.", name=name)
        job = connecting.read_again(source, actor=actor)
        return Import.objects.get(job=job)

    def _show(self, row: Import) -> None:
        found = sources.inspection_of(row)
        mapping, formats = sources.columns_of_draft(row), sources.formats_of(row)
        self.stdout.write(f"{row.file_name}: {found.kind} {found.encoding_label}".rstrip())
        for column in mapping.columns:
            self.stdout.write(f"  {column.header} → {_written(column.target, formats.get(column.header))}")
        for problem in found.problems:
            self.stderr.write(problem.message)

    def _agreed(self) -> bool:
        """Ask where somebody can answer; a script goes on, since an import can be undone as a whole."""
        if not sys.stdin.isatty():
            return True
        return input(_("Import with these columns? [y/N]") + " ").strip().lower() in ("y", "yes")

    def _run(self) -> None:
        """Work here when no worker lives, else wait for it."""
        with locking.only_worker(wait=False) as mine:
            if mine:
                queue.recover()
                queue.run_waiting(self._echo)
                return
        while (
            job := Job.objects.filter(state__in=(JobState.RUNNING, JobState.QUEUED))
            .order_by("-state")
            .first()
        ):
            self._echo(job)
            time.sleep(POLL_SECONDS)

    def _echo(self, job: Job) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r\x1b[K{job.title}: {words.progress(job)}", ending="")

    def _tell(self, rows: list[Import]) -> None:
        for row in rows:
            row.refresh_from_db()
            said = _(
                "{file}: {state}; {read} rows read, {added} added, {corrected} corrected, {unchanged} unchanged, "
                "{rejected} rejected; billed {billed}"
            )
            counts = {
                name: f"{getattr(row, name):,}" for name in ("added", "corrected", "unchanged", "rejected")
            }
            state, read, billed = row.get_state_display(), f"{row.rows_read:,}", f"{row.billed:,.2f}"
            self.stdout.write(
                said.format(file=row.file_name, state=state, read=read, billed=billed, **counts)
            )
            for claim in row.totals:
                self.stdout.write("  " + _total(claim))
        first = min(row.job_id for row in rows if row.job_id)
        if (broken := Job.objects.filter(pk__gte=first, state=JobState.FAILED).first()) is not None:
            raise CommandError(f"{broken.title}: {broken.error}")


def _headers(said: list[str]) -> dict[str, str]:
    """Headers whose values stand in the environment: a command line can be read by everybody on the machine."""
    headers = {}
    for each in said:
        name, _sign, variable = each.partition("=")
        if variable not in os.environ:
            raise InputError(
                "no_such_variable", "There is no environment variable {name}.", name=variable or each
            )
        headers[name] = os.environ[variable]
    return headers


def _paging(options: dict[str, Any]) -> Paging:
    from hengke_analytics.warehouse.reading import Paging

    return Paging(
        options["paging"], options["page_parameter"], options["size_parameter"], options["page_size"]
    )


def _line(text: str) -> int:
    """A line number, 0 for "none"."""
    if text == "none":
        return 0
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError(_("give a line number from 1, or none"))
    return int(text)


def _look(options: dict[str, Any]) -> Look | None:
    """What was chosen; None where nothing was, so that the source's own choices hold."""
    names = ("encoding", "header_row", "sheet", "date_order", "decimal")
    if all(options[name] is None for name in names):
        return None
    from hengke_analytics.warehouse.encoding import codec_of

    return Look(
        encoding=codec_of(options["encoding"] or ""),
        header_line=options["header_row"],
        sheet=options["sheet"],
        date_order=options["date_order"] or "",
        decimal={"point": ".", "comma": ",", None: ""}[options["decimal"]],
    )


def _written(target: str | None, guess: FormatGuess | None) -> str:
    """A field and, of days and amounts, how the column writes them."""
    from hengke_analytics.warehouse.ledger_fields import BY_NAME

    if target is None:
        return "–"
    told = guess is not None and guess.counts and guess.kind == BY_NAME[target].kind
    return _label(target) + (f" ({', '.join(guess.counts)})" if guess and told else "")


def _label(field: str) -> str:
    return str(LedgerLine._meta.get_field(field).verbose_name)  # type: ignore[union-attr]


def _total(claim: dict[str, Any]) -> str:
    """A total line of the file beside the sum of its rows."""
    amounts = {name: f"{Decimal(claim[name]):,.2f}" for name in ("claimed", "counted")}
    claim = {**claim, **amounts, "field": _label(claim["field"])}
    if claim["agrees"]:
        return _("total in line {line_no}: {field} {claimed} agrees with the rows").format(**claim)
    return _("total in line {line_no}: {field} {claimed}, but the rows add up to {counted}").format(**claim)
