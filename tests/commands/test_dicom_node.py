"""scripts/dicom_node.sh between a sender (storescu) and a PACS (Orthanc) on the loopback interface."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections import Counter
from pathlib import Path

import pydicom
import pytest
from conftest import BIN, ROOT
from test_cohort import rows_of

NODE = ROOT / "scripts" / "dicom_node.sh"
ORTHANC = next((path for path in ("/usr/sbin/Orthanc", "/usr/local/sbin/Orthanc") if Path(path).exists()), None)
FAST = ["--t1moco", "--method none", "--jobs", "1"]
MR, SEGMENTATION, REPORT = (f"1.2.840.10008.5.1.4.1.1.{end}" for end in ("4", "66.4", "88.33"))
NAMES = ("SYNTHETIC", "PHANTOM", "NOBODY")  # patients' names and IDs

pytestmark = pytest.mark.skipif(
    None in map(shutil.which, ("storescp", "storescu", "dcmsend", "parallel")), reason="needs dcmtk and parallel"
)


def command(folder, *arguments):
    return ["bash", NODE, folder, *FAST, *map(str, arguments)]


def run_node(folder, *arguments, **variables):
    environment = os.environ | {"CMRT1_BIN": str(BIN)} | variables
    return subprocess.run(command(folder, *arguments), capture_output=True, text=True, env=environment, timeout=120)


def start_node(folder, log, *arguments):
    environment = os.environ | {"CMRT1_BIN": str(BIN)}
    with open(log, "a") as file:
        return subprocess.Popen(command(folder, *arguments), stderr=file, env=environment)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def answers(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


def send(port, *files):
    """In one association, in this order."""
    subprocess.run(["storescu", "-nh", "-R", "-aec", "CMRT1", "127.0.0.1", str(port), *files], check=True)


def states(folder):
    table = folder / "studies.csv"
    return {row["study_uid"]: row["status"] for row in rows_of(table)} if table.exists() else {}


def copy_study(sources, folder, study_uid, change=lambda dataset: None):
    """The images under other UIDs, as they may lie in a node's incoming/."""
    folder.mkdir(parents=True, exist_ok=True)
    for i, source in enumerate(sources):
        dataset = pydicom.dcmread(source)
        dataset.StudyInstanceUID = study_uid
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"{study_uid}.{i}"
        change(dataset)
        dataset.save_as(folder / f"{study_uid}_{i}.dcm")
    return sorted(folder.glob(f"{study_uid}_*"))


def without_inversion_times(dataset):
    dataset.PatientName = "NOBODY^NEMO"
    dataset.SeriesDescription = dataset.ProtocolName = "cine"
    del dataset.InversionTime, dataset.ImageComments


@pytest.fixture(scope="module")
def pacs(tmp_path_factory):
    """DICOM port of an Orthanc, and what it holds: counts of SOP classes by study."""
    if ORTHANC is None:
        pytest.skip("Orthanc is missing (package orthanc)")
    folder = tmp_path_factory.mktemp("pacs")
    dicom, http = free_port(), free_port()
    (folder / "orthanc.json").write_text(json.dumps(
        {"StorageDirectory": str(folder), "DicomPort": dicom, "HttpPort": http, "RemoteAccessAllowed": False}
    ))  # fmt: skip
    with open(folder / "log", "w") as log:
        process = subprocess.Popen([ORTHANC, folder / "orthanc.json"], stderr=log, stdout=log)

    def read(path):
        with urllib.request.urlopen(f"http://127.0.0.1:{http}/{path}") as reply:
            return reply.read().decode()

    def held(study_uid):
        names = [i for i in json.loads(read("instances")) if study_uid in read(f"instances/{i}/content/0020-000d")]
        return Counter(read(f"instances/{name}/content/0008-0016").rstrip("\0 ") for name in names)

    wait_until(lambda: answers(dicom) and answers(http))
    yield dicom, held
    process.terminate()
    process.wait(20)


class Served:
    """A node that was sent two studies in one association, image by image in turn, the second without T1 mapping."""

    good, bad = "2.25.26619980585599071815202385426871263636", "1.2.3.4"

    def __init__(self, folder, peer):
        self.folder, self.log, self.port = folder / "node", folder / "node.log", free_port()
        series = [sorted((ROOT / "data" / "sample_study" / name).iterdir()) for name in ("01_magnitude", "02_phase")]
        bad = copy_study(series[0], folder / "bad", self.bad, without_inversion_times)
        self.arguments = ("--port", self.port, "--quiet-seconds", 2, "--peer", f"127.0.0.1:{peer}")
        self.process = start_node(self.folder, self.log, *self.arguments)
        wait_until(lambda: "receiving" in self.log.read_text())
        send(self.port, *[file for turn in zip(bad, *series) for file in turn])
        wait_until(lambda: states(self.folder) == {self.good: "sent", self.bad: "failed"})


@pytest.fixture(scope="module")
def served(pacs, tmp_path_factory):
    node = Served(tmp_path_factory.mktemp("served"), pacs[0])
    yield node
    node.process.kill()
    node.process.wait()


def test_the_results_are_in_the_pacs(served, pacs):
    assert pacs[1](served.good) == {MR: 2, SEGMENTATION: 1, REPORT: 1}


def test_a_study_that_fails_spares_the_other_and_is_told(served, pacs):
    rows = {row["study_uid"]: row for row in rows_of(served.folder / "studies.csv")}
    assert (rows[served.bad]["code"], rows[served.bad]["images"], rows[served.bad]["sent"]) == ("3", "7", "")
    assert (rows[served.good]["code"], rows[served.good]["images"]) == ("0", "14")
    assert f"{served.bad}: no usable input" in served.log.read_text()
    assert pacs[1](served.bad) == {}


def test_results_that_come_back_and_images_that_are_there_change_nothing(served):
    results = list((served.folder / "results" / served.good).rglob("*.dcm"))
    assert len(results) == 4
    send(served.port, *sorted((ROOT / "data" / "sample_study" / "01_magnitude").iterdir()), *results)
    wait_until(lambda: "own results came back" in served.log.read_text())
    wait_until(lambda: not list((served.folder / "incoming").iterdir()))
    assert len(list((served.folder / "images" / served.good).iterdir())) == 14
    assert states(served.folder)[served.good] == "sent"


def test_an_image_that_comes_late_makes_its_study_run_again_and_what_is_unchanged_is_not_sent_again(served, pacs):
    send(served.port, ROOT / "data" / "sample_study" / "03_magnitude" / "0001.dcm")
    wait_until(lambda: f"{served.good}: complete with 15 images" in served.log.read_text())
    wait_until(lambda: states(served.folder)[served.good] == "sent")
    assert f"{served.good}: sent 0 objects" in served.log.read_text()
    assert pacs[1](served.good) == {MR: 2, SEGMENTATION: 1, REPORT: 1}


def test_no_patient_is_named_in_paths_logs_and_table(served):
    texts = [served.log.read_text(), (served.folder / "studies.csv").read_text()]
    texts += [file.read_text(errors="replace") for file in served.folder.glob("**/logs/*")]
    texts += [str(path.relative_to(served.folder)) for path in served.folder.rglob("*")]
    assert not [text for text in texts for name in NAMES if name in text]


def test_the_folder_is_for_this_user_alone(served):
    assert served.folder.stat().st_mode & 0o77 == 0


def test_a_second_node_on_the_folder_is_refused(served):
    run = run_node(served.folder, "--port", free_port())
    assert run.returncode == 7
    assert "another node" in run.stderr


def test_a_port_in_use_is_refused(served, tmp_path):
    run = run_node(tmp_path / "node", "--port", served.port)
    assert run.returncode == 7
    assert f"cannot receive on port {served.port}" in run.stderr


def test_sigterm_ends_node_and_receiver_within_five_seconds(served):
    start = time.monotonic()
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(20) == 143
    assert time.monotonic() - start < 6
    wait_until(lambda: not answers(served.port), 5)


def test_a_node_killed_in_the_chain_goes_on_and_sends_when_the_pacs_is_back(small_study, tmp_path, pacs):
    folder, study = tmp_path / "node", "1.2.5.1"
    copy_study(sorted(small_study.iterdir()), folder / "incoming", study)
    killed = start_node(folder, tmp_path / "log", "--once")
    wait_until(lambda: states(folder).get(study) == "running")
    killed.kill()
    killed.wait()
    run = run_node(folder, "--once", "--peer", f"127.0.0.1:{free_port()}")
    assert run.returncode == 4, run.stderr
    assert states(folder) == {study: "send_failed"}
    run = run_node(folder, "--once", "--peer", f"127.0.0.1:{pacs[0]}")
    assert run.returncode == 0, run.stderr
    assert states(folder) == {study: "sent"}
    assert "running" not in run.stderr
    assert pacs[1](study)[MR] == 2


def test_what_is_no_whole_image_or_has_hostile_uids_is_put_aside(small_study, tmp_path):
    incoming = tmp_path / "node" / "incoming"
    source = min(small_study.iterdir())
    uids = ["../../../evil", "$(touch evil)", "1.2\n# dcmdump (1/1): x", "NOBODY^NEMO", "1." * 40 + "1", ""]
    for i, uid in enumerate(uids):

        def hostile(dataset, uid=uid):
            dataset["StudyInstanceUID"]._value = uid  # past pydicom's own check

        copy_study([source], incoming, f"1.2.7.{i}", hostile)
    (incoming / "cut").write_bytes(source.read_bytes()[:-1000])
    (incoming / "-q").write_text("not DICOM")
    run = run_node(tmp_path / "node", "--once")
    assert run.returncode == 0, run.stderr
    assert states(tmp_path / "node") == {}
    assert len(list((tmp_path / "node" / "refused").iterdir())) == 8
    assert not list(incoming.iterdir()) and not list((tmp_path / "node" / "images").iterdir())
    assert not any(name in run.stderr for name in NAMES)


def test_help_tells_of_every_option():
    run = run_node("--help")
    assert run.returncode == 0
    for option in ("--port", "--aet", "--quiet-seconds", "--peer", "--peer-aet", "--once", "--models", "Exit codes"):
        assert option in run.stdout


WRONG = [["--no-such"], ["more"], ["--port"], ["--port", "0"], ["--peer", "host"], ["--aet", "a b"],
         ["--quiet-seconds", "-1"]]  # fmt: skip


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_a_wrong_command_line_is_a_usage_error(arguments, tmp_path):
    run = run_node(tmp_path / "node", *arguments)
    assert run.returncode == 2
    assert run.stderr.startswith("node: ") and not (tmp_path / "node").exists()


def test_a_missing_storescp_is_named_with_its_package(tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("bash", "dirname"):
        (tools / name).symlink_to(shutil.which(name))
    run = run_node(tmp_path / "node", PATH=str(tools))
    assert run.returncode == 2
    assert "storescp is missing" in run.stderr and "dcmtk" in run.stderr
