#!/usr/bin/env bash
# documents.sh holds what zhangben says of its interfaces against the tools that others read it with: the OpenAPI
# document against a validator and a generator, whose client is compiled and used on a running server; the JSON
# Schemas against a validator; the AsyncAPI document against the official schema. Needs Go, npm and curl; nothing
# outside the caches of Go and npm and a temporary folder is written.
set -euo pipefail
cd "$(dirname "$0")/.."

generator=github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2
asyncapi=@asyncapi/specs@6.11.1

temp=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$temp"' EXIT

fail() {
	printf 'documents: %s\n' "$*" >&2
	exit 1
}

# validate holds the document $1, or with a schema $2 each line of it, against what it should be.
validate() { (cd "$temp" && ./validator "$@") || fail "$1 is not valid"; }

# serve starts a server and sets url to its address.
serve() {
	"$temp/zhangben" serve --data "$temp/data" --http 127.0.0.1:0 --nats-listen 127.0.0.1:0 2>"$temp/log" &
	server=$!
	local n
	for n in $(seq 300); do
		url=$(sed -n 's/.*msg=serving http=\([^ ]*\).*/\1/p' "$temp/log")
		[ -z "$url" ] || return 0
		sleep 0.1
	done
	fail "the server does not start: $(cat "$temp/log")"
}

go build -buildvcs=false -o "$temp/zhangben" ./cmd/zhangben
cp -r projections/api/outsider "$temp/outsider"
(cd "$temp/outsider" && go build -o "$temp/validator" ./validate)
"$temp/zhangben" schema openapi >"$temp/openapi.json"
"$temp/zhangben" schema asyncapi >"$temp/asyncapi.json"
"$temp/zhangben" schema >"$temp/event.json"

validate openapi.json
mkdir "$temp/outsider/client/api"
GOFLAGS= go run "$generator" -generate types,client -package api \
	-o "$temp/outsider/client/api/api.go" "$temp/openapi.json"
(cd "$temp/outsider" && go build -o "$temp/client" ./client)
serve
"$temp/client" "$url"
for document in openapi asyncapi; do
	curl -sf "$url/$document.json" | cmp - "$temp/$document.json" ||
		fail "/$document.json is not what zhangben schema $document prints"
done

cp events/testdata/kinds.ndjson "$temp"
validate kinds.ndjson event.json
(cd "$temp" && npm pack --silent "$asyncapi" >/dev/null && tar xzf asyncapi-specs-*.tgz)
tr -d '\n' <"$temp/asyncapi.json" >"$temp/asyncapi.ndjson"
validate asyncapi.ndjson package/schemas/3.0.0.json
