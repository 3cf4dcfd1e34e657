package api

import (
	"zhangben/projections"
	"zhangben/projections/query"
)

func (s *server) contract(q *request) (any, error) {
	return appender(func(dst []byte) ([]byte, error) {
		return s.reader.AppendContract(q.Context(), dst, q.PathValue("contract_id"), q.get("account_id"), q.at)
	}), nil
}

func (s *server) account(q *request) (any, error) {
	figures, err := s.reader.Account(q.Context(), q.PathValue("account_id"), q.at)
	return &figures, err
}

func (s *server) listContracts(q *request) (any, error) {
	filter := query.ContractFilter{Account: q.get("account_id"), Status: projections.Status(q.get("status")),
		Flag: projections.Flag(q.get("flag"))}
	page, err := s.reader.Contracts(q.Context(), filter, q.at, q.get("after"), q.limit())
	return &page, err
}

func (s *server) listAccounts(q *request) (any, error) {
	page, err := s.reader.Accounts(q.Context(), q.at, q.get("after"), q.limit())
	return &page, err
}

func (s *server) exceptions(q *request) (any, error) {
	return s.reader.Exceptions(q.Context(), q.at, q.get("account_id"), q.get("after"), q.limit())
}

func (s *server) terms(q *request) (any, error) {
	return s.reader.Terms(q.Context(), q.at)
}

// totals answers for the present out of what is kept up to date, and for any other instants by folding everything.
func (s *server) totals(q *request) (any, error) {
	if q.get("as_of") == "" && q.get("known_at") == "" {
		return s.reader.TotalsNow(q.Context(), s.Now)
	}
	return s.reader.Totals(q.Context(), q.at)
}

// explain answers why the figures of a contract, or one of them, are what they are or, with why_not, why something is
// not so.
func (s *server) explain(q *request) (any, error) {
	contract, account, figure := q.PathValue("contract_id"), q.get("account_id"), q.get("figure")
	question := projections.Question(q.get("why_not"))
	switch {
	case question == "":
		return s.reader.Explain(q.Context(), contract, account, figure, q.at)
	case figure != "":
		return nil, badParameter("figure", "it does not go with why_not")
	}
	return s.reader.WhyNot(q.Context(), contract, account, question, q.at)
}

func (s *server) explainWallet(q *request) (any, error) {
	return s.reader.ExplainWallet(q.Context(), q.PathValue("account_id"), q.at)
}

func (s *server) timeline(q *request) (any, error) {
	return s.reader.Timeline(q.Context(), q.PathValue("contract_id"), q.get("account_id"), q.at)
}
