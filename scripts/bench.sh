#!/usr/bin/env bash
# Measures this machine and puts the table into scripts/bench/RESULTS.md, and some of its rows into README.md and
# README.zh-CN.md. Let nothing else run meanwhile. Arguments go to `zhangben bench`, such as --only drain.
set -euo pipefail
cd "$(dirname "$0")/.."

# The rows of README.md, by how they begin.
rows='(publish into the stream and on|drain a full stream|post one event at a time|size of the log'
rows+="|restart until ready  |memory after a restart|replay into every|all contracts' figures at"
rows+='|figures of any contract  |drain while all|longest pause while all|  )'

temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

go build -buildvcs=false -o "$temp/zhangben" ./cmd/zhangben
"$temp/zhangben" bench "$@" | tee "$temp/table"
grep -E "^$rows" "$temp/table" >"$temp/rows"

# replace FILE TABLE puts a table between the two marks of a file.
replace() {
	awk -v table="$2" '
		/^<!-- bench -->$/ {
			print; print "```"; while ((getline line < table) > 0) print line; print "```"
			skipping = 1
			next
		}
		/^<!-- end of bench -->$/ { skipping = 0 }
		!skipping
	' "$1" >"$temp/replaced"
	cat "$temp/replaced" >"$1"
}

replace scripts/bench/RESULTS.md "$temp/table"
for readme in README.md README.zh-CN.md; do replace "$readme" "$temp/rows"; done
