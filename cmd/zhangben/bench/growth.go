package bench

import (
	"context"
	"errors"
	"fmt"

	"zhangben/ledger"
	"zhangben/projections/api"
)

// growthOfAll measures whether draining and asking become slower as the log grows: at a tenth of the events, at half of
// them and at all.
func (b *session) growthOfAll(ctx context.Context) error {
	return errors.Join(b.growthOfDraining(ctx), b.growthOfAsking(ctx))
}

// growthOfDraining times the tenths of one draining of a stream that has all events.
func (b *session) growthOfDraining(ctx context.Context) error {
	site, err := b.filled(ctx, b.Events, b.IDs)
	if err != nil {
		return err
	}
	tenth := b.Events / 10
	medians, err := byTurns(b.drained(ctx, site, tenth, 4*tenth, 5*tenth, b.Events-tenth, b.Events))
	if err != nil {
		return err
	}
	took := medians[0]
	for _, part := range []struct{ place, upTo int }{{2, 5 * tenth}, {4, b.Events}} {
		b.report.addRate(fmt.Sprintf("drain the last %s of %s events", grouped(float64(tenth)), grouped(float64(part.upTo))),
			tenth, "events/s", took[part.place], took[0], "the first as many of the same stream")
	}
	return nil
}

// growthOfAsking asks logs of three sizes for figures by turns: of contracts not asked for before, and of any once the
// totals were asked for, as serve does when it has time.
func (b *session) growthOfAsking(ctx context.Context) error {
	sizes := []int{b.Events / 10, b.Events / 2, b.Events}
	for _, n := range sizes { // before any server waits for its first question, which it does not for ever
		if _, err := b.log(ctx, n); err != nil {
			return err
		}
	}
	var asked, totals []measurement
	for _, n := range sizes {
		log, site, err := b.answering(ctx, n)
		if err != nil {
			return err
		}
		defer log.Close()
		defer site.close()
		asked = append(asked, site.asked(b.askedOnce(sizes[0]), anyContract(log)))
		totals = append(totals, site.asked(1, func() string { return "/v1/totals" }))
	}
	if err := b.compareSizes("figures for the first time", sizes, asked); err != nil {
		return err
	}
	if _, err := byTurns(totals...); err != nil {
		return err
	}
	return b.compareSizes("figures", sizes, asked)
}

// compareSizes asks logs of some sizes by turns, each beside the first.
func (b *session) compareSizes(name string, sizes []int, asked []measurement) error {
	medians, err := byTurns(asked...)
	if err != nil {
		return err
	}
	among := func(i int) string { return fmt.Sprintf("among %s events", grouped(float64(sizes[i]))) }
	for i := 1; i < len(sizes); i++ {
		b.report.addRate(name+" "+among(i), b.askedOnce(sizes[0]), "requests/s", medians[i][0], medians[0][0], among(0))
	}
	return nil
}

// answering serves a log of n events.
func (b *session) answering(ctx context.Context, n int) (*ledger.Log, *apiServer, error) {
	made, err := b.log(ctx, n)
	if err != nil {
		return nil, nil, err
	}
	log, err := ledger.Open(made.dir, ledger.Options{ReadOnly: true, Logger: b.logger})
	if err != nil {
		return nil, nil, err
	}
	site, err := serveAnswers(api.Config{Log: log, Now: api.Now})
	if err != nil {
		return nil, nil, errors.Join(err, log.Close())
	}
	return log, site, nil
}
