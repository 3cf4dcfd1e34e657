package projections

import (
	"context"

	"zhangben/events/civil"
)

// Explanation is why the figures of one contract, or of an account's wallet, are what they are: the lines of each
// figure add up to it. It is an engineering reading of the contract, not legal advice.
type Explanation struct {
	AccountID  string        `json:"account_id"`
	ContractID string        `json:"contract_id,omitempty"`
	AsOf       civil.Instant `json:"as_of"`
	KnownAtSeq uint64        `json:"known_at_seq"`
	Notice     Notice        `json:"notice"`
	Lines      []Line        `json:"lines"`
}

// Notice is what goes with every clause that is shown.
type Notice struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// notice is shown wherever a clause is.
var notice = Notice{
	ZH: "条款说明为工程实现所作的解读，不构成法律意见。",
	EN: "Clauses are given as the software reads them; this is no legal advice.",
}

// Explain works an account out as Fold does and returns the lines of one contract's figures, or of the one figure
// named. ok is false when no fact of that contract counts; the error is ErrTooMuchToExplain, or that of ctx.
func Explain(ctx context.Context, id, contract, figure string, own, others []Fact,
	asOf civil.Instant) (x Explanation, ok bool, err error) {
	defer stopped(&err)
	a := explained(ctx, id, &explanation{contract: contract, figure: figure}, own, others, asOf)
	if c := a.contracts[contract]; c != nil && c.exists {
		c.figures()
		ok = true
	}
	return Explanation{AccountID: id, ContractID: contract, AsOf: asOf, Notice: notice, Lines: a.explanation.lines}, ok,
		nil
}

// ExplainWallet returns the lines of an account's wallet; a shortfall is one of them. ok is false when no fact counts.
func ExplainWallet(ctx context.Context, id string, own, others []Fact,
	asOf civil.Instant) (x Explanation, ok bool, err error) {
	defer stopped(&err)
	a := explained(ctx, id, &explanation{figure: figureWallet}, own, others, asOf)
	if a.wallet < 0 {
		a.explanation.amount(figureWallet, -a.wallet, nil, func() grounds {
			return grounds{rule: &ruleShortfall, formula: "0.00 − (" + a.wallet.String() + ")"}
		})
	}
	return Explanation{AccountID: id, AsOf: asOf, Notice: notice, Lines: a.explanation.lines}, a.exists, nil
}

// explained folds with a sheet.
func explained(ctx context.Context, id string, s *explanation, own, others []Fact, asOf civil.Instant) *account {
	a := newAccount(ctx, id, others, asOf)
	if s.contract != "" && (passes(own) || passes(others)) {
		s.origin = originOf(ctx, id, s.contract, own, others, asOf)
	}
	s.interrupt, s.lines = &a.interrupt, []Line{}
	a.explanation = s
	a.fold(own, others, asOf)
	return a
}

// originOf is the account under which a contract began.
func originOf(ctx context.Context, id, contract string, own, others []Fact, asOf civil.Instant) string {
	a := newAccount(ctx, id, others, asOf)
	a.fold(own, others, asOf)
	if c := a.contracts[contract]; c != nil {
		return c.origin
	}
	return ""
}
