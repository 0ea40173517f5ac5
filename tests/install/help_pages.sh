#!/usr/bin/env bash
# Takes the installed tree TREE as its user: every command has a man page without faults and completion that names all
# options of its --help; the scripts find the programs from any folder and through a link; links between documents hold.
# Usage: help_pages.sh TREE
set -euo pipefail
tree=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/place/a_folder" "$folder/links"
touch "$folder/place/a_file"
cd "$folder/place"

fail() {
  echo "help_pages: $*" >&2
  exit 1
}

long_options() { # COMMAND
  "$tree/bin/$1" --help | grep -oE '^ {2,6}(-., )?--[a-z0-9-]+' | grep -oE -e '--.*'
}

require_page() { # COMMAND
  local page=$tree/share/man/man1/$1.1 faults option section
  [ -s "$page" ] || fail "$1 has no man page"
  faults=$(groff -man -ww -z -Tutf8 -K utf8 "$page" 2>&1)
  [ -z "$faults" ] || fail "$1.1: $faults"
  for section in NAME SYNOPSIS DESCRIPTION OPTIONS '"EXIT STATUS"' EXAMPLES '"SEE ALSO"'; do
    grep -qxF ".SH $section" "$page" || fail "$1.1 lacks the section $section"
  done
  for option in $(long_options "$1"); do
    sed 's/\\-/-/g; s/\\f.//g' "$page" | grep -qE -e "^(-., )?$option( |\$)" || fail "$1.1 lacks $option"
  done
}

offers() { # COMMAND WORDS... -> what bash offers for the last word
  # shellcheck disable=SC2016  # for the shell within
  bash --norc -c '
    . /usr/share/bash-completion/bash_completion
    . "$1/share/bash-completion/completions/$2"
    shift
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_LINE=${COMP_LINE// = /=} COMP_POINT=${#COMP_LINE}
    read -r -a rule <<<"$(complete -p "$1")"
    "${rule[2]}" "$1" "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
    printf "%s\n" "${COMPREPLY[@]}"' bash "$tree" "$@" 2>/dev/null
}

require_offer() { # EXPECTED COMMAND WORDS...
  local expected=$1 offered
  shift
  offered=$(offers "$@" | sort | xargs)
  [ "$offered" = "$expected" ] || fail "completion of '$*' offers '$offered', not '$expected'"
}

require_completion() { # COMMAND
  local missing
  long_options "$1" | grep -qx -e --version || fail "no options in $1 --help"
  missing=$(comm -23 <(long_options "$1" | sort) <(offers "$1" -- | sort))
  [ -z "$missing" ] || fail "completion of $1 lacks" "$missing"
  ! command -v zsh >/dev/null || zsh -n "$tree/share/zsh/site-functions/_$1" || fail "zsh cannot read _$1"
  ! command -v fish >/dev/null || fish -n "$tree/share/fish/vendor_completions.d/$1.fish" || fail "fish cannot read $1.fish"
}

require_links() { # DOCUMENT
  local target
  while read -r target; do
    [ -e "$(dirname "$1")/$target" ] || fail "$1 links to $target, which is not there"
  done < <(grep -oE '\]\([^):#]+[)#]' "$1" | sed 's/^](//; s/.$//')
}

for command in "$tree"/bin/*; do
  command=$(basename "$command")
  if command -v help2man >/dev/null; then require_page "$command"; fi
  require_completion "$command"
done
require_offer 'network network+model none' t1moco study/ --method n
require_offer 'auto cpu cuda' dt1map --device ''
require_offer '1 2' ahalandmarks --stages ''
require_offer 'network+model' t1moco --method = network+
require_offer 'a_folder' qcdseg -o ''
require_offer 'a_file a_folder' qcdseg ''
require_offer 'report' cmrt1-cohort --step r

for script in cohort cohort-slurm dicom-node; do
  ln -s "$tree/bin/cmrt1-$script" "$folder/links/$script"
  for command in "$tree/bin/cmrt1-$script" "$folder/links/$script"; do
    env -i PATH=/usr/bin:/bin "$command" --help | grep -q "^Usage: $(basename "$command") " || fail "$command has no --help"
    env -i PATH=/usr/bin:/bin "$command" --version | grep -q "^$(basename "$command") [0-9]" ||
      fail "$command does not find the programs"
  done
done
for document in "$tree"/share/doc/cmrt1/{README.md,docs/*.md}; do require_links "$document"; done
test -s "$tree/share/doc/cmrt1/LICENSE"
