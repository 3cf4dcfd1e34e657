#!/usr/bin/env bash
# Checks everything there is to check, cheapest first, and stops at the first failure: about five minutes on two
# cores. Needs Go, curl, strace, npm and Chromium, and a C compiler for the race detector; all but Go are installed
# when this runs as root. Nothing outside Go's caches and a temporary folder is written.
set -euo pipefail
cd "$(dirname "$0")/.."

staticcheck=honnef.co/go/tools/cmd/staticcheck@v0.8.2
govulncheck=golang.org/x/vuln/cmd/govulncheck@v1.9.0
fuzzSecondsEach=5
fuzzSecondsTotal=150

# A checkout that belongs to another user has no readable history, which is no reason not to build it.
export GOFLAGS="${GOFLAGS:-} -buildvcs=false"

temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

step() { printf '\n== %s (%d s)\n' "$*" "$SECONDS"; }
fail() {
	printf 'check: %s\n' "$*" >&2
	exit 1
}

# install_missing gets what a bare machine lacks: a C compiler for the race detector, curl for the commands in
# README.md, strace for writes that fail, npm for a schema, Chromium for what pages of other origins try.
install_missing() {
	if [ "$(command -v gcc curl strace npm chromium | wc -l)" = 5 ]; then return; fi
	if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then return; fi
	step "apt-get install gcc curl strace npm chromium"
	export DEBIAN_FRONTEND=noninteractive
	(apt-get update -qq && apt-get install -qq -y --no-install-recommends \
		gcc libc6-dev curl strace npm chromium ca-certificates) >"$temp/apt" 2>&1 || cat "$temp/apt"
}

formatted() {
	local unformatted
	unformatted=$(gofmt -l cmd ledger events projections)
	[ -z "$unformatted" ] || fail "gofmt would change: $unformatted"
}

# vulnerabilities fails on what is known to be wrong, and only says so where the database cannot be asked.
vulnerabilities() {
	local status=0
	GOBIN="$temp" go install "$govulncheck"
	"$temp/govulncheck" ./... >"$temp/vulnerabilities" 2>&1 || status=$?
	if [ "$status" = 0 ]; then
		tail -n 1 "$temp/vulnerabilities"
	elif grep -q 'fetching vulnerabilities' "$temp/vulnerabilities"; then
		echo "the database cannot be reached, so nothing was checked: $(tail -n 1 "$temp/vulnerabilities")"
	else
		cat "$temp/vulnerabilities"
		fail "govulncheck exits with $status"
	fi
}

# occupy serves a ledger on the default addresses while the tests run, which must not mind. Where it cannot, another
# listens there, which does as well.
occupy() {
	go build -o "$temp/zhangben" ./cmd/zhangben
	"$temp/zhangben" serve --data "$temp/served" 2>"$temp/served.log" &
	occupant=$!
	"$temp/zhangben" health --wait 30s || true
}

# heartbeat says every minute that the tests still run: some packages take minutes.
heartbeat() {
	while sleep 60; do printf '   ... still testing (%d s)\n' "$SECONDS"; done
}

tests() {
	local race=-race status=0
	if ! CGO_ENABLED=1 go build -race -o "$temp/race" runtime/race 2>"$temp/race.log"; then
		race=
		echo "no C compiler: the tests run without the race detector"
	fi
	occupy
	heartbeat &
	local heart=$!
	go test ${race:+"$race"} -timeout 25m ./... || status=$?
	kill "$heart" "$occupant" 2>/dev/null || true
	return "$status"
}

# fuzz_targets lists "folder target", one a line.
fuzz_targets() {
	grep -rHoE '^func Fuzz[A-Za-z0-9_]*' --include='*_test.go' cmd ledger events projections |
		sed -E 's|^(.*)/[^/]*:func |./\1 |' | sort
}

# fuzz runs one target. Running out of time while an input is tried is no finding, though the fuzzer calls it one.
fuzz() {
	local folder=$1 target=$2 seconds=$3
	printf '%s %s\n' "$folder" "$target"
	go test -run '^$' -fuzz "^$target\$" -fuzztime "${seconds}s" -fuzzminimizetime 1s "$folder" \
		>"$temp/fuzz" 2>&1 && return
	if grep -q 'context deadline exceeded' "$temp/fuzz" && ! grep -q 'Failing input' "$temp/fuzz"; then return; fi
	cat "$temp/fuzz"
	fail "$target found something"
}

fuzzing() {
	fuzz_targets >"$temp/targets"
	local count seconds
	count=$(wc -l <"$temp/targets")
	[ "$count" -gt 0 ] || return 0
	seconds=$((fuzzSecondsTotal / count))
	[ "$seconds" -lt "$fuzzSecondsEach" ] || seconds=$fuzzSecondsEach
	[ "$seconds" -gt 0 ] || seconds=1
	while read -r folder target; do fuzz "$folder" "$target" "$seconds"; done <"$temp/targets"
}

install_missing
step "gofmt"
formatted
step "go mod tidy"
go mod tidy -diff
step "go vet"
go vet ./...
go vet -C ledger/witness/reference ./...
go vet -C projections/api/outsider ./validate
step "staticcheck"
go run "$staticcheck" ./...
step "govulncheck"
vulnerabilities
step "go test: units, scenarios, the binary, the commands in README.md, docker-compose.yml"
tests
step "go test: work for who has gone ends in time, without the race detector"
go test -count=1 -run 'TestClientsThatHungUpLeaveNothing|TestAStoppedServerLeavesNothing' ./projections/api
step "the official nats command line publishes"
scripts/nats-cli.sh
step "what others read the documents of the interfaces with"
scripts/documents.sh
step "fuzzing, at most $fuzzSecondsEach s a target"
fuzzing
step "all good"
