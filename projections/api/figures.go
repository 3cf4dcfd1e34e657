package api

import (
	"context"
	"net/http"

	"zhangben/projections"
	"zhangben/projections/query"
)

// The answers about one contract and one account, as they are called in the document.
type (
	contractAnswer = projections.Figures
	accountAnswer  = projections.AccountFigures
)

func (s *server) contract(w http.ResponseWriter, r *http.Request) error {
	p := parametersOf(r)
	at, err := s.clocks(p)
	if err != nil {
		return err
	}
	return sendAppended(w, func(dst []byte) ([]byte, error) {
		return s.reader.AppendContract(r.Context(), dst, r.PathValue("contract_id"), p.get("account_id"), at)
	})
}

func (s *server) account(w http.ResponseWriter, r *http.Request) error {
	at, err := s.clocks(parametersOf(r))
	if err != nil {
		return err
	}
	figures, err := s.reader.Account(r.Context(), r.PathValue("account_id"), at)
	if err != nil {
		return err
	}
	return sendSpelled(w, &figures)
}

func (s *server) listContracts(w http.ResponseWriter, r *http.Request) error {
	p := parametersOf(r)
	at, err := s.clocks(p)
	if err != nil {
		return err
	}
	limit, err := p.limit()
	if err != nil {
		return err
	}
	filter, err := p.contractFilter()
	if err != nil {
		return err
	}
	page, err := s.reader.Contracts(r.Context(), filter, at, p.get("after"), limit)
	if err != nil {
		return err
	}
	return sendSpelled(w, &page)
}

func (p parameters) contractFilter() (query.ContractFilter, error) {
	status, err := p.status()
	if err != nil {
		return query.ContractFilter{}, err
	}
	flag, err := p.flag()
	return query.ContractFilter{Account: p.get("account_id"), Status: status, Flag: flag}, err
}

func (s *server) listAccounts(w http.ResponseWriter, r *http.Request) error {
	p := parametersOf(r)
	at, err := s.clocks(p)
	if err != nil {
		return err
	}
	limit, err := p.limit()
	if err != nil {
		return err
	}
	page, err := s.reader.Accounts(r.Context(), at, p.get("after"), limit)
	if err != nil {
		return err
	}
	return sendSpelled(w, &page)
}

func (s *server) terms(w http.ResponseWriter, r *http.Request) error {
	at, err := s.clocks(parametersOf(r))
	if err != nil {
		return err
	}
	terms, err := s.reader.Terms(r.Context(), at)
	if err != nil {
		return err
	}
	return sendJSON(w, terms)
}

// totals answers for the present out of what is kept up to date, and for any other instants by folding everything.
func (s *server) totals(w http.ResponseWriter, r *http.Request) error {
	totals, err := s.totalsAt(r.Context(), parametersOf(r))
	if err != nil {
		return err
	}
	return sendJSON(w, totals)
}

func (s *server) totalsAt(ctx context.Context, p parameters) (*query.Totals, error) {
	if p.get("as_of") == "" && p.get("known_at") == "" {
		return s.reader.TotalsNow(ctx, s.Now)
	}
	at, err := s.clocks(p)
	if err != nil {
		return nil, err
	}
	return s.reader.Totals(ctx, at)
}
