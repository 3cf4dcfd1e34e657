#!/bin/sh
# foldtest.sh compares the fold with the naive reference of package foldtest on many random histories, one in
# twenty of them with hundreds of payments, in batches, and says where to go on.
# Usage: scripts/foldtest.sh [-n HISTORIES] [-s FIRST_SEED] [-b BATCH]
set -eu
cd "$(dirname "$0")/.."
count=200000 seed=1 batch=10000
while getopts n:s:b: option; do
	case $option in
	n) count=$OPTARG ;;
	s) seed=$OPTARG ;;
	b) batch=$OPTARG ;;
	*) exit 2 ;;
	esac
done
program=$(mktemp)
trap 'rm -f "$program"' EXIT
go test -c -o "$program" ./projections
end=$((seed + count))
while [ "$seed" -lt "$end" ]; do
	[ $((end - seed)) -lt "$batch" ] && batch=$((end - seed))
	(cd projections && "$program" -test.run '^TestReference(OfCrowds)?$' -test.timeout 0 \
		-foldtest.histories "$batch" -foldtest.crowds "$((batch / 20))" -foldtest.seed "$seed")
	seed=$((seed + batch))
	echo "all equal so far; go on with: scripts/foldtest.sh -s $seed"
done
