package api

import (
	"net/http"
	"slices"

	"zhangben/projections"
)

// explain answers why the figures of a contract, or one of them, are what they are or, with why_not, why something is
// not so.
func (s *server) explain(w http.ResponseWriter, r *http.Request) error {
	p := parametersOf(r)
	at, err := s.clocks(p)
	if err != nil {
		return err
	}
	question, err := p.question()
	if err != nil {
		return err
	}
	figure, err := p.figure()
	if err != nil {
		return err
	}
	contract, account := r.PathValue("contract_id"), p.get("account_id")
	if question != "" {
		whyNot, err := s.reader.WhyNot(r.Context(), contract, account, question, at)
		return answer(w, &whyNot, err)
	}
	explanation, err := s.reader.Explain(r.Context(), contract, account, figure, at)
	return answer(w, &explanation, err)
}

func (p parameters) question() (projections.Question, error) {
	question := projections.Question(p.get("why_not"))
	if question != "" && !slices.Contains(projections.Questions, question) {
		return "", badParameter("why_not", "%q is not one of %v", question, projections.Questions)
	}
	return question, nil
}

func (p parameters) figure() (string, error) {
	figure := p.get("figure")
	switch {
	case figure != "" && p.get("why_not") != "":
		return "", badParameter("figure", "it does not go with why_not")
	case figure != "" && !slices.Contains(projections.ExplainedFigures, figure):
		return "", badParameter("figure", "%q is not one of %v", figure, projections.ExplainedFigures)
	}
	return figure, nil
}

func (s *server) explainWallet(w http.ResponseWriter, r *http.Request) error {
	at, err := s.clocks(parametersOf(r))
	if err != nil {
		return err
	}
	explanation, err := s.reader.ExplainWallet(r.Context(), r.PathValue("account_id"), at)
	return answer(w, &explanation, err)
}

func (s *server) timeline(w http.ResponseWriter, r *http.Request) error {
	p := parametersOf(r)
	at, err := s.clocks(p)
	if err != nil {
		return err
	}
	timeline, err := s.reader.Timeline(r.Context(), r.PathValue("contract_id"), p.get("account_id"), at)
	return answer(w, &timeline, err)
}

// answer sends a value, unless there was an error in finding it.
func answer(w http.ResponseWriter, value any, err error) error {
	if err != nil {
		return err
	}
	return sendJSON(w, value)
}
