"""Makes shell completions of a program's --help: FOLDER/bash/NAME, FOLDER/zsh/_NAME and FOLDER/fish/NAME.fish.

Usage: completions.py NAME PROGRAM FOLDER
"""

import re
import sys
from pathlib import Path

from help_text import read_help

BASH = """# {name}: completion for bash, made from --help.
_{function}() {{
  local cur prev words cword split
  _init_completion -s || return
  case $prev in
{cases}
  esac
  $split && return
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W '{options}' -- "$cur"))
    return
  fi
  _filedir
}}
complete -F _{function} {name}
"""


def bash(spoken):
    offers = {"folder": "_filedir -d", "path": "_filedir", "word": ":"}
    names = {}  # by what is offered after them
    for option in spoken.options:
        if option.takes != "nothing":
            offer = offers.get(option.takes) or f"COMPREPLY=($(compgen -W '{' '.join(option.choices)}' -- \"$cur\"))"
            names.setdefault(offer, []).extend(option.names)
    cases = "\n".join(f"    {' | '.join(those)}) {offer}; return ;;" for offer, those in names.items())
    options = " ".join(name for option in spoken.options for name in option.names)
    return BASH.format(name=spoken.name, function=re.sub(r"\W", "_", spoken.name), cases=cases, options=options)


def zsh(spoken):
    """Lines of _arguments, such as '(-o --output)'{-o,--output}'[Folder]:FOLDER:_files -/'."""
    actions = {"folder": "_files -/", "path": "_files", "word": ""}
    lines = []
    for option in spoken.options:
        text = re.sub(r"([\[\]:\\])", r"\\\1", option.summary).replace("'", "'\\''")
        action = f"({' '.join(option.choices)})" if option.choices else actions.get(option.takes)
        label = "value" if option.choices else re.sub(r"\W+", " ", option.value)
        after = f"[{text}]{'' if action is None else f':{label}:{action}'}'"
        short = f"'({option.short} {option.long})'{{{option.short},{option.long}}}'"
        lines.append((short if option.short else f"'{option.long}") + after)
    lines.append("'*:file:_files'")
    return f"#compdef {spoken.name}\n# Made from --help.\n_arguments -s \\\n  " + " \\\n  ".join(lines) + "\n"


def fish(spoken):
    ways = {"nothing": "", "folder": " -x -a '(__fish_complete_directories)'", "path": " -r -F", "word": " -x"}
    lines = [f"# {spoken.name}: completion for fish, made from --help."]
    for option in spoken.options:
        short = f" -s {option.short[1:]}" if option.short else ""
        way = ways.get(option.takes) if option.takes != "choice" else f" -x -a '{' '.join(option.choices)}'"
        text = option.summary.replace("\\", "\\\\").replace("'", "\\'")
        lines.append(f"complete -c {spoken.name}{short} -l {option.long[2:]}{way} -d '{text}'")
    return "\n".join(lines) + "\n"


def main(name, program, folder):
    spoken = read_help(program, name)
    files = {f"bash/{name}": bash, f"zsh/_{name}": zsh, f"fish/{name}.fish": fish}
    for file, made in files.items():
        path = Path(folder) / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made(spoken), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
