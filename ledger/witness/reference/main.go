// The reference witness of transparency-dev, as a process of its own for tests: it knows the logs whose public keys are
// its arguments, keeps what it has seen in memory, prints its address and its public key, and serves until it is
// killed.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strings"

	formats "github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/witness/api"
	"github.com/transparency-dev/witness/persistence/inmemory"
	"github.com/transparency-dev/witness/witness"
	"golang.org/x/mod/sumdb/note"
)

func main() {
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		log.Fatal(err)
	}
}

// run serves as the witness of a name for the logs with these keys.
func run(name string, logs []string) error {
	secret, public, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return err
	}
	signer, err := formats.NewSignerForCosignatureV1(secret)
	if err != nil {
		return err
	}
	if public, err = formats.VKeyToCosignatureV1(public); err != nil {
		return err
	}
	w, err := witness.New(context.Background(), witness.Opts{
		Persistence:    inmemory.New(),
		Signers:        []note.Signer{signer},
		VerifierForLog: verifiers(logs),
	})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("http://%s %s\n", listener.Addr(), public)
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+api.HTTPAddCheckpoint, witness.NewHTTPHandler(w).AddCheckpoint)
	return http.Serve(listener, mux)
}

// verifiers finds the key of a log by its origin.
func verifiers(logs []string) func(context.Context, string) (note.Verifier, bool, error) {
	return func(_ context.Context, origin string) (note.Verifier, bool, error) {
		for _, key := range logs {
			if strings.HasPrefix(key, origin+"+") {
				verifier, err := note.NewVerifier(key)
				return verifier, err == nil, err
			}
		}
		return nil, false, nil
	}
}
