package main

import (
	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/server"
	"zhangben/cmd/zhangben/server/natsserver"
	"zhangben/ledger/checkpoint"
)

func newServeCommand() *cobra.Command {
	var o server.Config
	var asJSON, verbose bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Take events in and serve what follows from them",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return server.Run(cmd.Context(), o, newLogger(cmd.ErrOrStderr(), asJSON, verbose))
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&asJSON, "json", false, "write diagnostics as JSON")
	flags.BoolVarP(&verbose, "verbose", "v", false, "write more diagnostics")
	addServe(cmd, &o)
	addHTTP(cmd, &o.HTTP)
	addCheckpoints(cmd, &o.Checkpoints)
	addEmbeddedNATS(cmd, &o.Embedded)
	addNATS(cmd, &o.Outside, "")
	addLogin(cmd, &o.Services, "nats-service", " of what answers requests, which may publish to inboxes only")
	cmd.MarkFlagsMutuallyExclusive("nats", "nats-listen")
	return cmd
}

func addServe(cmd *cobra.Command, o *server.Config) {
	flags := cmd.Flags()
	flags.StringVar(&o.Data, "data", server.DefaultData, "`folder` of the log, and of the embedded NATS server's stream")
	flags.StringVar(&o.Sync, "stream-sync", "always",
		"when the embedded stream syncs to disk: always, before each acknowledgement; or interval, losing up to two "+
			"minutes in a power cut")
	flags.Int64Var(&o.Stream.MaxBytes, "stream-max-bytes", 0,
		"`size` at which the stream refuses more; by default a quarter of the free disk, at most 64 GiB, decided when it "+
			"is created")
	flags.IntVar(&o.Stream.Replicas, "replicas", 0, "replicas of the stream, in a NATS cluster")
	flags.BoolVar(&o.Stream.AcceptRecorded, "accept-recordedtime", false,
		"believe publishers' recordedtime (migration, demonstrations); only when the stream is created")
	flags.Int64Var(&o.Watch.DiskFloor, "disk-floor", -1,
		"free `bytes` of the disk below which ingest is stopped until there is space again; 0: none (default 1 GiB, "+
			"or 5 % of the disk where that is less)")
	flags.Int64Var(&o.Watch.ScrubRate, "scrub-rate", server.DefaultScrubRate,
		"`bytes` a second of the log that are looked through for damage in the background; 0: none")
	flags.StringVar(&o.Terms, "terms", "", "`file` with the terms that a new ledger begins with: an object of version, "+
		"params and, if not from the beginning on, time")
	flags.StringVar(&o.Pprof, "pprof", "",
		"loopback `address` at which to serve profiles for go tool pprof; by default none are")
}

func addHTTP(cmd *cobra.Command, o *server.HTTPConfig) {
	flags := cmd.Flags()
	flags.StringVar(&o.Listen, "http", server.DefaultHTTP, "`address` of the HTTP server")
	flags.StringVar(&o.Tokens, "tokens", "", "`file` with the bearer tokens that are let in, one a line: "+
		"read|publish|finance|admin token [name=…] [sources=…] [until=…]")
	flags.StringVar(&o.TLSCert, "tls-cert", "", "`file` with the HTTP server's certificate")
	flags.StringVar(&o.TLSKey, "tls-key", "", "`file` with the key to --tls-cert")
	flags.BoolVar(&o.BehindProxy, "behind-tls-proxy", false, "a proxy in front does TLS")
	cmd.MarkFlagsRequiredTogether("tls-cert", "tls-key")
}

func addCheckpoints(cmd *cobra.Command, o *server.CheckpointConfig) {
	flags := cmd.Flags()
	flags.StringVar(&o.KeyFile, "checkpoint-key", "",
		"`file` of the key that signs checkpoints, made where there is none (default "+checkpoint.KeyFileName+
			" in the data folder)")
	flags.StringVar(&o.Origin, "checkpoint-origin", "",
		"`name` of the log in its checkpoints, such as example.com/ledger; only when the key is made")
	flags.StringVar(&o.Witnesses, "witness", "",
		"`file` of the witnesses that cosign checkpoints every ten minutes (C2SP tlog-policy)")
}

func addEmbeddedNATS(cmd *cobra.Command, o *natsserver.Options) {
	flags := cmd.Flags()
	flags.StringVar(&o.Listen, "nats-listen", server.DefaultNATS, "`address` of the embedded NATS server")
	flags.StringVar(&o.TLSCert, "nats-tls-cert", "", "`file` with the embedded NATS server's certificate")
	flags.StringVar(&o.TLSKey, "nats-tls-key", "", "`file` with the key to --nats-tls-cert")
	flags.StringVar(&o.Users, "nats-auth", "", "`file` with the embedded NATS server's users, one a line: name "+
		"password publish|finance|admin [accounts=…] [kinds=…]")
	cmd.MarkFlagsRequiredTogether("nats-tls-cert", "nats-tls-key")
}
