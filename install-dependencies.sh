#!/bin/sh
# Installs what lapse needs to build and to test itself, from the distribution's own packages.
# For Debian 12, Debian 13 and Ubuntu 24.04. Run as root, or as a user who may use sudo.
# Asks nothing.
#
#   ./install-dependencies.sh        to build, test and measure
#   ./install-dependencies.sh --ci   also what only .ci/run needs: clang with its sanitizers, the
#                                    formatter, and the tools that read schemas, reports and
#                                    packages in the tests
set -eu

packages="g++ cmake ninja-build pkg-config patch python3
  libcaf-dev libboost-dev libboost-program-options-dev libexpected-dev libfmt-dev libyaml-cpp-dev
  nlohmann-json3-dev libpugixml-dev libssl-dev libkainjow-mustache-dev
  catch2 librapidcheck-dev libbenchmark-dev"

ci=no
case "${1-}" in
  "") ;;
  --ci) ci=yes ;;
  -h | --help)
    sed -n '2,9s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
  *)
    echo "$0: unknown argument '$1', see --help" >&2
    exit 2
    ;;
esac

if ! command -v apt-get >/dev/null; then
  echo "$0: needs apt-get (Debian or Ubuntu); elsewhere, install the like of:" $packages >&2
  exit 1
fi

as_root=
if [ "$(id -u)" -ne 0 ]; then
  as_root=sudo
  if ! command -v sudo >/dev/null; then
    echo "$0: run it as root, or install sudo" >&2
    exit 1
  fi
fi

installed() {
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || return 1
  done
}

updated=no
install() {
  if installed "$@"; then
    return 0
  fi
  if [ "$updated" = no ]; then
    $as_root apt-get -q update
    updated=yes
  fi
  $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y --no-install-recommends install "$@" </dev/null
}

install $packages
if [ "$ci" = yes ]; then
  install clang clang-format dpkg-dev man-db graphviz curl python3-venv \
    python3-jsonschema python3-yaml python3-junitparser python3-prometheus-client
  # Ubuntu has Chromium only as a snap; the test of the HTML report is skipped there.
  if apt-cache show chromium-driver >/dev/null 2>&1; then
    install chromium chromium-driver python3-selenium
  fi
  # The sanitizers' run-time libraries come in a package named after the compiler's version.
  major=$(clang -dumpversion | cut -d. -f1)
  install "libclang-rt-$major-dev"
fi
