"""What cohortreport makes of a cohort's tables, and how its page behaves in a browser.

The browser's tests need Debian's chromium and are skipped without it.
"""

import csv
import fcntl
import re
import shutil

import pytest
from cohort_browser import CHROMIUM, browser
from cohort_made import PRIVATE, make_cohort
from conftest import BIN, ROOT, run_ahalandmarks, run_program, run_qcdseg, run_t1moco

COHORTREPORT = BIN / "cohortreport"
DOCUMENT = ROOT / "docs" / "cohort_report.md"
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)")
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


def run_cohortreport(folder, *arguments):
    run = run_program(COHORTREPORT, "cohort.csv", folder, *arguments)
    run.out = folder
    return run


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cohort") / "A cohort; 100% #1"
    make_cohort(folder, 160)
    return folder


@pytest.fixture(scope="module")
def report(cohort):
    return run_cohortreport(cohort)


def test_every_subject_gets_a_row(cohort, report):
    assert report.code == 0, report.stderr
    assert report.stdout == ""
    assert report.stderr.strip().splitlines()[-1].endswith(f"report in {cohort / 'report.html'}")
    with open(cohort / "t1moco" / "summary.csv", encoding="utf-8") as file:
        studies = {row["study_uid"] for row in csv.DictReader(file)}
    assert [row["subject"] for row in report.rows] == sorted(studies)


def test_figures_are_those_of_the_tables(cohort, report):
    row = report.rows[0]

    def of(table, **wanted):
        with open(cohort / table, encoding="utf-8") as file:
            return [one for one in csv.DictReader(file) if all(one[k] == v for k, v in wanted.items())]

    study = row["study_uid"]
    series = of("t1moco/summary.csv", study_uid=study)
    assert int(row["t1moco_series"]) == len(series)
    assert float(row["r2_lowest"]) == min(float(one["r2_median_after"]) for one in series if one["r2_median_after"])
    pairs = [one for one in of("dt1map/summary.csv", study_uid=study) if one["dt1_pixels"]]
    weights = [float(one["dt1_pixels"]) for one in pairs]
    mean = sum(float(one["dt1_mean_percent"]) * w for one, w in zip(pairs, weights)) / sum(weights)
    assert float(row["dt1_mean_percent"]) == pytest.approx(mean, rel=1e-5)
    (fourth,) = of("dt1map/segments.csv", study_uid=study, segment="4")
    assert float(row["dt1_segment_04_mean_percent"]) == pytest.approx(float(fourth["mean"]), rel=1e-5)
    stress = {one["stress_sop_instance_uid"] for one in pairs}
    (basal,) = [one["sop_instance_uid"] for one in of("ahalandmarks/landmarks.csv", study_uid=study, level="basal")
                if one["sop_instance_uid"] in stress]
    (image,) = of("qcdseg/qcd.csv", sop_instance_uid=basal)
    assert float(row["t1_stress_basal_mean_ms"]) == pytest.approx(float(image["t1_mean_ms"]), rel=1e-5)


def test_a_second_run_writes_the_same_bytes(cohort, report):
    before = [(cohort / name).read_bytes() for name in ("cohort.csv", "report.html")]
    run_cohortreport(cohort)
    assert before == [(cohort / name).read_bytes() for name in ("cohort.csv", "report.html")]


def test_neither_paths_nor_messages_are_told(cohort, report):
    for name in ("cohort.csv", "report.html"):
        assert PRIVATE not in (cohort / name).read_text()
    assert PRIVATE not in report.stderr


def test_every_column_is_described_in_order(report):
    text = DOCUMENT.read_text().split("## `cohort.csv`\n", 1)[1].split("\n## ", 1)[0]
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    named = [name for cell in cells for name in re.findall("`([^`]+)`", cell)]
    described = [name.replace("NN", f"{i:02d}") for name in named for i in (range(1, 17) if "NN" in name else (0,))]
    assert list(report.rows[0]) == described


def test_columns_that_hold_numbers_hold_nothing_else(report):
    words = {"subject", "study_uid", "status", "reasons", "outliers"}
    for row in report.rows:
        for column, cell in row.items():
            if column not in words and cell:
                float(cell)


def test_a_missing_table_is_named(cohort, tmp_path):
    shutil.copytree(cohort / "qcdseg", tmp_path / "qcdseg")
    run = run_cohortreport(tmp_path)
    assert run.code == 0
    assert "no table dt1map/summary.csv" in run.stderr
    assert run.rows[0]["dt1map_pairs"] == run.rows[0]["t1_rest_basal_mean_ms"] == ""
    assert "Not there: t1moco/summary.csv" in (tmp_path / "report.html").read_text()


def test_a_folder_without_tables_is_refused(tmp_path):
    run = run_cohortreport(tmp_path)
    assert run.code == 3
    assert not any(tmp_path.iterdir())
    assert run_cohortreport(tmp_path / "nowhere").code == 2


def test_a_table_that_is_none_is_refused_and_the_report_before_stays(cohort, tmp_path):
    (tmp_path / "qcdseg").mkdir()
    (tmp_path / "report.html").write_text("before")
    (tmp_path / "qcdseg" / "qcd.csv").write_text("some,thing\n1,2\n")
    run = run_cohortreport(tmp_path)
    assert run.code == 2
    assert "qcd.csv: no column s" in run.stderr
    assert (tmp_path / "report.html").read_text() == "before"


def test_what_a_report_that_was_killed_left_goes_with_the_next(cohort, tmp_path):
    shutil.copytree(cohort / "qcdseg", tmp_path / "qcdseg")
    left = [tmp_path / f".cmrt1-part-17-{name}" for name in ("cohort.csv", "report.html", "another.txt")]
    for file in left:
        file.write_text("begun")
    assert run_cohortreport(tmp_path).code == 0
    assert [file.exists() for file in left] == [False, False, True]


def test_a_report_is_not_written_while_another_is(cohort, tmp_path):
    shutil.copytree(cohort / "qcdseg", tmp_path / "qcdseg")
    with (tmp_path / ".cmrt1.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        run = run_cohortreport(tmp_path)
    assert run.code == 7 and "another" in run.stderr
    assert not (tmp_path / "report.html").exists()


def test_tables_of_the_programs_are_joined(small_study, tmp_path):
    """The programs' own tables, not only those made by hand, hold what is read."""
    assert run_t1moco(small_study, "--method", "none", out=tmp_path / "t1moco").code == 0
    assert run_qcdseg(tmp_path / "t1moco", out=tmp_path / "qcdseg").code == 0
    assert run_ahalandmarks(tmp_path / "t1moco", out=tmp_path / "ahalandmarks").code == 0
    run = run_cohortreport(tmp_path)
    assert run.code == 0, run.stderr
    (row,) = run.rows
    assert [row[f"{name}"] for name in ("t1moco_series", "qcdseg_images", "ahalandmarks_images")] == ["1"] * 3
    assert float(row["r2_median"]) > 0.5
    assert row["predicted_dice_lowest"] != ""


def columns_read():
    """Those of each table, by the source."""
    text = (ROOT / "src" / "batch" / "cohort_tables.cpp").read_text()
    blocks = re.findall(r'"(\w+/\w+\.csv)",(.*?)&CohortJoin', text, re.S)
    return {table: set(re.findall(r'"(\w+)"', block)) for table, block in blocks}


def test_columns_that_are_read_are_columns_of_the_programs():
    sources = {"t1moco/summary.csv": ["summary"], "qcdseg/qcd.csv": ["segmentation_table", "image_columns"],
               "ahalandmarks/landmarks.csv": ["landmark_table", "image_columns"],
               "ahalandmarks/segments.csv": ["segment_table", "segment_columns"],
               "dt1map/summary.csv": ["dt1_table"], "dt1map/segments.csv": ["dt1_table", "segment_columns"]}
    read = columns_read()
    assert set(read) == set(sources)
    for table, files in sources.items():
        written = " ".join((ROOT / "src" / "write" / f"{file}.cpp").read_text() for file in files)
        for column in read[table]:
            assert f'"{column}"' in written, (table, column)


@pytest.fixture(scope="module")
def tab():
    with browser() as page:
        yield page


def opened(tab, folder, size=SIZES["desktop"]):
    tab.requests.clear()
    tab.complaints.clear()
    tab.size(*size, phone=size[0] < 700)
    tab.open(folder / "report.html")
    return tab


def rows_shown(tab):
    return tab.run("[...document.querySelectorAll('#rows tr:not(.more)')].map(r => [...r.cells].map(c => c.textContent))")


def click(tab, selector):
    tab.run(f"document.querySelector({selector!r}).click()")


@needs_chromium
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_opens_without_fetching_or_complaining(cohort, report, tab, size, scheme):
    tab.scheme(scheme)
    opened(tab, cohort, SIZES[size])
    tab.run("document.getElementById('pictures').scrollIntoView()")
    tab.wait_for("[...document.querySelectorAll('#gallery img')].slice(0, 2).every(i => i.complete && i.naturalWidth === 8)")
    page = (cohort / "report.html").resolve().as_uri()
    beside = page.rsplit("/", 1)[0] + "/"
    assert tab.requests.count(page) == 1
    assert all(url.startswith(beside) and url.endswith(".png") for url in tab.requests if url != page)
    assert tab.complaints == []
    assert tab.run("document.documentElement.scrollWidth") == SIZES[size][0]


@needs_chromium
def test_pictures_are_loaded_when_they_come_into_view(cohort, report, tab):
    opened(tab, cohort)
    cards = tab.run("document.querySelectorAll('#gallery img').length")
    assert cards == 24
    assert len(tab.requests) < 1 + cards


@needs_chromium
def test_headings_sort_and_say_so(cohort, report, tab):
    opened(tab, cohort)
    titles = tab.run("[...document.querySelectorAll('#heads th')].map(h => h.textContent)")
    at = titles.index("T1 of the myocardium, ms")
    known = sorted((float(r["t1_rest_mean_ms"]) for r in report.rows if r["t1_rest_mean_ms"]), reverse=True)
    for turn, expected in (("descending", known), ("ascending", known[::-1])):
        click(tab, f"#heads th:nth-child({at + 1}) button")
        assert tab.run(f"document.querySelectorAll('#heads th')[{at}].ariaSort") == turn
        assert [float(row[at]) for row in rows_shown(tab)] == pytest.approx(expected[:50], abs=0.51)


@needs_chromium
def test_search_and_status_find_subjects(cohort, report, tab):
    opened(tab, cohort)
    wanted = report.rows[77]["subject"]
    tab.run("document.getElementById('search').focus()")
    tab.type(wanted[-12:])
    assert [row[0] for row in rows_shown(tab)] == [wanted]
    assert tab.run("document.getElementById('subjects-where').textContent") == "1–1 of 1"
    click(tab, "button[data-search]")
    asked = tab.run("document.getElementById('search').value")
    assert rows_shown(tab) and all(asked in row[-1] for row in rows_shown(tab))
    tab.run("document.getElementById('search').value = 'no such subject'; document.getElementById('status').value = '1';"
            "document.getElementById('status').dispatchEvent(new Event('change'))")
    assert rows_shown(tab) == []
    tab.run("document.getElementById('search').value = ''; document.getElementById('search').dispatchEvent(new Event('input'))")
    assert len(rows_shown(tab)) == min(50, sum(row["status"] == "flagged" for row in report.rows))


@needs_chromium
def test_pages_show_every_subject_once(cohort, report, tab):
    opened(tab, cohort)
    seen = []
    for _ in range(4):
        seen += [row[0] for row in rows_shown(tab)]
        click(tab, "#subjects-next")
    assert seen == [row["subject"] for row in report.rows]
    assert tab.run("document.getElementById('subjects-next').disabled")


@needs_chromium
def test_a_subject_opens_by_keyboard(cohort, report, tab):
    opened(tab, cohort)
    tab.run("document.getElementById('search').focus()")
    tab.type("low_predicted_dice")
    tab.run("document.querySelector('#rows button').focus()")
    tab.press("Enter")
    assert tab.run("document.activeElement.ariaExpanded") == "true"
    assert "qcdseg: low_predicted_dice" in tab.run("document.querySelector('#rows tr.more').textContent")
    link = tab.run("document.querySelector('#rows tr.more a').getAttribute('href')")
    assert link.endswith(".png") and (cohort / link).is_file()
    tab.press("Enter")
    assert tab.run("document.querySelector('#rows tr.more')") is None


@needs_chromium
def test_pictures_are_filtered_by_program_and_reason(cohort, report, tab):
    opened(tab, cohort)
    tab.run("document.getElementById('program').value = '1'; document.getElementById('program').dispatchEvent(new Event('change'))")
    links = tab.run("[...document.querySelectorAll('#gallery a')].map(a => a.getAttribute('href'))")
    assert links and all(link.startswith("qcdseg/") for link in links)
    assert all((cohort / link).is_file() for link in links)


CONTRAST = """(() => {
  const parse = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = c => { const [r, g, b] = parse(c).map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor, p = parse(c);
    if (p.length === 3 || p[3] > 0) return c; } return 'rgb(255, 255, 255)'; };
  const low = [];
  for (const e of document.querySelectorAll('body *')) {
    if (!e.checkVisibility() || e.disabled || e.closest('svg, script, .sector')) continue;
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const a = light(getComputedStyle(e).color), b = light(behind(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) low.push([e.className, e.textContent.slice(0, 30), ratio]);
  }
  return low; })()"""


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(cohort, report, tab, scheme):
    tab.scheme(scheme)
    opened(tab, cohort)
    assert tab.run(CONTRAST) == []


@needs_chromium
def test_structure_is_told_to_those_who_do_not_see_it(cohort, report, tab):
    opened(tab, cohort)
    assert tab.run("document.querySelectorAll('h1').length") == 1
    assert tab.run("[...document.querySelectorAll('h1, h2, h3')].every((h, i, all) => i === 0 || h.tagName[1] - all[i - 1].tagName[1] <= 1)")
    assert tab.run("[...document.querySelectorAll('svg')].every(s => s.getAttribute('role') === 'img' && s.ariaLabel)")
    assert tab.run("[...document.querySelectorAll('input, select')].every(e => e.labels.length === 1)")
    assert tab.run("[...document.querySelectorAll('#gallery img')].every(i => i.alt)")
    assert tab.run("[...document.querySelectorAll('thead th')].every(h => h.scope === 'col')")
    assert tab.run("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size === document.querySelectorAll('[id]').length")


@needs_chromium
def test_what_tables_hold_is_never_run(tmp_path, tab):
    attack = '<img src=x onerror="window.attacked=1"><script>window.attacked=1</script>'
    (tmp_path / "qcdseg").mkdir()
    with open(tmp_path / "qcdseg" / "qcd.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["study_uid", "status", "reasons", "predicted_dice", "overlay"])
        writer.writerow([attack, "flagged", attack.replace(";", ""), "0.4", f"{attack}.png"])
        writer.writerow(["1.2", "flagged", "javascript:window.attacked=1", "0.4", "javascript:window.attacked=1"])
    assert run_cohortreport(tmp_path).code == 0
    opened(tab, tmp_path)
    for button in ("#rows button", "button[data-search]"):
        click(tab, button)
    tab.run("new Promise(done => setTimeout(done, 200))")
    assert tab.run("window.attacked") is None
    assert tab.run("document.querySelectorAll('script').length") == 2
    assert any(attack[:40] in row[0] for row in rows_shown(tab))
    assert [u for u in tab.requests if not u.startswith(tmp_path.resolve().as_uri())] == []


@needs_chromium
def test_ten_thousand_subjects_are_searched_in_the_page(tmp_path, tab):
    (tmp_path / "qcdseg").mkdir()
    rows = (f"1.2.840.{i:05d},{'flagged' if i % 7 == 0 else 'ok'},off_centre,{0.5 + i % 400 / 1000},1.2/{i}.png\n" for i in range(10000))
    (tmp_path / "qcdseg" / "qcd.csv").write_text("study_uid,status,reasons,predicted_dice,overlay\n" + "".join(rows))
    assert run_cohortreport(tmp_path).code == 0
    assert (tmp_path / "report.html").stat().st_size < 2 << 20
    opened(tab, tmp_path)
    assert tab.run("document.querySelectorAll('*').length") < 3000
    assert len(rows_shown(tab)) == 50
    tab.run("document.getElementById('search').value = '09999'; document.getElementById('search').dispatchEvent(new Event('input'))")
    assert [row[0] for row in rows_shown(tab)] == ["1.2.840.09999"]
