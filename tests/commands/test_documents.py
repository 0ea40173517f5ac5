"""What docs/ says of the outputs is what the program does."""

import json
import re

import pytest
from conftest import ROOT, run_t1moco

DOCS = ROOT / "docs"
SLUG = r'"([a-z0-9]+(?:_[a-z0-9]+)+)"'


def section(document, heading):
    return (DOCS / document).read_text().split(heading + "\n", 1)[1].split("\n#", 1)[0]


def named_in_first_column(text):
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return [name for cell in cells for name in re.findall("`([^`]+)`", cell)]


@pytest.fixture(scope="module")
def run(small_study, tmp_path_factory):
    return run_t1moco(small_study, "--method", "none", "--write-images", out=tmp_path_factory.mktemp("out"))


def test_every_column_of_the_summary_is_described_in_order(run):
    assert list(run.rows[0]) == named_in_first_column(section("outputs.md", "## `summary.csv`"))


def test_every_file_of_a_series_is_described(run):
    names = {re.sub(r"_\d\d\.", "_NN.", name.rsplit("/", 1)[-1]) for name in run.files()} - {"summary.csv"}
    assert names == set(named_in_first_column(section("outputs.md", "## Files of a series")))


def test_every_key_of_the_result_is_described(run):
    text = section("outputs.md", "### `result.json`")
    result = json.loads(next(run.out.rglob("result.json")).read_text())
    for key in [*(result.keys() - {"quality"}), *result["inputs"][0], *result["quality"], *result["quality"]["before"]]:
        assert re.search(rf"`(quality\.)?{key}`", text), key


def reasons_in_code():
    for file in sorted((ROOT / "src").rglob("*.cpp")):
        text = file.read_text()
        yield from re.findall(r"(?:CaseError|failed)\(\s*" + SLUG, text)
        if file.parent.name == "dicom":
            yield from re.findall(r"(?:[{(]|(?<!\"),)\s*" + SLUG + r",\s", text)


def test_every_reason_is_listed():
    listed = set(re.findall("`([a-z0-9_]+)`", (DOCS / "reasons.md").read_text()))
    reasons = set(reasons_in_code())
    assert len(reasons) > 30
    assert reasons - listed == set()
