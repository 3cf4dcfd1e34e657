package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	bolt "go.etcd.io/bbolt"
)

// The raw limits: what the parts beneath can do when nothing of the ledger stands between them.

// pullBatch is how many messages the bare consumer has asked for at a time.
const pullBatch = 5_000

// rawPull takes count messages from a stream and acknowledges every 5,000th for all before it.
func rawPull(ctx context.Context, js jetstream.JetStream, stream string, count int) (time.Duration, error) {
	consumer, err := js.CreateConsumer(ctx, stream, jetstream.ConsumerConfig{
		Durable: "bench", AckPolicy: jetstream.AckAllPolicy, MaxAckPending: -1,
	})
	if err != nil {
		return 0, fmt.Errorf("bare consumer: %w", err)
	}
	defer func() { _ = js.DeleteConsumer(ctx, stream, "bench") }()
	start := time.Now()
	messages, err := consumer.Messages(jetstream.PullMaxMessages(pullBatch))
	if err != nil {
		return 0, fmt.Errorf("bare consumer: %w", err)
	}
	defer messages.Stop()
	for taken := 1; taken <= count; taken++ {
		message, err := messages.Next()
		if err != nil {
			return 0, fmt.Errorf("bare consumer, message %d: %w", taken, err)
		}
		if taken%pullBatch == 0 || taken == count {
			if err := message.DoubleAck(ctx); err != nil {
				return 0, fmt.Errorf("bare consumer, acknowledging message %d: %w", taken, err)
			}
		}
	}
	return time.Since(start), nil
}

// rawScanName is what the figures of reading are held against.
const rawScanName = "a bare bbolt cursor over the file"

// rawScan goes through every value of a bbolt file with cursors, on one goroutine, touching all of it.
func rawScan(file string) (took time.Duration, err error) {
	var touched byte
	touch := func(_, value []byte) error {
		for at := 0; at < len(value); at += 64 { // a cache line
			touched ^= value[at]
		}
		return nil
	}
	err = viewBare(file, func(tx *bolt.Tx) error {
		start := time.Now()
		err := tx.ForEach(func(_ []byte, bucket *bolt.Bucket) error { return bucket.ForEach(touch) })
		took = time.Since(start)
		return err
	})
	runtime.KeepAlive(touched) // the compiler must not leave out the reading
	return took, err
}

// rawOpen opens a bbolt file and closes it.
func rawOpen(file string) error { return viewBare(file, func(*bolt.Tx) error { return nil }) }

// rawSize is how many bytes of a bbolt file are in pages; the file itself grows in larger steps.
func rawSize(file string) (size int64, err error) {
	err = viewBare(file, func(tx *bolt.Tx) error {
		size = tx.Size()
		return nil
	})
	return size, err
}

func viewBare(file string, view func(*bolt.Tx) error) error {
	db, err := bolt.Open(file, 0o600, &bolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		return fmt.Errorf("bare file: %w", err)
	}
	return errors.Join(db.View(view), db.Close())
}

// rawSync writes count times 4 KiB to a file in dir, each made durable before the next, and returns what each took.
func rawSync(dir string, count int) ([]time.Duration, error) {
	file, err := os.CreateTemp(dir, "sync")
	if err != nil {
		return nil, fmt.Errorf("bare write: %w", err)
	}
	defer os.Remove(file.Name())
	defer file.Close()
	page := make([]byte, 4096)
	if err := file.Truncate(int64(count) * int64(len(page))); err != nil {
		return nil, fmt.Errorf("bare write: %w", err)
	}
	took := make([]time.Duration, count)
	for i := range took {
		page[0] = byte(i)
		start := time.Now()
		_, err := file.WriteAt(page, int64(i)*int64(len(page)))
		if err = errors.Join(err, dataSync(file)); err != nil {
			return nil, fmt.Errorf("bare write: %w", err)
		}
		took[i] = time.Since(start)
	}
	return took, nil
}
