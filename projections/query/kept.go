package query

import (
	"context"
	"slices"
	"strconv"
	"sync"

	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/projections"
)

// kept holds the answers about the contracts of accounts at the present, spelled and packed, between the instants at which
// nothing in them moves: by those that asked, and by whoever keeps the totals at hand, who folds accounts in the
// background anyway. Contracts asked about at random, of a million, cost some 100 us each before, for their records lie all over the
// log; of an account that is kept, a tenth of that.
//
// An answer counts only while the account has no further record and the terms are as they were. It may be thrown away.
type kept struct {
	forms forms

	mu    sync.RWMutex
	of    []keptAccount // by number of the account in the log
	bytes int
}

// keptAccount are the answers of one account. It is never changed in place.
type keptAccount struct {
	from, until civil.Instant // they are good from an instant until before another
	last        ledger.Seq    // the account's last record
	others      int           // facts that concern everybody
	answers     []byte        // packed, one behind the other
}

const (
	keptBytes        = 512 << 20 // in all: more than a million contracts take
	keptAccountBytes = 64 << 10  // of one account
)

// The places of the values in an answer that a question brings itself, and that of the contract's id.
const (
	valueContract = 0
	valueAsOf     = 2
	valueKnownAt  = 3
)

// keep takes the answers of a book in. Where it has some of that account, and only is true, it leaves them, or lets them
// lapse if they are older, for somebody who has time.
func (k *kept) keep(number uint32, a keptAccount, contracts []projections.Figures, only bool) {
	if only && k.leave(number, a) {
		return
	}
	a.answers = k.pack(contracts)
	k.put(number, a)
}

// pack spells and packs answers, or gives nil where they cannot be kept.
func (k *kept) pack(contracts []projections.Figures) []byte {
	room := keptRooms.Get().(*keptRoom)
	defer keptRooms.Put(room)
	room.packed = room.packed[:0]
	for i := range contracts {
		room.spelled = contracts[i].AppendJSON(room.spelled[:0])
		var ok bool
		if room.packed, ok = k.forms.pack(&room.packer, room.packed, room.spelled); !ok || len(room.packed) > keptAccountBytes {
			return nil
		}
	}
	return slices.Clone(room.packed)
}

// keptRoom is room to spell and pack the answers of one account in.
type keptRoom struct {
	packer
	spelled, packed []byte
}

var keptRooms = sync.Pool{New: func() any { return new(keptRoom) }}

func (k *kept) put(number uint32, a keptAccount) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for int(number) >= len(k.of) {
		k.of = append(k.of, keptAccount{})
	}
	k.bytes -= len(k.of[number].answers)
	if k.of[number] = (keptAccount{}); k.bytes+len(a.answers) > keptBytes {
		return
	}
	k.of[number] = a
	k.bytes += len(a.answers)
}

// drop lets go of an account's answers.
func (k *kept) drop(number uint32) {
	if k.account(number).answers != nil {
		k.put(number, keptAccount{})
	}
}

// leave leaves an account the answers it has, if it has any. They have lapsed if fresh ones would not be the same.
func (k *kept) leave(number uint32, fresh keptAccount) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if int(number) >= len(k.of) || k.of[number].answers == nil {
		return false
	}
	held := &k.of[number]
	if held.last != fresh.last || held.others != fresh.others || !fresh.from.Before(held.until) {
		held.until = civil.Instant{}
	}
	return true
}

// lapsed tells whether there are answers of an account that count no more at t.
func (k *kept) lapsed(number uint32, t civil.Instant) bool {
	a := k.account(number)
	return a.answers != nil && !t.Before(a.until)
}

// account gives what is kept of an account, which may be nothing.
func (k *kept) account(number uint32) keptAccount {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if int(number) >= len(k.of) {
		return keptAccount{}
	}
	return k.of[number]
}

// answer appends what is kept about a contract, with the clocks of a question.
func (k *kept) answer(dst []byte, a keptAccount, id string, at At) ([]byte, bool) {
	for rest := a.answers; len(rest) > 0; {
		var one packedAnswer
		one, rest = cutAnswer(rest)
		if name, _ := cutValue(one.values); string(name[1:len(name)-1]) != id {
			continue
		}
		var asOf, known [48]byte
		return k.forms.spell(dst, one, func(n int) []byte {
			switch n {
			case valueAsOf:
				return append(at.AsOf.Append(append(asOf[:0], '"')), '"')
			case valueKnownAt:
				return strconv.AppendUint(known[:0], uint64(at.KnownAt), 10)
			}
			return nil
		}), true
	}
	return dst, false
}

// AppendContract appends the figures of one contract in JSON: those that Contract gives.
func (r *Reader) AppendContract(ctx context.Context, dst []byte, id, account string, at At) ([]byte, error) {
	if answer, ok := r.keptContract(ctx, dst, id, account, at); ok {
		return answer, nil
	}
	figures, err := r.Contract(ctx, id, account, at)
	if err != nil {
		return dst, err
	}
	r.keepRecent(figures.AccountID)
	return figures.AppendJSON(dst), nil
}

// keptContract appends the answer that is kept, if there is one that counts.
func (r *Reader) keptContract(ctx context.Context, dst []byte, id, account string, at At) ([]byte, bool) {
	if account == "" {
		accounts := r.log.ContractAccounts(id)
		if len(accounts) != 1 {
			return dst, false
		}
		account = accounts[0]
	}
	number, last := r.log.AccountLast(account)
	if last == 0 {
		return dst, false
	}
	a := r.kept.account(number)
	if a.last != last || last > at.KnownAt || at.AsOf.Before(a.from) || !at.AsOf.Before(a.until) {
		return dst, false
	}
	if others, err := r.global.upTo(ctx, r, at.KnownAt); err != nil || len(others) != a.others {
		return dst, false
	}
	return r.kept.answer(dst, a, id, at)
}

// keepRecent keeps the answers of an account that was just asked about, where its book is.
func (r *Reader) keepRecent(account string) {
	held := r.recent.find(account)
	if held.book == nil || held.book.own > len(held.facts) {
		return
	}
	last := ledger.Seq(held.facts[held.book.own-1].Seq)
	if number, now := r.log.AccountLast(account); now == last {
		r.kept.keep(number, keptAccount{from: held.book.from, until: held.book.until, last: last, others: held.book.others}, held.book.Contracts, false)
	}
}
