"""A spreadsheet on its way through the back office: looked at, broken off, resumed, cancelled, made a draft of."""

from __future__ import annotations

import csv
import datetime as dt
import io
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cms.registers.importing import portions, runs, working
from cms.registers.importing.background import begin, work
from cms.registers.importing.keeping import forget_lines
from cms.registers.importing.working import folder_of
from cms.registers.models import Batch, Change, Entry, ImportRun, RegulatedList
from cms.registers.office.forms import ImportForm
from tests.clients import client_of
from tests.cms.people import member_of
from tests.registers.bad_files import CODE, REFUSED, UNUSABLE, told_twice, workbook
from tests.registers.registry import added, batch_of, make_keeper, make_list, publish_now

pytestmark = pytest.mark.django_db
Upload = Callable[..., ImportRun]


@pytest.fixture
def editor() -> Any:
    return client_of(member_of("Register editors"))


@pytest.fixture
def steel() -> RegulatedList:
    return make_list()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "begin", lambda run: work(run.pk, run.attempts))


@pytest.fixture
def upload(editor: Any, steel: RegulatedList, django_capture_on_commit_callbacks: Any) -> Upload:
    """Give a file to the page; the run as the background work leaves it."""

    def give(content: str | bytes, name: str = "list.csv") -> ImportRun:
        data = content.encode() if isinstance(content, str) else content
        with django_capture_on_commit_callbacks(execute=True):
            editor.post(
                reverse("register_import:index"),
                {"regulated_list": steel.pk, "file": SimpleUploadedFile(name, data)},
            )
        return ImportRun.objects.latest("pk")

    return give


@pytest.fixture
def step(editor: Any, django_capture_on_commit_callbacks: Any) -> Any:
    def take(run: ImportRun, name: str) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            editor.post(reverse("register_import:step", args=[run.pk, name]))
        run.refresh_from_db()
        return run.state

    return take


def page_of(editor: Any, run: ImportRun) -> str:
    return str(editor.get(run.get_absolute_url()).content.decode())


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    return run.added, run.changed, run.unchanged, run.refused


def test_a_spreadsheet_is_looked_at_before_it_becomes_a_draft(editor: Any, upload: Upload, step: Any) -> None:
    run = upload("企业名称,统一社会信用代码\n甲公司,\n乙公司,12345\n")
    assert (run.state, counts(run)) == ("ready", (1, 0, 0, 1))
    page = page_of(editor, run)
    assert "Added: 1 · changed: 0 · unchanged: 0 · refused: 1" in page
    assert not Batch.objects.exists()
    assert step(run, "draft") == "done"
    assert list(run.batch.changes.values_list("name_zh", "action")) == [("甲公司", "add")]
    assert reverse("register_batches:inspect", args=[run.batch_id]) in page_of(editor, run)


def test_refused_rows_are_handed_out_with_their_cells_to_be_mended(editor: Any, upload: Upload) -> None:
    run = upload("企业名称,统一社会信用代码,产能\n甲公司,,5\n乙公司,12345,=1+1\n")
    response = editor.get(reverse("register_import:refused", args=[run.pk]))
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["row", "column", "reason", "企业名称", "统一社会信用代码", "产能"],
        ["3", "产能", "is a formula; paste its value instead", "乙公司", "12345", "'=1+1"],
    ]
    assert upload(text.replace("'=1+1", "2").replace("12345", CODE)).added == 1


def test_the_same_file_again_changes_nothing(editor: Any, upload: Upload, step: Any) -> None:
    text = "企业名称,省份\n甲公司,河北\n"
    step(upload(text), "draft")
    again = upload(text)
    assert (again.state, counts(again)) == ("done", (0, 0, 1, 0))
    assert "says all of this already" in page_of(editor, again)
    assert Batch.objects.count() == 1


def test_what_is_shown_names_the_facts_that_would_change(editor: Any, steel: RegulatedList, upload: Upload) -> None:
    publish_now(make_keeper(), steel, added("甲公司", province="河北"))
    run = upload("企业名称,省份\n甲公司,山东\n")
    assert counts(run) == (0, 1, 0, 0)
    assert "<del>河北</del> → 山东" in page_of(editor, run)


def test_a_register_that_changed_since_is_compared_anew(
    editor: Any, steel: RegulatedList, upload: Upload, step: Any
) -> None:
    run = upload("企业名称,省份\n甲公司,河北\n乙公司,河北\n")
    publish_now(make_keeper(), steel, added("甲公司", province="河北"))
    assert step(run, "draft") == "ready"
    assert counts(run) == (1, 0, 1, 0)
    assert "The register has changed since" in page_of(editor, run)
    assert Batch.objects.filter(state="draft").count() == 0
    assert step(run, "draft") == "done"
    assert [change.name_zh for change in run.batch.changes.all()] == ["乙公司"]


def test_a_run_whose_process_died_is_resumed(
    editor: Any, upload: Upload, step: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "begin", lambda run: None)
    run = upload("企业名称,省份\n甲公司,河北\n")
    assert "Waiting for its turn" in page_of(editor, run)
    assert step(run, "resume") == "waiting"
    assert run.attempts == 1
    long_ago = timezone.now() - dt.timedelta(minutes=5)
    ImportRun.objects.update(state="comparing", heartbeat_at=long_ago)
    assert "Broken off" in page_of(editor, run)
    monkeypatch.setattr(runs, "begin", lambda run: work(run.pk, run.attempts))
    assert (step(run, "resume"), run.attempts) == ("ready", 2)
    assert counts(run) == (1, 0, 0, 0)


FIVE = "企业名称,省份\n" + "".join(f"{name}公司,河北\n" for name in "甲乙丙丁戊")


@pytest.fixture
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portions, "LINES_AT_ONCE", 2)


def seen() -> tuple[int, int, int]:
    """What others see of drafts: batches, entries, lines by their batch."""
    return Batch.objects.count(), Entry.objects.count(), Change.objects.filter(batch__in=Batch.objects.all()).count()


def left() -> tuple[int, int, int]:
    return Batch.with_unfinished.count(), Entry.with_unfinished.count(), Change.objects.count()


@pytest.mark.usefixtures("small_portions")
def test_a_draft_that_is_cut_off_is_not_seen_and_is_made_once(
    editor: Any, upload: Upload, step: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = upload(FIVE)

    def cut_off(*_arguments: Any) -> Batch:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(working, "finish", cut_off)
        with pytest.raises(MemoryError):
            step(run, "draft")
    run.refresh_from_db()
    assert (run.state, run.is_broken_off, run.batch) == ("drafting", True, None)
    assert (seen(), left()) == ((0, 0, 0), (1, 5, 5))
    for page in ("register_batches:index", "register_entries:index", "register_import:index"):
        html = editor.get(reverse(page)).content.decode()
        assert "甲公司" not in html and "batch 1" not in html
    unfinished = Batch.with_unfinished.get()
    assert editor.get(reverse("register_batches:inspect", args=[unfinished.pk])).status_code == 404
    assert step(run, "resume") == "done"
    assert seen() == left() == (1, 5, 5)
    assert (run.batch.number, run.batch.state, sorted(Entry.objects.values_list("sequence", "state"))) == (
        1, "draft", [(number, "applied") for number in range(1, 6)]
    )  # fmt: skip
    assert step(run, "resume") == "done"
    assert Batch.objects.count() == 1


@pytest.mark.usefixtures("small_portions")
def test_a_draft_that_somebody_fills_meanwhile_keeps_its_numbers(
    steel: RegulatedList, upload: Upload, step: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two portions others write: the register has changed then, and the file is compared again."""
    run, keeper, begun = upload(FIVE), make_keeper(), []

    def meanwhile(_took_s: float) -> None:
        if not begun:
            begun.append(batch_of(keeper, steel, added("己公司"), submitted=False))

    monkeypatch.setattr(portions, "_let_others_write", meanwhile)
    assert step(run, "draft") == "ready"
    assert "The register has changed since" in run.message
    assert seen() == left() == (1, 1, 1)
    assert step(run, "draft") == "done"
    assert (run.batch.number, sorted(Entry.objects.values_list("sequence", flat=True))) == (2, [1, 2, 3, 4, 5, 6])


@pytest.mark.usefixtures("small_portions")
def test_a_draft_that_is_cancelled_while_it_is_written_leaves_nothing(
    editor: Any, upload: Upload, step: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = upload(FIVE)

    def cancel(_took_s: float) -> None:
        if run_now().state == "drafting":
            editor.post(reverse("register_import:step", args=[run.pk, "cancel"]))

    def run_now() -> ImportRun:
        return ImportRun.objects.get(pk=run.pk)

    monkeypatch.setattr(portions, "_let_others_write", cancel)
    assert step(run, "draft") == "cancelled"
    assert left() == (0, 0, 0)


@pytest.mark.usefixtures("small_portions")
def test_the_clock_takes_away_what_a_cancelled_import_left_when_its_process_was_gone(
    upload: Upload, step: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = upload(FIVE)
    monkeypatch.setattr(working, "finish", lambda *_arguments: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        step(run, "draft")
    call_command("keep_registers")
    assert left() == (1, 5, 5)
    assert step(run, "cancel") == "cancelled"
    call_command("keep_registers")
    assert left() == (0, 0, 0)


def test_what_became_a_draft_meanwhile_is_not_taken_away(upload: Upload, step: Any) -> None:
    run = upload(FIVE)
    assert step(run, "draft") == "done"
    assert not portions._delete(Batch.objects.get())
    assert seen() == left() == (1, 5, 5)


def test_work_that_was_thought_dead_ends_without_a_trace(upload: Upload, step: Any) -> None:
    run = upload("企业名称,省份\n甲公司,河北\n")
    ImportRun.objects.filter(pk=run.pk).update(state="drafting", heartbeat_at=timezone.now())
    slow = ImportRun.objects.get(pk=run.pk)
    ImportRun.objects.filter(pk=run.pk).update(attempts=run.attempts + 1)
    working.work_on(slow)
    assert Batch.objects.count() == 0
    run.refresh_from_db()
    assert (run.state, run.is_broken_off) == ("drafting", False)


def test_a_cancelled_import_ends_and_its_file_is_gone(editor: Any, upload: Upload, step: Any) -> None:
    run = upload("企业名称,省份\n甲公司,河北\n")
    folder = folder_of(run)
    assert folder.exists()
    assert step(run, "cancel") == "cancelled"
    assert not folder.exists()
    assert step(run, "draft") == "cancelled"
    assert not Batch.objects.exists()
    assert page_of(editor, run)
    assert editor.get(reverse("register_import:refused", args=[run.pk])).status_code == 404


def test_all_imports_are_listed_and_ones_own(editor: Any, upload: Upload) -> None:
    upload("企业名称,省份\n甲公司,河北\n", "mine.csv")
    colleague = client_of(member_of("Register editors"))
    index = reverse("register_import:index")
    assert "mine.csv" in colleague.get(index).content.decode()
    assert "mine.csv" not in colleague.get(index, {"whose": "mine"}).content.decode()
    assert "mine.csv" in editor.get(index, {"whose": "mine"}).content.decode()


def test_the_progress_is_told_in_words_and_ends_with_the_page_anew(
    editor: Any, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "begin", lambda run: None)
    run = upload("企业名称,省份\n甲公司,河北\n")
    ImportRun.objects.update(state="comparing", rows_done=40, rows_total=100)
    part = editor.get(reverse("register_import:progress", args=[run.pk]))
    assert 'role="progressbar"' in part.content.decode()
    assert 'aria-valuenow="40" aria-valuetext="40 of 100 rows"' in part.content.decode()
    assert "HX-Refresh" not in part.headers
    work(run.pk, run.attempts)
    assert editor.get(reverse("register_import:progress", args=[run.pk]))["HX-Refresh"] == "true"


def test_strangers_see_no_import(upload: Upload) -> None:
    run = upload("企业名称,省份\n甲公司,河北\n")
    stranger = client_of(member_of("Editors"))
    for url in (run.get_absolute_url(), reverse("register_import:progress", args=[run.pk])):
        assert stranger.get(url).status_code == 302
    stranger.post(reverse("register_import:step", args=[run.pk, "draft"]))
    assert not Batch.objects.exists()


@pytest.mark.parametrize("case", UNUSABLE)
def test_a_file_without_a_usable_table_fails_with_the_reason(editor: Any, upload: Upload, case: str) -> None:
    name, content, says = UNUSABLE[case]
    run = upload(content(), name)
    assert (run.state, says in run.message) == ("failed", True), run.message
    assert says in page_of(editor, run)
    assert not Batch.objects.exists()


def test_an_empty_file_is_refused_at_the_field(editor: Any, steel: RegulatedList) -> None:
    posted = {"regulated_list": steel.pk, "file": SimpleUploadedFile("list.csv", b"")}
    response = editor.post(reverse("register_import:index"), posted)
    assert response.context["form"].errors["file"] == ["The submitted file is empty."]
    assert not ImportRun.objects.exists()


def test_an_upload_that_is_too_large_is_refused_at_the_field_and_not_kept(
    editor: Any, steel: RegulatedList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImportForm, "MOST_BYTES", 300_000)
    posted = {"regulated_list": steel.pk, "file": SimpleUploadedFile("list.csv", b"a,b\n" * 100_000)}
    response = editor.post(reverse("register_import:index"), posted)
    assert response.context["form"].errors["file"] == ["This file is larger than 20 MB."]
    assert not ImportRun.objects.exists()


def test_the_upload_is_protected_against_forged_requests(steel: RegulatedList) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member_of("Register editors"))
    posted = {"regulated_list": steel.pk, "file": SimpleUploadedFile("list.csv", b"a,b\n")}
    assert client.post(reverse("register_import:index"), posted).status_code == 403
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_row_is_refused_by_row_column_and_reason(
    editor: Any, steel: RegulatedList, upload: Upload, case: str
) -> None:
    told_twice(steel)
    text, (row, column, says) = REFUSED[case]
    run = upload(text)
    assert run.refused == 1
    assert f"<td>{row}</td><td>{column}</td><td>{says}" in page_of(editor, run)
    assert Batch.objects.filter(state="draft").count() == 0


def test_a_workbook_is_read_like_text(upload: Upload, step: Any) -> None:
    run = upload(workbook(["企业名称", "产能"], ["甲公司", 5], ["乙公司", "=SUM(B2)"]), "附件 名单.xlsx")
    assert (run.name, counts(run)) == ("附件 名单.xlsx", (1, 0, 0, 1))
    assert step(run, "draft") == "done"
    assert run.batch.title_zh == "附件 名单.xlsx"


def test_what_waits_in_another_draft_is_not_proposed_again(steel: RegulatedList, upload: Upload) -> None:
    batch_of(make_keeper(), steel, added("甲公司"), submitted=False)
    assert counts(upload("企业名称,省份\n甲公司,河北\n")) == (0, 0, 1, 0)


@pytest.mark.needs_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_thread_of_the_web_process_does_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "begin", begin)
    editor = client_of(make_keeper("access_admin", "prepare_registers"))
    posted = {
        "regulated_list": make_list().pk,
        "file": SimpleUploadedFile("list.csv", "企业名称,省份\n甲公司,河北\n".encode()),
    }
    run = ImportRun.objects.get(pk=int(editor.post(reverse("register_import:index"), posted).url.split("/")[-2]))
    assert wait_for(run, "ready")
    editor.post(reverse("register_import:step", args=[run.pk, "draft"]))
    assert wait_for(run, "done")
    assert [change.name_zh for change in run.batch.changes.all()] == ["甲公司"]


def wait_for(run: ImportRun, state: str) -> bool:
    for _round in range(1200):  # two minutes at most, on the slowest machine
        run.refresh_from_db()
        if run.state == state:
            return True
        time.sleep(0.1)
    return False


def test_a_long_chinese_name_of_a_file_is_shortened(upload: Upload) -> None:
    run = upload("企业名称,省份\n甲公司,河北\n", "关于公布符合废钢铁加工行业准入条件企业名单的公告" * 5 + ".csv")
    assert run.state == "ready"
    assert run.name.startswith("关于公布") and run.name.endswith(".csv")
    assert len(run.name.encode()) < 200


@pytest.mark.parametrize(
    "text",
    [
        "企业名称,Company name,省份\n甲公司,,河北\n,Jia Works,山东\n",
        "企业名称,原名称\n乙公司,甲公司\n丙公司,甲公司\n",
    ],
)
def test_one_entry_by_two_names_is_one_line(steel: RegulatedList, upload: Upload, step: Any, text: str) -> None:
    publish_now(make_keeper(), steel, added("甲公司", name_en="Jia Works"))
    run = upload(text)
    assert counts(run) == (0, 1, 0, 1)
    assert step(run, "draft") == "done"


def test_whoever_looks_when_the_draft_was_just_made_sees_a_page(editor: Any, upload: Upload, step: Any) -> None:
    run = upload("企业名称,省份\n甲公司,河北\n")
    forget_lines(folder_of(run))
    assert editor.get(run.get_absolute_url()).status_code == 200
    assert step(run, "draft") == "ready"
    assert "compared again" in run.message
    assert step(run, "draft") == "done"
    assert run.batch.changes.count() == 1


def test_headings_are_handed_out_as_text_too(editor: Any, upload: Upload) -> None:
    run = upload("-企业名称,产能\n甲公司,=1\n")
    text = b"".join(editor.get(reverse("register_import:refused", args=[run.pk])).streaming_content).decode("utf-8-sig")
    assert text.splitlines()[0] == "row,column,reason,'-企业名称,产能"


@pytest.fixture
def worker(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs wait in the database for a worker that a test plays itself."""
    settings.LOOPYARD_JOBS = "db"
    settings.TASKS = {**settings.TASKS, "jobs": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(runs, "begin", begin)


@pytest.mark.usefixtures("worker")
def test_what_stands_in_the_workers_queue_waits_however_long_that_takes(editor: Any, upload: Upload, step: Any) -> None:
    run = upload("企业名称,省份\n甲公司,河北\n")
    assert run.job
    ImportRun.objects.update(heartbeat_at=timezone.now() - dt.timedelta(hours=30))
    run.refresh_from_db()
    assert (run.is_broken_off, run.is_working, run.waits_long) == (False, True, True)
    page = page_of(editor, run)
    assert "Waiting for its turn" in page and "Other jobs stand before it" in page
    assert "Resume" not in page and "Cancel the import" in page
    assert step(run, "resume") == "waiting"
    assert run.attempts == 1


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize(
    ("status", "started_s_ago", "broken"),
    [("RUNNING", 1, False), ("RUNNING", 600, True), ("FAILED", 600, True), ("SUCCESSFUL", 600, True)],
)
def test_what_the_worker_took_up_and_left_is_broken_off(
    upload: Upload, step: Any, status: str, started_s_ago: int, broken: bool
) -> None:
    run = upload("企业名称,省份\n甲公司,河北\n")
    long_ago = timezone.now() - dt.timedelta(hours=2)
    ImportRun.objects.update(heartbeat_at=long_ago)
    started = timezone.now() - dt.timedelta(seconds=started_s_ago)
    DBTaskResult.objects.filter(pk=run.job).update(status=status, started_at=started)
    run.refresh_from_db()
    assert (run.is_broken_off, run.waits_long) == (broken, False)
    if broken:
        assert step(run, "resume") == "waiting"
        assert not run.is_broken_off and DBTaskResult.objects.count() == 2


@pytest.mark.usefixtures("worker")
def test_a_job_that_is_gone_is_broken_off(upload: Upload) -> None:
    run = upload("企业名称,省份\n甲公司,河北\n")
    DBTaskResult.objects.all().delete()
    assert not run.is_broken_off
    run.heartbeat_at = timezone.now() - dt.timedelta(minutes=2)
    assert run.is_broken_off
