#!/usr/bin/env bash
# mutants.sh changes the rules of package projections in one place after another and runs the package's tests on each
# change. A change that no test notices survives. Survivors must stand in scripts/mutants.txt under the reason why they
# survive, and nine in ten of all changes must be noticed. It takes about half an hour on two cores.
# Usage: scripts/mutants.sh [FILE.go ...]   only changes in these files of projections
set -euo pipefail
cd "$(dirname "$0")/.."

gremlins=github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0
reasons=scripts/mutants.txt
wantedPercent=90
timed='^(TestWorkEndsWithItsCaller|TestGrowth)$' # on a busy machine these fail whatever was changed

temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
GOBIN="$temp" go install "$gremlins"

# excluded lists, as options, what is not asked for: the packages below, and files other than those named.
excluded() {
	printf '%s\n' -E '/'
	[ $# -gt 0 ] || return 0
	local file
	for file in projections/*.go; do
		file=${file#projections/}
		[[ " $* " == *" $file "* ]] || printf '%s\n' -E "^${file/./\\.}\$"
	done
}

# survivors prints "file: kind of change: line of code" for each line "LIVED KIND at FILE:LINE:COLUMN" of the report.
survivors() {
	{ grep -E '^ *LIVED ' "$temp/report" || true; } | while read -r _ kind _ place; do
		IFS=: read -r file line _ <<<"$place"
		printf '%s: %s: %s\n' "$file" "$kind" "$(sed -n "${line}s/^[[:space:]]*//p" "projections/$file")"
	done | sort
}

mapfile -t options < <(excluded "$@")
export GOFLAGS="-short -failfast -skip=$timed"
# A change that makes a loop endless is noticed by the processor time it takes, which other work on the machine does not
# lengthen; the limit by the clock is far away.
ulimit -t 30
"$temp/gremlins" unleash ./projections --dry-run "${options[@]}" >/dev/null # compiles
"$temp/gremlins" unleash ./projections --workers 2 --timeout-coefficient 200 "${options[@]}" | tee "$temp/report"

killed=$(grep -cE '^ *(KILLED|TIMED OUT) ' "$temp/report" || true)
lived=$(grep -cE '^ *LIVED ' "$temp/report" || true)
survivors >"$temp/survivors"
unexplained=$({ grep -vE '^(#|$)' "$reasons" || true; } | sort -u | comm -13 - <(sort -u "$temp/survivors"))

echo "$killed of $((killed + lived)) changes were noticed"
if [ -n "$unexplained" ]; then
	printf 'changes that no test notices and %s does not explain:\n%s\n' "$reasons" "$unexplained" >&2
	exit 1
fi
[ $((killed * 100)) -ge $(((killed + lived) * wantedPercent)) ] ||
	{ echo "fewer than $wantedPercent % were noticed" >&2; exit 1; }
