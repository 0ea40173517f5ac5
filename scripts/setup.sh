#!/usr/bin/env bash
# Installs what building and running need on Debian 12, and nothing that is there already:
#   Debian packages (as root, or through sudo) and LibTorch in a cache folder that later builds reuse.
#   --tests     also what the tests need (GoogleTest, Google Benchmark, ITK, DICOM validators, Orthanc, Slurm)
#   --training  also a Python environment with PyTorch (5 GB), for models/training and its tests
# Cache: ${XDG_CACHE_HOME:-~/.cache}/cmrt1
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/cmrt1
torch_version=2.11.0

packages=(build-essential cmake ninja-build pkg-config python3 python3-venv
  libdcmtk-dev libeigen3-dev libcli11-dev libspdlog-dev nlohmann-json3-dev
  libnifti2-dev libtbb-dev libarchive-dev libssl-dev zlib1g-dev libdeflate-dev libcairo2-dev fonts-dejavu-core
  parallel dcmtk  # for scripts/cohort.sh and scripts/dicom_node.sh
  help2man)       # man pages
training=no
for argument in "$@"; do
  case $argument in
    --tests)
      packages+=(libgtest-dev libbenchmark-dev libinsighttoolkit5-dev libfftw3-dev dicom3tools orthanc slurm-wlm munge
        groff-base bash-completion)
      ;;
    --training) training=yes ;;
    *) echo "setup.sh: unknown option $argument" >&2; exit 2 ;;
  esac
done

say() { echo "setup: $*" >&2; }

install_packages() {
  local missing=()
  for package in "${packages[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  say "installing Debian packages: ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { say "run as root, or install sudo: packages are missing"; exit 1; }
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# A folder is filled under another name and renamed, so that a broken download is never taken for one.
install_libtorch() {
  local target=$cache/libtorch-$torch_version
  [ -d "$target" ] && return
  say "installing LibTorch $torch_version into $target (530 MB to download)"
  rm -rf "$target.part"
  mkdir -p "$cache"
  [ -x "$cache/pip/bin/pip" ] || python3 -m venv "$cache/pip"
  # libtorch_cpu.so needs the two CUDA libraries even on a machine without a GPU.
  "$cache/pip/bin/pip" install -q --disable-pip-version-check --no-deps --target "$target.part" \
    "torch==$torch_version" nvidia-cuda-runtime==13.0.96 nvidia-cuda-cupti==13.0.85
  mv "$target.part" "$target"
}

install_training() {
  local requirements=$root/models/training/requirements.txt
  local target=$cache/training-$(sha256sum "$requirements" | cut -c1-12)
  if [ ! -f "$target/complete" ]; then
    say "installing the Python environment for training into $target (5 GB)"
    rm -rf "$target"
    mkdir -p "$cache"
    python3 -m venv "$target"
    "$target/bin/pip" install -q --disable-pip-version-check -r "$requirements"
    touch "$target/complete"
  fi
  ln -sfn "$target" "$cache/training"
}

install_packages
install_libtorch
if [ "$training" = yes ]; then install_training; fi
