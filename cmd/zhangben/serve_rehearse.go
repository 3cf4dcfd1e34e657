package main

import (
	"cmp"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"

	"zhangben/cmd/zhangben/exit"
	"zhangben/ledger/checkpoint"
)

// A start that cannot succeed leaves nothing behind: no folder, key or file. What needs no address is judged before one is
// opened.

// prepare finds out all that can be known to be wrong before anything is written, and reads the terms to begin with.
func (o *serveOptions) prepare(logger *slog.Logger) (*firstTerms, error) {
	if err := o.check(logger); err != nil {
		return nil, err
	}
	terms, err := readFirstTerms(o.terms)
	if err == nil {
		err = o.tryFiles()
	}
	if err == nil {
		err = o.tryAddresses()
	}
	return terms, err
}

// tryFiles reads all files that are named, and the key in the folder.
func (o *serveOptions) tryFiles() error {
	if _, err := o.http.readTokens(); err != nil {
		return err
	}
	if _, err := o.http.certificate(); err != nil {
		return err
	}
	if err := checkpoint.CheckKeyFile(o.checkpoints.file(o.data), o.checkpoints.origin); err != nil {
		return exit.Usage(err)
	}
	if o.outside.URL == "" {
		return o.inside.Check()
	}
	if _, err := o.services.Credentials(o.outside.URL); err != nil {
		return err
	}
	return o.outside.Check()
}

// tryAddresses opens and closes the addresses.
func (o *serveOptions) tryAddresses() error {
	listener, _, err := o.http.listenTLS()
	if err != nil {
		return err
	}
	defer listener.Close()
	if o.outside.URL != "" || o.inside.Private {
		return nil
	}
	probe, err := net.Listen("tcp", o.inside.Listen)
	if err != nil {
		return fmt.Errorf("--nats-listen: %w", err)
	}
	return probe.Close()
}

// file is where the key is.
func (o *checkpointOptions) file(data string) string {
	return cmp.Or(o.keyFile, filepath.Join(data, checkpoint.KeyFileName))
}
