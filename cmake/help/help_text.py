"""Reads what --help of a program or script prints: lines "  -o, --output FOLDER   text", the text going on below."""

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

OPTION = re.compile(r" {2,6}(?:(-\w), )?(--[\w-]+)(?: ([^ ]+))?(?: {2,}(\S.*))?$")
CONTINUED = re.compile(r" {20,}(\S.*)$")


@dataclass
class Option:
    """One option: `value` is what --help calls its value ("FOLDER", "{a,b}"), empty for a flag."""

    long: str
    short: str = ""
    value: str = ""
    text: str = ""

    @property
    def names(self):
        return [name for name in (self.short, self.long) if name]

    @property
    def choices(self):
        """Values of a set {a,b} that can be typed as they are: not "cuda:N"."""
        if not self.value.startswith("{"):
            return []
        return [choice for choice in self.value.strip("{}.").split(",") if not re.search("[A-Z]$", choice)]

    @property
    def takes(self):
        """One of: nothing, choice, folder, path, word."""
        if not self.value:
            return "nothing"
        if self.choices:
            return "choice"
        return {"FOLDER": "folder", "FILE": "path", "PATH": "path"}.get(self.value.strip("."), "word")

    @property
    def summary(self):
        """The text up to its first stop."""
        return re.split(r"[;.] | \(default", self.text)[0]


@dataclass
class Help:
    text: str
    name: str
    summary: str  # the first sentence
    options: list[Option] = field(default_factory=list)


def options_in(text):
    """Options in order, each once; examples hold none, as no line of theirs begins with a dash."""
    options, above = {}, None
    for line in text.splitlines():
        if found := OPTION.match(line):
            short, long, value, words = (part or "" for part in found.groups())
            above = options.setdefault(long, Option(long, short, value, words))
        elif above and (found := CONTINUED.match(line)):
            above.text = f"{above.text} {found.group(1)}".strip()
        else:
            above = None
    return list(options.values())


def read_help(program, name):
    """What `program` says of itself when it is called `name`."""
    with tempfile.TemporaryDirectory() as folder:
        command = Path(folder) / name
        os.symlink(Path(program).resolve(), command)
        run = subprocess.run([command, "--help"], check=True, capture_output=True, encoding="utf-8")
    summary = " ".join(run.stdout.split("\nUsage:", 1)[0].split())
    return Help(run.stdout, name, summary, options_in(run.stdout))
