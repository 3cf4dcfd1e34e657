#!/usr/bin/env bash
# Measures this machine and puts the table into README.md and README.zh-CN.md. Let nothing else run meanwhile. Arguments
# go to `zhangben bench`, such as --events 10000000 --growth.
set -euo pipefail
cd "$(dirname "$0")/.."

temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

go build -buildvcs=false -o "$temp/zhangben" ./cmd/zhangben
"$temp/zhangben" bench "$@" | tee "$temp/table"

for readme in README.md README.zh-CN.md; do
	awk -v table="$temp/table" '
		/^<!-- bench -->$/ { print; print "```"; while ((getline line < table) > 0) print line; print "```"; skipping = 1; next }
		/^<!-- end of bench -->$/ { skipping = 0 }
		!skipping
	' "$readme" >"$temp/readme"
	cat "$temp/readme" >"$readme"
done
