#!/bin/sh
# faults.sh makes one kind of fault over the ledger, at many points that follow from a seed, and says where to go on.
# Usage: scripts/faults.sh NAME [-n POINTS] [-s SEED] [-f FIRST_POINT]
#   flips      single bits of the log file turned; each point asks zhangben verify (20000)
#   syscalls   every write, sync and truncate of a script of 300 events fails with EIO or ENOSPC, once or always (all);
#              needs strace
#   fulldisk   a disk that fills (20); needs root or user namespaces
#   planted    bugs planted into the source, each caught by the test it names (all)
#   kills      SIGKILL while events are appended (1000)
#   servekills the same of zhangben serve, while another process publishes (1000, in one run)
#   powercut   ext4 shut down without its journal while events are appended (200); needs root
set -eu
cd "$(dirname "$0")/.."
usage() {
	sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
	exit 2
}
[ $# -gt 0 ] || usage
name=$1
shift
points=0 seed=1 first=0
while getopts n:s:f: option; do
	case $option in
	n) points=$OPTARG ;;
	s) seed=$OPTARG ;;
	f) first=$OPTARG ;;
	*) usage ;;
	esac
done
case $name in
servekills)
	[ "$points" -gt 0 ] || points=1000
	echo "next: scripts/faults.sh servekills -s $((seed + 1))"
	ZHANGBEN_SEED=$seed ZHANGBEN_KILLS=$points \
		exec go test -count=1 -v -timeout 0 -run '^TestKilledServerLosesNothingAcknowledged$' ./cmd/zhangben
	;;
flips) test=TestBitFlips ;;
syscalls) test=TestFailingSyscalls ;;
fulldisk) test=TestFullDisk ;;
planted) test=TestPlantedBugs ;;
kills) test=TestKills ;;
powercut) test=TestPowerCuts ;;
*) usage ;;
esac
exec go test -count=1 -v -timeout 0 -run "^$test\$" ./ledger/faults -args -points "$points" -seed "$seed" -from "$first"
