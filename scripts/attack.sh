#!/bin/sh
# attack.sh attacks a running zhangben over NATS, HTTP and the command line, while others publish and read, and prints
# two tables: what came of each attempt, and what others waited, calm and under each attack. It fails where something
# got in, was lost, or kept others from being served. The table of attempts begins in cmd/zhangben/attack_test.go.
# Usage: scripts/attack.sh [-s SECONDS] [embedded|external|loopback [ATTEMPT]]
#   -s        how long each flood lasts (5)
#   embedded  with users of the NATS server inside, and tokens
#   external  with a separate nats-server with the configuration in scripts/nats, and tokens
#   loopback  as serve starts without any flags
#   ATTEMPT   a part of the names of those attempts that are made
# Without a name all three are attacked, which takes about ten minutes.
set -eu
cd "$(dirname "$0")/.."
usage() {
	sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '$d' >&2
	exit 2
}
seconds=5
while getopts s: option; do
	case $option in
	s) seconds=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
attempt=$(printf %s "${2-}" | tr ' ' _)
case ${1-} in
'' | embedded | external | loopback) ;;
*) usage ;;
esac
ZHANGBEN_FLOOD=${seconds}s exec go test -count=1 -v -timeout 0 -run "^TestAttacks\$/^${1-}/$attempt" ./cmd/zhangben
