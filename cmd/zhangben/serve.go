package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/server/natsserver"
	"zhangben/ledger"
	"zhangben/ledger/ingest"
	"zhangben/ledger/replica"
)

// Where a ledger is kept and served by default.
const (
	defaultData       = "./zhangben-data"
	defaultHTTP       = "127.0.0.1:8808"
	defaultNATSListen = "127.0.0.1:4222"
)

// serveOptions is everything that serve can be told.
type serveOptions struct {
	version     string // of the program, and its source
	revision    string
	data        string
	http        httpOptions
	inside      natsserver.Options
	outside     client.NATS  // its url is "" where NATS is embedded
	services    client.Login // of what answers requests, where NATS is outside
	stream      ingest.StreamOptions
	sync        string // always or interval
	watch       watchOptions
	checkpoints checkpointOptions
	pprof       string // loopback address of profiles; "" serves none
	terms       string // file of the terms to begin with

	started func(endpoints) // called once everything answers; nil: nobody asks
}

// endpoints are the addresses at which a running server answers.
type endpoints struct {
	HTTP, NATS string
	links      *natsLinks
}

// serve runs the ledger until ctx ends: the log, NATS, the stream into the log, and the answers over NATS and HTTP.
// Where the stream turns out not to be the one the log was built from, it goes on serving what is in the log.
func serve(ctx context.Context, o serveOptions, logger *slog.Logger) (err error) {
	hangups, ignoreHangups := hangups()
	defer ignoreHangups()
	terms, err := o.prepare(logger)
	if err != nil {
		return err
	}
	stopProfiles, err := (&profiler{o.pprof}).start(logger)
	if err != nil {
		return err
	}
	defer stopProfiles()
	log, err := ledger.Open(o.data, ledger.Options{Logger: logger, Context: ctx})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()

	operator, err := o.operator(log, logger)
	if err != nil {
		return err
	}
	links, err := o.startNATS(logger)
	if err != nil {
		return err
	}
	defer links.close()
	operator.links = links
	return o.serveStream(ctx, links, operator, terms, hangups)
}

// serveStream takes the stream into the log and answers from it until ctx ends, or something is broken.
func (o *serveOptions) serveStream(ctx context.Context, links *natsLinks, operator *operator, terms *firstTerms,
	hangups <-chan os.Signal) error {
	log, logger := operator.log, operator.logger
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	js, err := jetstream.New(links.ledger)
	if err != nil {
		return err
	}
	reading := new(ingest.Reading)
	intake := newIntake(ctx, js, log, ingest.Options{Logger: logger, Gate: operator.gate, Took: operator.events.take, Reading: reading})
	defer intake.stop()
	operator.js, operator.intake = js, intake
	publisher, stopVerdicts, err := o.answerNATS(links, &ingest.LogJudge{Log: log, Reading: reading, End: ingest.NewStreamEnd(js)}, operator.open)
	if err != nil {
		return err
	}
	defer stopVerdicts()
	begun := make(chan error, 1)
	defer func() { cancel(); <-begun }()
	go func() {
		defer close(begun)
		begun <- o.begin(ctx, operator, publisher, terms)
	}()
	select {
	case err := <-begun:
		if err != nil || ctx.Err() != nil {
			return err
		}
	case <-time.After(openPatience):
		logger.Warn("the stream has not been found yet; reads are served", "reason", intake.ready())
	}
	defer operator.watch()()
	web, err := o.http.start(log, operator.signed.signer, publisher, operator, logger)
	if err != nil {
		return err
	}
	defer web.stop()
	stopPeers, err := operator.peers.Start(links.ledger, links.services, instanceName(web.url))
	if err != nil {
		return err
	}
	defer stopPeers()
	go reloadOn(ctx, hangups, append(web.reloads, links.reloads()...), logger)
	o.announce(endpoints{HTTP: web.url, NATS: links.ledger.ConnectedUrlRedacted(), links: links}, log, logger)
	select {
	case <-ctx.Done():
		logger.Info("stopping")
		return nil
	case err := <-failed(begun):
		return err
	case err := <-intake.broken:
		return err
	case err := <-links.broken():
		return err
	case err := <-web.broken:
		return err
	}
}

// operator makes what watches over the log. A log that differs from another instance's is not signed.
func (o *serveOptions) operator(log *ledger.Log, logger *slog.Logger) (*operator, error) {
	signer, err := o.checkpoints.signer(log, o.data, logger)
	if err != nil {
		return nil, err
	}
	disk, err := newDiskWatch(o.data, o.watch.diskFloor, logger)
	if err != nil {
		return nil, err
	}
	peers := replica.New(log, o.version, logger)
	cosigning, err := o.checkpoints.cosigning(log, signer, logger)
	if err != nil {
		return nil, err
	}
	signer.Unless(func() error { return errors.Join(peers.Sound(), cosigning.Sound()) })
	return &operator{data: o.data, build: buildInfo{o.version, o.revision}, events: newEventCounts(), log: log, disk: disk, peers: peers, logger: logger,
		scrub: &scrub{log: log, rate: o.watch.scrubRate, logger: logger}, signed: &signatures{signer: signer, cosigning: cosigning, logger: logger}}, nil
}

// announce says where the ledger is served.
func (o *serveOptions) announce(at endpoints, log *ledger.Log, logger *slog.Logger) {
	logger.Info("serving", "http", at.HTTP, "nats", at.NATS, "data", o.data, "last_seq", log.Last(), "stream_seq", log.Position().StreamSeq)
	if o.started != nil {
		o.started(at)
	}
}

// answerNATS serves verdicts over NATS, and gives what publishes and learns them from the log at hand.
func (o *serveOptions) answerNATS(links *natsLinks, judge *ingest.LogJudge, shut func() error) (*ingest.Publisher, func(), error) {
	verdicts, err := ingest.ServeVerdicts(links.services, judge, o.version, shut)
	if err != nil {
		return nil, nil, err
	}
	publisher, err := ingest.NewPublisher(links.ledger, judge)
	return publisher, func() { _ = verdicts.Stop() }, err
}

// check refuses what could do harm, and fills in what follows from other options.
func (o *serveOptions) check(logger *slog.Logger) error {
	if err := errors.Join(o.http.check(), o.watch.check(), (&profiler{o.pprof}).check(), o.checkpoints.check()); err != nil {
		return err
	}
	switch o.sync {
	case "always", "":
		o.inside.SyncAlways = true
	case "interval":
		logger.Warn("acknowledged events can be lost in a power cut: --stream-sync=interval")
	default:
		return exit.Usagef("--stream-sync is always or interval, not %q", o.sync)
	}
	if o.stream.MaxBytes < 0 || o.stream.Replicas < 0 || o.stream.Replicas > 5 {
		return exit.Usagef("--stream-max-bytes is above 0, and --replicas from 1 to 5")
	}
	o.inside.Dir = o.data
	return nil
}

// openPatience is how long serve waits for the stream before it serves reads without it.
const openPatience = 3 * time.Second

// openPause is how long serve waits before it looks for the stream again, at first.
const openPause = 200 * time.Millisecond

// begin finds the stream, has it read, and settles the terms to begin with.
func (o *serveOptions) begin(ctx context.Context, operator *operator, publisher *ingest.Publisher, terms *firstTerms) error {
	stream, err := o.openStream(ctx, operator.js, operator.logger)
	if err != nil || ctx.Err() != nil {
		return err
	}
	operator.intake.start(stream)
	return terms.settle(ctx, publisher, operator.log, operator.intake, operator.logger)
}

// openStream finds or creates the stream. It tries until ctx ends, while NATS is not there, or a cluster that has just
// started or lost a server has not agreed on who leads.
func (o *serveOptions) openStream(ctx context.Context, js jetstream.JetStream, logger *slog.Logger) (*ingest.Stream, error) {
	wanted := o.stream
	if wanted.MaxBytes == 0 {
		wanted.DefaultMaxBytes = defaultStreamBytes(o.data)
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

// undecided reports whether an error may only mean that no server leads the cluster or the stream for the moment, that some
// have not started yet, or have not heard yet that the stream was made.
func undecided(err error) bool {
	var api *jetstream.APIError
	if errors.As(err, &api) {
		return api.Code == 503 || api.ErrorCode == jetstream.JSErrCodeStreamNotFound ||
			api.ErrorCode == codeNoPeers && strings.Contains(api.Description, "offline")
	}
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, jetstream.ErrStreamNotFound)
}
