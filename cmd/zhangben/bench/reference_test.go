package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/projections"
	"zhangben/projections/foldtest"
	"zhangben/projections/query"
)

func TestFiguresOfTheBenchLogAreThoseOfTheReference(t *testing.T) {
	b, err := newSession(Options{Events: 2_000, IDs: "v7", Dir: t.TempDir()}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	err = b.live(t.Context(), func(site *environment, log *ledger.Log) error {
		_, stop := site.follow(t.Context(), log, b.logger)
		upTo := log.Position().StreamSeq + 20
		published := errors.Join(site.publish(t.Context(), b.more.eventsAsJSON(20)), log.Wait(t.Context(), upTo))
		return errors.Join(published, stop(), compareWithReference(log, 30))
	})
	if err != nil {
		t.Error(err)
	}
}

// compareWithReference compares what a reader of the log answers about a sample of its accounts, spread evenly, with
// what the naive reference makes of their events.
func compareWithReference(log *ledger.Log, sample int) error {
	at := query.At{AsOf: civil.DateOf(2025, time.July, 1).Start(), KnownAt: log.Last()}
	reader := query.New(log)
	accounts := log.Accounts("", 0)
	for i := range min(sample, len(accounts)) {
		account := accounts[i*len(accounts)/min(sample, len(accounts))]
		history := foldtest.History{Account: account}
		err := log.Records(log.AccountSeqs(account, at.KnownAt), func(record ledger.Record) error {
			event, err := record.Event()
			history.Own = append(history.Own, projections.Fact{Seq: uint64(record.Seq), Event: event})
			return err
		})
		if err != nil {
			return err
		}
		var failed error
		answered := func(account string, _, _ []projections.Fact, _ civil.Instant) (projections.Book, bool) {
			book, err := bookOf(reader, account, at)
			failed = err
			return book, err == nil
		}
		folded := func(account string, own, everybody []projections.Fact, asOf civil.Instant) (projections.Book, bool) {
			book, found := foldtest.Fold(account, own, everybody, asOf)
			return knownAt(book, at), found
		}
		differences := foldtest.Differences(folded, answered, history, at.AsOf)
		if failed != nil || len(differences) > 0 {
			return fmt.Errorf("account %s: %w: the reference against the log:\n%s", account, errors.Join(failed, errDiffers),
				strings.Join(differences, "\n"))
		}
	}
	return nil
}

var errDiffers = errors.New("the figures differ")

// bookOf asks for an account and its contracts.
func bookOf(reader *query.Reader, account string, at query.At) (book projections.Book, err error) {
	if book.Account, err = reader.Account(context.Background(), account, at); err != nil {
		return book, err
	}
	page, err := reader.Contracts(context.Background(), query.ContractFilter{Account: account}, at, "", 1_000)
	for _, figures := range page.Contracts {
		book.Contracts = append(book.Contracts, *figures)
	}
	return book, err
}

// knownAt is a book that tells what it knew.
func knownAt(book projections.Book, at query.At) projections.Book {
	book.Account.KnownAtSeq = uint64(at.KnownAt)
	for i := range book.Contracts {
		book.Contracts[i].KnownAtSeq = uint64(at.KnownAt)
	}
	return book
}
