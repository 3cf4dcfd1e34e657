package server

import (
	"cmp"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"

	"zhangben/cmd/zhangben/exit"
	"zhangben/ledger/checkpoint"
)

// A start that cannot succeed leaves nothing behind: no folder, key or file. What needs no address is judged before one
// is opened.

// preflight finds out all that can be known to be wrong before anything is written, and reads the terms to begin with.
func (o *Config) preflight(logger *slog.Logger) (*firstTerms, error) {
	if err := o.check(logger); err != nil {
		return nil, err
	}
	terms, err := readFirstTerms(o.Terms)
	if err == nil {
		err = o.tryFiles()
	}
	if err == nil {
		err = o.tryAddresses()
	}
	return terms, err
}

// tryFiles reads all files that are named, and the key in the folder.
func (o *Config) tryFiles() error {
	if _, err := o.HTTP.readTokens(); err != nil {
		return err
	}
	if _, err := o.HTTP.certificate(); err != nil {
		return err
	}
	if err := checkpoint.CheckKeyFile(o.Checkpoints.file(o.Data), o.Checkpoints.Origin); err != nil {
		return exit.Usage(err)
	}
	if o.Outside.URL == "" {
		return o.Embedded.Check()
	}
	if _, err := o.Services.Credentials(o.Outside.URL); err != nil {
		return err
	}
	return o.Outside.Check()
}

// tryAddresses opens and closes the addresses.
func (o *Config) tryAddresses() error {
	listener, _, err := o.HTTP.listenTLS()
	if err != nil {
		return err
	}
	defer listener.Close()
	if o.Outside.URL != "" || o.Embedded.Private {
		return nil
	}
	probe, err := net.Listen("tcp", o.Embedded.Listen)
	if err != nil {
		return fmt.Errorf("--nats-listen: %w", err)
	}
	return probe.Close()
}

// file is where the key is.
func (o *CheckpointConfig) file(data string) string {
	return cmp.Or(o.KeyFile, filepath.Join(data, checkpoint.KeyFileName))
}
