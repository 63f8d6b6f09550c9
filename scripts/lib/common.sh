# Shared by the scripts of this folder: where the package is, and how what it needs is installed.
# shellcheck shell=bash

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"

say() { printf '%s\n' "==> $*" >&2; }
fail() {
    printf '%s\n' "error: $*" >&2
    exit 1
}

command -v swift >/dev/null 2>&1 || fail "swift is not on PATH; install Swift 6.2 or newer from https://www.swift.org/install/linux/"

# install_packages COMMAND-OR-FILE=PACKAGE…: installs the Debian packages of which the command or file is missing.
install_packages() {
    local missing=() pair what
    for pair in "$@"; do
        what=${pair%%=*}
        case $what in
            /*) compgen -G "$what" >/dev/null || missing+=("${pair#*=}") ;;
            *) command -v "$what" >/dev/null 2>&1 || missing+=("${pair#*=}") ;;
        esac
    done
    [ ${#missing[@]} -eq 0 ] && return
    command -v apt-get >/dev/null 2>&1 || fail "missing: ${missing[*]} (Debian's names); install them and start again"
    local sudo=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 || fail "missing: ${missing[*]}; as root: apt-get install ${missing[*]}"
        sudo=(sudo)
    fi
    say "installing ${missing[*]}"
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# install_test_dependencies: what tests run beside the package's own programs; exports where their Python is.
install_test_dependencies() {
    install_packages python3=python3 promtool=prometheus amtool=prometheus-alertmanager \
        prometheus-node-exporter=prometheus-node-exporter openssl=openssl \
        /usr/share/doc/python3-venv=python3-venv /usr/bin/protoc-c=protobuf-c-compiler
    export COORDINATOR_TEST_VENV=${COORDINATOR_TEST_VENV:-$root/.build/venv}
    install_python_packages "$COORDINATOR_TEST_VENV" Tests/IntegrationTests/Support/requirements.txt
}

install_build_dependencies() {
    install_packages \
        git=git pkg-config=pkg-config \
        '/usr/include/*/curl/curl.h=libcurl4-openssl-dev' \
        '/usr/include/protobuf-c/protobuf-c.h=libprotobuf-c-dev' \
        '/usr/include/zlib.h=zlib1g-dev' \
        ctags=universal-ctags
}

# install_python_packages VENV REQUIREMENTS: a virtual environment with exactly these packages, made again when they change.
install_python_packages() {
    cmp -s "$2" "$1/requirements.txt" && return
    say "installing the Python packages of $2 into ${1#"$root"/}"
    python3 -m venv "$1"
    "$1/bin/pip" install --quiet --disable-pip-version-check -r "$2"
    cp "$2" "$1/requirements.txt"
}
