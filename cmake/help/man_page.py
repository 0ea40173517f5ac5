"""Makes a man page of a program's --help with help2man.

Usage: man_page.py NAME PROGRAM VERSION PAGE [OTHER_PAGE...]
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from help_text import read_help

CODES = re.compile(r"^Exit codes: (.*?)\.\n", re.M | re.S)
RESEARCH = "For research use only, not for diagnosis.\n"


def one_code_a_line(found):
    """"0 all done, 2 usage" as a list. What belongs to a code may hold commas itself."""
    codes = re.split(r", (?=\d)", " ".join(found.group(1).split()))
    lines = (re.sub(r"^([\d, and]*\d) ", lambda code: f"  {code.group(1)}   ", code) for code in codes)
    return "*Exit status*\n\n" + "\n".join(lines) + "\n\n"


def as_help2man_reads(text):
    """Lists exit codes and gives remarks that follow the examples a section of their own."""
    before, examples, after = text.partition("\nExamples:\n")
    shown, _, remarks = after.partition("\n\n")
    status = CODES.search(remarks)
    remarks = CODES.sub("", remarks).replace(RESEARCH, "").strip()
    if status is None or RESEARCH not in text:
        raise SystemExit("--help lacks 'Exit codes: ...' or '" + RESEARCH.strip() + "'")
    notes = "*Notes*\n\n" + (remarks + "\n\n" if remarks else "") + RESEARCH
    return f"{before}{examples}{shown}\n\n{one_code_a_line(status)}{notes}"


def name_line(summary):
    """The summary without its capital (unless a word in capitals leads) and its stop."""
    first = summary[:1].lower() if summary[1:2].islower() else summary[:1]
    return first + summary[1:].removesuffix(".")


def more_sections(text, others):
    """What --help does not say: other pages and, in words of its own, what an option tells of the environment."""
    pages = ",\n".join(f".BR {other} (1)" for other in others)
    sections = f"[SEE ALSO]\n{pages}\n.PP\nDocumentation: README.md in share/doc/cmrt1 where cmrt1 is installed.\n"
    if "$CMRT1_MODELS" in text:
        sections += "[ENVIRONMENT]\n.TP\nCMRT1_MODELS\n"
        sections += "Folder of the networks where \\fB\\-\\-models\\fR is not given.\n"
    return sections


def main(name, program, version, page, *others):
    spoken = read_help(program, name)
    with tempfile.TemporaryDirectory() as folder:
        stand_in, more = Path(folder) / name, Path(folder) / "more"
        (Path(folder) / "help").write_text(as_help2man_reads(spoken.text), encoding="utf-8")
        stand_in.write_text(f"#!/bin/sh\ncat '{folder}/help'\n")
        stand_in.chmod(0o755)
        more.write_text(more_sections(spoken.text, [other for other in others if other != name]), encoding="utf-8")
        subprocess.run(
            ["help2man", "--no-info", "--name", name_line(spoken.summary), "--version-string", version, "--source",
             f"cmrt1 {version}", "--include", more, "--output", page, stand_in], check=True)  # fmt: skip
    made = Path(page)
    made.write_text(made.read_text(encoding="utf-8").replace(".SH NAME", ".nh\n.ad l\n.SH NAME", 1), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
