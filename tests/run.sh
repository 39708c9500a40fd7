#!/usr/bin/env bash
# Everything that must hold before a change leaves the desk, on a PostgreSQL and a Redis of its own; `make test` calls it.
# Its last line counts all runs together, and it fails where one of them failed or executed nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8
unset DATABASE_URL REDIS_URL VAR_DIR DJANGO_SETTINGS_MODULE DEMO DEMO_PASSWORD HOST PORT

stage() { printf '\n== %s (%ss)\n' "$1" "$SECONDS"; }

# --- What the system must have ---------------------------------------------------------------------------------------
postgres_bin() {
    local newest
    newest=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -1)
    [ -n "$newest" ] || newest=$(command -v initdb) || return 1
    dirname "$newest"
}
missing() {
    postgres_bin >/dev/null || echo postgresql
    command -v redis-server >/dev/null || echo redis-server
    command -v chromium >/dev/null || echo chromium
    fc-list :lang=zh 2>/dev/null | grep -q . || echo fonts-noto-cjk
}
packages=$(missing | xargs)
if [ -n "$packages" ] && command -v apt-get >/dev/null; then
    root=""
    [ "$(id -u)" = 0 ] || root="sudo -n"
    if [ -z "$root" ] || $root true 2>/dev/null; then
        stage "apt-get install $packages"
        $root apt-get update -qq </dev/null
        # shellcheck disable=SC2086 # several words on purpose
        $root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $packages </dev/null
        packages=$(missing | xargs)
    fi
fi
if [ -n "$packages" ]; then
    echo "Missing on this system, as Debian calls them / 本机缺少: $packages" >&2
    exit 1
fi
make -s dev

# --- Throwaway servers -------------------------------------------------------------------------------------------------
scratch=$(mktemp -d /tmp/govern.XXXXXX) # not TMPDIR: a socket's path holds 107 bytes
postgres_bin=$(postgres_bin)
redis=""
postgres() { # initdb and postgres refuse root
    if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}
tidy() {
    postgres "$postgres_bin/pg_ctl" -D "$scratch/db" -m immediate stop >/dev/null 2>&1 || true
    [ -z "$redis" ] || kill "$redis" 2>/dev/null || true
    rm -rf "$scratch"
}
trap tidy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

stage "PostgreSQL and Redis"
chmod 755 "$scratch" && mkdir "$scratch/db" "$scratch/reports"
[ "$(id -u)" != 0 ] || chown postgres "$scratch" "$scratch/db"
read -r postgres_port redis_port < <(.venv/bin/python - <<'PYTHON'
import socket
with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
    print(one.getsockname()[1], other.getsockname()[1])
PYTHON
)
postgres "$postgres_bin/initdb" -D "$scratch/db" -A trust -U postgres -N -E UTF8 --locale=C.UTF-8 >/dev/null
postgres "$postgres_bin/pg_ctl" -D "$scratch/db" -w -l "$scratch/log" -o "-p $postgres_port -k $scratch \
    -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off" start >/dev/null
redis-server --bind 127.0.0.1 --port "$redis_port" --save "" --appendonly no --dir "$scratch" >/dev/null &
redis=$!
until (: <"/dev/tcp/127.0.0.1/$redis_port") 2>/dev/null; do kill -0 "$redis" && sleep 0.1; done
servers=(
    "DATABASE_URL=postgres://postgres@127.0.0.1:$postgres_port/postgres"
    "REDIS_URL=redis://127.0.0.1:$redis_port/0"
)

# --- The runs ----------------------------------------------------------------------------------------------------------
failed_stages=0
run() { # run NAME [VARIABLE=VALUE...] -- PYTEST-ARGUMENT...
    local name=$1 variables=()
    shift
    while [ "$1" != -- ]; do variables+=("$1") && shift; done
    shift
    stage "$name"
    env "${variables[@]}" .venv/bin/python -m pytest -q "$@" --junitxml="$scratch/reports/$name.xml" </dev/null ||
        failed_stages=$((failed_stages + 1))
}

stage "make check"
make check || failed_stages=$((failed_stages + 1))
run "PostgreSQL and Redis" "${servers[@]}" -- -n 2 --durations=10 -m "not browser and not service and not sqlite"
run "browser" "${servers[@]}" -- -n 2 -m browser
run "services" "${servers[@]}" -- -m "service and not browser"
run "SQLite and files" -- -n 2 -m "not postgres and not browser and not service"

stage "counts"
.venv/bin/python - "$failed_stages" "$scratch"/reports/*.xml <<'PYTHON'
import sys
from xml.etree import ElementTree

failed_stages, reports = int(sys.argv[1]), sys.argv[2:]
passed = failed = skipped = 0
idle = 4 - len(reports)
for report in reports:
    cases = [{child.tag for child in case} for case in ElementTree.parse(report).iter("testcase")]
    bad = sum(bool(tags & {"failure", "error"}) for tags in cases)
    left_out = sum(tags >= {"skipped"} and not tags & {"failure", "error"} for tags in cases)
    passed, failed, skipped = passed + len(cases) - bad - left_out, failed + bad, skipped + left_out
    idle += len(cases) == left_out
if idle:
    print(f"{idle} run(s) executed no test")
# A stage that broke without a failing test (the checks, a crash, an idle run) must not read as green.
failed = failed or failed_stages or idle
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(failed > 0)
PYTHON
