#!/usr/bin/env bash
# Publishes with the official nats command line tool, as an upstream system might, and wants the right verdicts. Needs
# Go, and the module proxy for the tool; nothing outside the module cache and a temporary folder is written.
set -euo pipefail
cd "$(dirname "$0")/.."

natscli=github.com/nats-io/natscli/nats@v0.5.1
http=127.0.0.1:18808
nats=127.0.0.1:14222
subject=billing.events.acct-1.wallet.topped_up

temp=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; wait; rm -rf "$temp"' EXIT

GOBIN="$temp" go install "$natscli"
go build -buildvcs=false -o "$temp/zhangben" ./cmd/zhangben
"$temp/zhangben" serve --data "$temp/data" --http "$http" --nats-listen "$nats" 2>"$temp/serve.log" &
server=$!
"$temp/zhangben" health --server "http://$http" --wait 30s

cli() { HOME="$temp" "$temp/nats" --server "nats://$nats" "$@"; }

# want STREAM_SEQ TEXT: the verdict on the message holds TEXT.
want() {
	local verdict
	verdict=$(cli request --raw billing.verdict "{\"stream_seqs\":[$1]}" 2>/dev/null)
	[[ $verdict == *"$2"* ]] || { echo "message $1: $verdict, not $2" >&2 && exit 1; }
}

id=$(cat /proc/sys/kernel/random/uuid)
data='{"account_id":"acct-1","amount":"10.00","currency":"CNY","channel":"online"}'
event='{"specversion":"1.0","id":"'$id'","source":"/cli","type":"billing.wallet.topped_up.v1",'
event+='"time":"2025-03-01T09:00:00+08:00","data":'$data'}'

cli pub "$subject" "$event"
want 1 '"outcome":"appended","seq":1'
cli pub --jetstream "$subject" "$event"
want 2 '"outcome":"duplicate","seq":1'
cli pub "$subject" "no event at all"
want 3 '"outcome":"rejected","code":"invalid"'
cli pub "$subject" "$data" -H Content-Type:application/json -H ce-specversion:1.0 -H ce-source:/cli \
	-H "ce-id:$(cat /proc/sys/kernel/random/uuid)" \
	-H ce-type:billing.wallet.topped_up.v1 -H ce-time:2025-03-01T09:00:00+08:00
want 4 '"outcome":"appended","seq":2'

cli micro ls 2>&1 | grep -q zhangben || { echo "nats micro ls does not find the ledger" >&2 && exit 1; }
if cli stream purge --force BILLING 2>/dev/null; then
	echo "a stranger may purge the stream" >&2 && exit 1
fi
echo "nats-cli: all as it should be"
