// Package doctor looks for what could go wrong with a ledger, its folder and what is around it, and says what to do.
package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"zhangben/cmd/zhangben/build"
	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/disk"
	"zhangben/cmd/zhangben/render"
	"zhangben/cmd/zhangben/server"
	"zhangben/cmd/zhangben/server/natsserver"
	"zhangben/cmd/zhangben/stream"
	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/ledger/checkpoint"
	"zhangben/ledger/ingest"
	"zhangben/ledger/replica"
	"zhangben/projections/api"
)

const (
	DefaultBackupAge = 26 * time.Hour // a daily backup, and time to make it
	mostSkew         = 2 * time.Second
)

// Config is what to look at, and what is taken for well.
type Config struct {
	Stream    stream.Tool
	Tokens    string        // file whose permissions are looked at; "" for none
	Users     string        // file whose permissions are looked at; "" for none
	DiskFloor int64         // as serve is given it
	BackupAge time.Duration // how old the last backup may be
}

// doctor is one examination.
type doctor struct {
	Findings
	Config
}

// Examine makes all checks. An error says that they could not be made.
func Examine(ctx context.Context, c Config, stderr io.Writer) (*Findings, error) {
	d := doctor{Findings{OK: true, List: []Finding{}}, c}
	return &d.Findings, d.examine(ctx, stderr)
}

// examine makes all checks, of a server or of a folder.
func (d *doctor) examine(ctx context.Context, stderr io.Writer) error {
	d.good("versions", "zhangben %s, log format %d, %s, NATS server %s embedded", build.Version, build.LogFormat,
		runtime.Version(), natsserver.Version)
	d.good("time zones", "none are needed: Shanghai's is part of the program")
	if d.Stream.Source.Server != "" {
		return d.running(ctx, stderr) // whose folder may be anywhere
	}
	data := cmp.Or(d.Stream.Source.Data, server.DefaultData)
	log, err := ledger.Open(data, ledger.Options{ReadOnly: true})
	switch {
	case err == nil:
		defer log.Close()
		d.folder(data)
		d.logHere(log)
		if err := log.Close(); err != nil {
			return err
		}
		return d.stopped(ctx, data, stderr)
	case errors.Is(err, ledger.ErrLocked):
		d.folder(data)
		d.good("log", "a server has the folder")
		d.Stream.Source.Data = ""
		return d.running(ctx, stderr)
	case errors.Is(err, ledger.ErrNoLedger) && d.Stream.Source.Data == "":
		return d.running(ctx, stderr)
	case errors.Is(err, ledger.ErrDamaged), errors.Is(err, ledger.ErrFormat):
		d.folder(data)
		d.bad("log", "zhangben verify says what is wrong; verify --repair, or restore a backup into another folder", "%v",
			err)
		return nil
	}
	return client.Advise(err)
}

// folder looks at what lies on the disk.
func (d *doctor) folder(data string) {
	d.permissions(data)
	d.disk(data)
	last, err := server.LastBackup(data)
	switch age := time.Duration(0); {
	case err != nil:
		d.bad("backup", "make a new one: zhangben backup FILE", "%v", err)
	case last == nil:
		d.bad("backup", "make one, every day, to another machine: zhangben backup FILE", "none is known")
	default:
		if age = time.Since(last.At).Round(time.Minute); age > d.BackupAge {
			d.bad("backup", "make one, every day: zhangben backup FILE", "the last one is %v old (%d records)", age,
				last.Records)
			return
		}
		d.good("backup", "the last one is %v old (%d records)", age, last.Records)
	}
}

// permissions wants no other user to be able to read the folder, its files, or a file of secrets.
func (d *doctor) permissions(data string) {
	before := len(d.List)
	d.private(data, "chmod 700 "+data)
	entries, err := os.ReadDir(data)
	if err != nil {
		d.bad("permissions", "run the doctor as the user that serve runs as", "%v", err)
	}
	for _, entry := range entries {
		path := filepath.Join(data, entry.Name())
		d.private(path, map[bool]string{true: "chmod 700 ", false: "chmod 600 "}[entry.IsDir()]+path)
	}
	for _, secret := range []string{d.Tokens, d.Users} {
		if secret != "" {
			d.private(secret, "chmod 600 "+secret)
		}
	}
	if len(d.List) == before {
		d.good("permissions", "no other user can read %s", data)
	}
}

func (d *doctor) private(path, do string) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && path != d.Tokens && path != d.Users: // gone meanwhile
	case err != nil:
		d.bad("permissions", "name the file that there is", "%v", err)
	case info.Mode().Perm()&0o077 != 0:
		d.bad("permissions", do, "others can reach %s (%v)", path, info.Mode())
	}
}

func (d *doctor) disk(data string) {
	free, total, err := disk.Space(data)
	if err != nil {
		d.bad("disk", "look at the disk", "%v", err)
		return
	}
	floor := disk.Floor(d.DiskFloor, total)
	what := fmt.Sprintf("%s free of %s; below %s ingest is stopped", disk.Size(free), disk.Size(total),
		disk.Size(floor))
	if free/2 < floor {
		d.bad("disk", "make room on the disk of "+data+": move old backups away, zhangben stream purge --backup FILE, or "+
			"a larger disk", "%s", what)
		return
	}
	d.good("disk", "%s", what)
}

// logHere looks at a log that no server has open.
func (d *doctor) logHere(log *ledger.Log) {
	d.good("log", "%d records, read up to message %d of the stream; it is not being served", log.Last(),
		log.Position().StreamSeq)
	d.signed(log)
	if log.Last() == 0 {
		return
	}
	last, err := log.Record(log.Last())
	if err != nil {
		d.bad("log", "zhangben verify", "%v", err)
		return
	}
	d.clock("the last record", last.Recorded)
}

// signed asks that the log is the one whose checkpoints were signed.
func (d *doctor) signed(log *ledger.Log) {
	switch err := checkpoint.NewSigner(log, nil).Check(); {
	case err == nil:
		d.good("checkpoints", "the log agrees with what was signed of it")
	case errors.Is(err, checkpoint.ErrNotCaughtUp):
		d.bad("checkpoints", "start zhangben serve, and let it read the stream to its end; or restore a newer backup", "%v",
			err)
	default:
		d.bad("checkpoints", "find out which of the two is the right one, the log or the folder checkpoints; restore that "+
			"one's other half", "%v", err)
	}
}

// clock asks that time has not run backwards since something was recorded.
func (d *doctor) clock(what string, at civil.Instant) {
	if now := api.Now(); now.Before(at) {
		d.bad("clock", "set the clock with NTP before serving: records made meanwhile would all bear the later time",
			"it is %v here, and %s is of %v", now, what, at)
		return
	}
	d.good("clock", "%s is of the past (%v)", what, at)
}

// stopped looks at the stream and at the quarantine of a folder that no server has open.
func (d *doctor) stopped(ctx context.Context, data string, stderr io.Writer) error {
	d.Stream.Source.Data, d.Stream.Source.Server = data, ""
	if err := d.streamHere(ctx, data); err != nil {
		return err
	}
	source, err := d.Stream.Source.Open(stderr)
	if err != nil {
		return err
	}
	defer source.Close()
	return d.counts(ctx, source)
}

// streamHere looks at the stream of a folder that no server has open, if it was ever made.
func (d *doctor) streamHere(ctx context.Context, data string) error {
	if _, err := os.Stat(filepath.Join(data, natsserver.StoreDir)); err != nil && d.Stream.NATS.URL == "" {
		d.bad("stream", "name the NATS server with --nats; or restore the storage of the stream, or start serve and adopt "+
			"the new one", "the folder has none")
		return nil
	}
	return d.Stream.Use(ctx, func(ctx context.Context, js jetstream.JetStream, log *ledger.Log) error {
		status, err := ingest.Inspect(ctx, js, log)
		if err == nil {
			d.judgeStream(&status)
		}
		return err
	})
}

// running asks a server.
func (d *doctor) running(ctx context.Context, stderr io.Writer) error {
	source, err := d.Stream.Source.Open(stderr)
	if err != nil {
		return err
	}
	defer source.Close()
	if err := source.Ready(ctx); err != nil {
		d.bad("server", "do what it says; its diagnostic log says more", "%v", err)
	} else {
		d.good("server", "%s is ready", source.Address)
	}
	var status ingest.Status
	if err := source.Ask(ctx, http.MethodGet, "/v1/stream", nil, &status); err != nil {
		d.bad("stream", "start zhangben serve, or name its address with --server", "%v", err)
		return nil
	}
	d.judgeStream(&status)
	d.copies(&status)
	d.replicas(status.Replicas)
	return d.counts(ctx, source)
}

// judgeStream looks at the stream against the log.
func (d *doctor) judgeStream(s *ingest.Status) {
	if s.OK() {
		d.good("stream", "%s: messages %d to %d, the log has read up to %d", s.Condition, s.FirstSeq, s.LastSeq, s.Position)
	} else {
		d.bad("stream", s.Remedy, "%s: %s", s.Condition, s.What)
	}
	capacity := fmt.Sprintf("%s of %s, %d %%", disk.Size(int64(s.Bytes)), disk.Size(s.MaxBytes), s.UsedPercent)
	if s.Full() {
		d.bad("capacity", "give the stream more with serve --stream-max-bytes, or back up and zhangben stream purge "+
			"--backup FILE", "%s", capacity)
	} else {
		d.good("capacity", "%s", capacity)
	}
	skew := time.Duration(s.SkewMillis) * time.Millisecond
	if skew.Abs() > mostSkew {
		d.bad("clock", "set both clocks with NTP", "%v from the NATS server's", skew)
	} else {
		d.good("clock", "%v from the NATS server's", skew)
	}
	if s.Server != "" && client.TooOld(s.Server) {
		d.bad("NATS server", "install "+client.OldestNATS+" or later: with older ones a publisher can purge the stream",
			"version %s", s.Server)
	}
	if s.ServicesAsLedger {
		d.bad("NATS users", server.OwnUserRemedy, "the services answer as the ledger's own user")
	}
	if last, err := civil.ParseInstant(s.Last); err == nil {
		d.clock("the stream's last message", last)
	}
}

// counts looks at what waits for a decision: refused messages, and events that do not fit.
func (d *doctor) counts(ctx context.Context, source *client.Source) error {
	for _, list := range []struct{ name, do string }{
		{"rejected", "zhangben rejected list; repair the publisher, and send the facts under new ids; " +
			"retry what this program takes by now, and dismiss the others"},
		{"exceptions", "zhangben exceptions; publish what is missing, or void what was wrong"},
	} {
		rows, next, err := source.Page(ctx, list.name, url.Values{"limit": {"1000"}})
		switch {
		case err != nil:
			return err
		case len(rows) > 0:
			d.bad(list.name, list.do, "%s%d", map[bool]string{true: "more than "}[string(next) != "null"], len(rows))
		default:
			d.good(list.name, "none")
		}
	}
	return nil
}

// copies looks at the servers that keep the stream.
func (d *doctor) copies(s *ingest.Status) {
	for _, c := range s.Copies {
		if c.Current && !c.Offline {
			d.good("copy", "%s", render.CopyText(&c))
		} else {
			d.bad("copy", "start the NATS server, or look at its connection to "+render.OrDash(s.Leader), "%s",
				render.CopyText(&c))
		}
	}
}

// replicas looks at the other instances that the server knows of.
func (d *doctor) replicas(peers []replica.Peer) {
	for _, p := range peers {
		switch {
		case p.OK():
			d.good("replica", "%s", render.ReplicaText(&p))
		case p.State == replica.Differs:
			d.bad("replica", replica.Remedy, "%s", render.ReplicaText(&p))
		case p.State == replica.OtherStream:
			d.bad("replica", "let it go on with the present stream too: zhangben stream adopt", "%s", render.ReplicaText(&p))
		case p.State == replica.OtherEpoch:
			d.bad("replica", "restore it from a backup of this one, or this one from a backup of it", "%s",
				render.ReplicaText(&p))
		default:
			d.bad("replica", "start it, unless it was taken out of service, or look at its connection to NATS", "%s",
				render.ReplicaText(&p))
		}
	}
}
