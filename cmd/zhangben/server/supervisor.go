package server

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"zhangben/cmd/zhangben/exit"
	"zhangben/ledger"
	"zhangben/ledger/ingest"
	"zhangben/ledger/replica"
	"zhangben/projections/api"
)

// WatchConfig says how a running ledger is watched over.
type WatchConfig struct {
	DiskFloor int64 // bytes; below 0: the default
	ScrubRate int64 // bytes a second; 0: no scrubbing
}

// check refuses what makes no sense.
func (o *WatchConfig) check() error {
	if o.ScrubRate < 0 {
		return exit.Usagef("--scrub-rate is not below 0")
	}
	return nil
}

// supervisor is what watches over a running ledger, and does what an operator asks of it.
type supervisor struct {
	data   string
	log    *ledger.Log
	links  *natsLinks
	js     jetstream.JetStream
	intake *intake
	disk   *diskWatch
	peers  *replica.Peers
	scrub  *scrub
	signed *signatures
	events eventCounts
	logger *slog.Logger

	mu     sync.Mutex
	stream ingest.Status // as it was seen last
	failed time.Time     // since when it could store nothing; zero while it can
	behind time.Time     // since when it has had messages that the log has not; zero while it has none
}

// streamPeriod is how often the stream is looked at: its size, and who leads it.
const streamPeriod = 3 * time.Second

// watch looks after disk, log and stream until it is stopped.
func (o *supervisor) watch() (stop func()) {
	o.tidy()
	ctx, cancel := context.WithCancel(context.Background())
	var watching sync.WaitGroup
	watching.Go(func() { o.disk.run(ctx) })
	watching.Go(func() { o.scrub.run(ctx) })
	watching.Go(func() { o.watchStream(ctx) })
	if o.signed.compare() {
		watching.Go(func() { o.signed.run(ctx) })
	}
	if o.signed.cosigning != nil {
		watching.Go(func() { o.signed.cosigning.run(ctx) })
	}
	return func() { cancel(); watching.Wait() }
}

// tidy removes the copies of backups that a killed program was sending.
func (o *supervisor) tidy() {
	left, _ := filepath.Glob(filepath.Join(o.data, backupFolder+"*"))
	for _, folder := range left {
		if err := os.RemoveAll(folder); err != nil {
			o.logger.Warn("an old copy stays behind", "folder", folder, "error", err)
		}
	}
}

// watchStream keeps the stream's size up to date, and warns once when it is filling up.
func (o *supervisor) watchStream(ctx context.Context) {
	for warned := false; ctx.Err() == nil; wait(ctx, streamPeriod) {
		asking, cancel := context.WithTimeout(ctx, 4*streamPeriod)
		status, err := ingest.Inspect(asking, o.js, o.log)
		cancel()
		if err != nil {
			continue // readiness tells of a lost connection
		}
		o.keepStream(status)
		if status.Full() && !warned {
			o.logger.Warn("the stream is filling up: give it more with --stream-max-bytes, or zhangben stream purge",
				"used_percent", status.UsedPercent, "max_bytes", status.MaxBytes)
		}
		warned = status.Full()
	}
}

// keepBehind keeps since when the stream is ahead of the log. The caller holds mu.
func (o *supervisor) keepBehind(messages uint64) {
	switch {
	case messages == 0:
		o.behind = time.Time{}
	case o.behind.IsZero():
		o.behind = time.Now()
	}
}

// secondsBehind is for how long the stream has had messages that the log has not taken.
func (o *supervisor) secondsBehind() float64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.behind.IsZero() || o.log.Position().StreamSeq >= o.stream.LastSeq {
		return 0
	}
	return time.Since(o.behind).Seconds()
}

func (o *supervisor) lastStream() ingest.Status {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.stream
}

// ready returns why the ledger is not as it should be, or nil.
func (o *supervisor) ready() error {
	if err := o.peers.Err(); err != nil {
		return err
	}
	return errors.Join(o.intake.ready(), o.quorum(), o.disk.checkWritable(), o.scrub.ready(), o.signed.ready())
}

// checkWritable returns why no event may be published now, or nil.
func (o *supervisor) checkWritable() error {
	if err := o.checkEqual(); err != nil {
		return err
	}
	if err := o.disk.checkWritable(); err != nil {
		return err
	}
	return o.intake.checkWritable()
}

// operations are what the API may have done.
func (o *supervisor) operations() api.Operations {
	operations := api.Operations{
		Backup:   o.backup,
		BackedUp: func(report *ledger.Report) { NoteBackup(o.data, report, o.logger) },
		Stream:   o.inspect,
		Adopt:    o.adopt,
		Purge:    o.purge,
	}
	if o.signed.cosigning != nil {
		operations.Cosign = o.signed.cosigning.cosigner.Cosign
	}
	return operations
}

func (o *supervisor) inspect(ctx context.Context) (ingest.Status, error) {
	status, err := ingest.Inspect(ctx, o.js, o.log)
	o.addReplicas(&status)
	if err == nil {
		o.keepStream(status)
	}
	return status, err
}

func (o *supervisor) adopt(ctx context.Context) (ingest.Status, error) {
	if err := o.intake.adopt(ctx); err != nil {
		return ingest.Status{}, err
	}
	return o.inspect(ctx)
}

// backupFolder begins the names of folders in which copies wait to be sent.
const backupFolder = ".backup-"

// backup makes a verified copy in a folder of its own.
func (o *supervisor) backup(ctx context.Context) (file string, report ledger.Report, err error) {
	size, err := o.log.Size()
	if err != nil {
		return "", report, err
	}
	if err := o.disk.room(size); err != nil {
		return "", report, err
	}
	folder, err := os.MkdirTemp(o.data, backupFolder)
	if err != nil {
		return "", report, err
	}
	file = filepath.Join(folder, ledger.FileName)
	if report, err = o.log.Backup(ctx, file); err != nil {
		return "", report, errors.Join(err, os.RemoveAll(folder))
	}
	return file, report, nil
}
