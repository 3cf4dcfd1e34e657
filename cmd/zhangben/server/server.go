// Package server runs a ledger: it takes the stream of a NATS server into the log, and answers over HTTP and NATS from
// it, while it watches over disk, log, stream and other instances.
package server

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"zhangben/cmd/zhangben/build"
	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/server/natsserver"
	"zhangben/ledger"
	"zhangben/ledger/ingest"
	"zhangben/ledger/replica"
)

// Where a ledger is kept and served by default.
const (
	DefaultData = "./zhangben-data"
	DefaultHTTP = "127.0.0.1:8808"
	DefaultNATS = "127.0.0.1:4222"
)

// Config holds the options of serve.
type Config struct {
	Data        string
	HTTP        HTTPConfig
	Embedded    natsserver.Options
	Outside     client.NATS  // its url is "" where NATS is embedded
	Services    client.Login // of what answers requests, where NATS is outside
	Stream      ingest.StreamOptions
	Sync        string // always or interval
	Watch       WatchConfig
	Checkpoints CheckpointConfig
	Pprof       string // loopback address of profiles; "" serves none
	Terms       string // file of the terms to begin with

	Started func(Endpoints) // called once everything answers, unless it is nil
}

// Endpoints are the addresses at which a running server answers.
type Endpoints struct{ HTTP, NATS string }

// Run runs the ledger until ctx ends: the log, NATS, the stream into the log, and the answers over NATS and HTTP.
// Where the stream turns out not to be the one the log was built from, it goes on serving what is in the log.
func Run(ctx context.Context, o Config, logger *slog.Logger) (err error) {
	shareProcessors()
	hangups, ignoreHangups := hangups()
	defer ignoreHangups()
	terms, err := o.preflight(logger)
	if err != nil {
		return err
	}
	stopProfiles, err := (&profiler{o.Pprof}).start(logger)
	if err != nil {
		return err
	}
	defer stopProfiles()
	log, err := ledger.Open(o.Data, ledger.Options{Logger: logger, Context: ctx})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()

	watch, err := o.newSupervisor(log, logger)
	if err != nil {
		return err
	}
	links, err := o.startNATS(logger)
	if err != nil {
		return err
	}
	defer links.close()
	watch.links = links
	return o.serveStream(ctx, watch, terms, hangups)
}

// serveStream takes the stream into the log and answers from it until ctx ends, or something is broken.
func (o *Config) serveStream(ctx context.Context, watch *supervisor, terms *firstTerms,
	hangups <-chan os.Signal) error {
	log, logger, links := watch.log, watch.logger, watch.links
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	js, err := jetstream.New(links.ledger)
	if err != nil {
		return err
	}
	reading := new(ingest.Reading)
	intake := newIntake(ctx, js, log, ingest.Options{
		Logger: logger, Gate: watch.gate, Appended: watch.events.count, Reading: reading,
	})
	defer intake.stop()
	watch.js, watch.intake = js, intake
	judge := &ingest.LogOutcomes{Log: log, Reading: reading, End: ingest.NewStreamEnd(js)}
	publisher, stopVerdicts, err := answerNATS(links, judge, watch.checkWritable)
	if err != nil {
		return err
	}
	defer stopVerdicts()
	begun := make(chan error, 1)
	defer func() { cancel(); <-begun }()
	go func() {
		defer close(begun)
		begun <- o.begin(ctx, watch, publisher, terms)
	}()
	select {
	case err := <-begun:
		if err != nil || ctx.Err() != nil {
			return err
		}
	case <-time.After(openPatience):
		logger.Warn("the stream has not been found yet; reads are served", "reason", intake.ready())
	}
	return o.serve(ctx, watch, publisher, begun, hangups)
}

// serve answers over HTTP and compares the log with those of other instances until ctx ends, or something is broken.
// begun is how the intake began, or will have begun.
func (o *Config) serve(ctx context.Context, watch *supervisor, publisher *ingest.Publisher, begun <-chan error,
	hangups <-chan os.Signal) error {
	log, logger, links := watch.log, watch.logger, watch.links
	defer watch.watch()()
	web, err := o.HTTP.start(log, watch.signed.signer, publisher, watch, logger)
	if err != nil {
		return err
	}
	defer web.stop()
	stopPeers, err := watch.peers.Start(links.ledger, links.services, instanceName(web.url))
	if err != nil {
		return err
	}
	defer stopPeers()
	go reloadOn(ctx, hangups, append(web.reloads, links.reloads()...), logger)
	o.announce(Endpoints{HTTP: web.url, NATS: links.ledger.ConnectedUrlRedacted()}, log, logger)
	select {
	case <-ctx.Done():
		logger.Info("stopping")
		return nil
	case err := <-failed(begun):
		return err
	case err := <-watch.intake.broken:
		return err
	case err := <-links.broken():
		return err
	case err := <-web.broken:
		return err
	}
}

// newSupervisor makes what watches over the log. A log that differs from another instance's is not signed.
func (o *Config) newSupervisor(log *ledger.Log, logger *slog.Logger) (*supervisor, error) {
	signer, err := o.Checkpoints.signer(log, o.Data, logger)
	if err != nil {
		return nil, err
	}
	disk, err := newDiskWatch(o.Data, o.Watch.DiskFloor, logger)
	if err != nil {
		return nil, err
	}
	peers := replica.New(log, build.Version, logger)
	cosigning, err := o.Checkpoints.cosigning(log, signer, logger)
	if err != nil {
		return nil, err
	}
	signer.ObjectWith(func() error { return errors.Join(peers.Err(), cosigning.Sound()) })
	return &supervisor{
		data: o.Data, events: newEventCounts(), log: log, disk: disk, peers: peers, logger: logger,
		scrub:  &scrub{log: log, rate: o.Watch.ScrubRate, logger: logger},
		signed: &signatures{signer: signer, cosigning: cosigning, logger: logger},
	}, nil
}

// announce says where the ledger is served.
func (o *Config) announce(at Endpoints, log *ledger.Log, logger *slog.Logger) {
	logger.Info("serving", "http", at.HTTP, "nats", at.NATS, "data", o.Data,
		"last_seq", log.Last(), "stream_seq", log.Position().StreamSeq)
	if o.Started != nil {
		o.Started(at)
	}
}

// answerNATS serves verdicts over NATS, and returns a publisher that learns them from the log at hand, and a function
// that stops serving them.
func answerNATS(links *natsLinks, judge *ingest.LogOutcomes, shut func() error) (*ingest.Publisher, func(), error) {
	verdicts, err := ingest.ServeOutcomes(links.services, judge, build.Version, shut)
	if err != nil {
		return nil, nil, err
	}
	publisher, err := ingest.NewPublisher(links.ledger, judge)
	return publisher, func() { _ = verdicts.Stop() }, err
}

// check refuses what could do harm, and fills in what follows from other options.
func (o *Config) check(logger *slog.Logger) error {
	err := errors.Join(o.HTTP.check(), o.Watch.check(), (&profiler{o.Pprof}).check(), o.Checkpoints.check())
	if err != nil {
		return err
	}
	switch o.Sync {
	case "always", "":
		o.Embedded.SyncAlways = true
	case "interval":
		logger.Warn("acknowledged events can be lost in a power cut: --stream-sync=interval")
	default:
		return exit.Usagef("--stream-sync is always or interval, not %q", o.Sync)
	}
	if o.Stream.MaxBytes < 0 || o.Stream.Replicas < 0 || o.Stream.Replicas > 5 {
		return exit.Usagef("--stream-max-bytes is above 0, and --replicas from 1 to 5")
	}
	o.Embedded.Dir = o.Data
	return nil
}

// openPatience is how long serve waits for the stream before it serves reads without it.
const openPatience = 3 * time.Second

// openPause is how long serve waits before it looks for the stream again, at first.
const openPause = 200 * time.Millisecond

// begin finds the stream, has it read, and settles the terms to begin with.
func (o *Config) begin(ctx context.Context, watch *supervisor, publisher *ingest.Publisher, terms *firstTerms) error {
	stream, err := o.openStream(ctx, watch.js, watch.logger)
	if err != nil || ctx.Err() != nil {
		return err
	}
	watch.intake.start(stream)
	return terms.settle(ctx, publisher, watch.log, watch.intake, watch.logger)
}

// openStream finds or creates the stream. It tries until ctx ends, while NATS is not there, or a cluster that has just
// started or lost a server has not agreed on who leads.
func (o *Config) openStream(ctx context.Context, js jetstream.JetStream, logger *slog.Logger) (*ingest.Stream, error) {
	wanted := o.Stream
	if wanted.MaxBytes == 0 {
		wanted.DefaultMaxBytes = defaultStreamBytes(o.Data)
	}
	for pause, told := openPause, false; ; pause = min(2*pause, openPatience) {
		stream, err := ingest.EnsureStream(ctx, js, wanted)
		if ctx.Err() != nil {
			return nil, nil
		}
		if err := client.CheckServer(js.Conn()); err != nil { // it may have come only now
			return nil, err
		}
		if err == nil || js.Conn().IsConnected() && !undecided(err) {
			return stream, err
		}
		if js.Conn().IsClosed() { // NATS came, and would not have us
			return nil, errors.Join(js.Conn().LastError(), err)
		}
		if !told && pause == openPatience {
			logger.Warn("waiting for the stream", "error", err)
			told = true
		}
		wait(ctx, pause)
	}
}

// failed receives from ended what is an error; when it ended well, nothing ever comes.
func failed(ended <-chan error) <-chan error {
	failure := make(chan error, 1)
	go func() {
		if err := <-ended; err != nil {
			failure <- err
		}
	}()
	return failure
}

// codeNoPeers is JetStream's error where it finds no servers for the copies of a stream.
const codeNoPeers jetstream.ErrorCode = 10005

// undecided reports whether an error may only mean that no server leads the cluster or the stream for the moment, that
// some have not started yet, or have not heard yet that the stream was made.
func undecided(err error) bool {
	var api *jetstream.APIError
	if errors.As(err, &api) {
		return api.Code == 503 || api.ErrorCode == jetstream.JSErrCodeStreamNotFound ||
			api.ErrorCode == codeNoPeers && strings.Contains(api.Description, "offline")
	}
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, jetstream.ErrStreamNotFound)
}
