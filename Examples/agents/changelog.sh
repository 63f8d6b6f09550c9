#!/bin/sh
# An agent in POSIX shell: it returns the subjects of the last commits, as many as its first argument says, and ignores its
# input. A program gets its arguments as they are in the manifest; no shell interprets them.
set -eu
cat >/dev/null
# The workspace's settings can make `git log` check signatures or fetch what is missing, by programs that they name.
# `rev-list` does the former for nobody.
subjects=$(GIT_NO_LAZY_FETCH=1 GIT_ALLOW_PROTOCOL='' git rev-list --max-count="${1:-10}" --no-commit-header --format=%s HEAD 2>&1) || {
    echo "git rev-list: $subjects" >&2
    exit 1
}
echo "$(printf '%s\n' "$subjects" | wc -l) commits" >&2
# Each line becomes a JSON string: backslashes and quotes escaped, control characters left out.
printf '%s' "$subjects" | tr -d '\000-\011\013-\037' | awk '
    BEGIN { printf "{\"set\": {\"artifacts.changelog\": [" }
    { gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); printf "%s\"%s\"", (NR > 1 ? ", " : ""), $0 }
    END { print "]}}" }'
