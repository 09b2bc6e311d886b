#!/usr/bin/env bash
# The part of test-fresh.sh that runs in the bare Debian: README's two commands.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly port=5580 log=/tmp/make-run.txt
console=''

# HTTP without curl, which is not here yet.
answers() {
  local line
  { exec 3<>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || return 1
  printf 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$port" >&3
  IFS= read -r -t 10 line <&3 || line=
  exec 3>&-
  [[ $line == *' 200 '* ]]
}

echo '== make run'
start=$SECONDS
! answers || { echo "something else listens on port $port" >&2; exit 1; }
set -m
make run ARGS="--urls http://127.0.0.1:$port" </dev/null >"$log" 2>&1 &
console=$!
set +m
until answers; do
  kill -0 "$console" 2>/dev/null || { tail -n 40 "$log" >&2; echo 'make run ended before the console answered' >&2; exit 1; }
  ((SECONDS - start < 900)) || { tail -n 40 "$log" >&2; echo 'the console did not answer within 900 s' >&2; exit 1; }
  sleep 0.5
done
grep '^installing ' "$log" || true
echo "the console answered after $((SECONDS - start)) s"
kill -INT -- "-$console"
wait "$console" || true
! answers || { echo 'the console still answers after SIGINT' >&2; exit 1; }

echo '== ip mgcap'
scripts/setup.sh test
kmod/iproute2/build.sh

echo '== make test'
exec make test KERNELS=
