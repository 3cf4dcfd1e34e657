#!/usr/bin/env bash
# Prints the processor time that the figures of one contract, its timeline and its explanation take as its history grows
# tenfold: n log n is a little more than ten times. Arguments go to `go test`, such as -growth.most 10000.
set -euo pipefail
cd "$(dirname "$0")/.."

go test ./projections -run '^TestGrowth$' -v -timeout 0 -growth.most 100000 "$@" |
	sed -n 's/^ *growth_test.go:[0-9]*: //p'
