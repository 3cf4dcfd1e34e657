// Package api serves the figures, the log and the quarantine over HTTP, and takes events in for the stream.
//
// Everything served is in the one table of routes below: who may call it, which parameters it takes, what it answers.
// The document at /openapi.json is made from that table.
package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/ledger/checkpoint"
	"zhangben/ledger/ingest"
	"zhangben/projections"
	"zhangben/projections/query"
)

// Config is what the API needs of the program around it.
type Config struct {
	Log *ledger.Log

	// Publish sends events (each one structured CloudEvent, or whatever bytes a caller sent instead) through the stream
	// and returns the ledger's verdicts in the same order, once they are durable. publisher is the name of the caller's
	// token, "" where there is none. nil: the API only reads.
	Publish func(ctx context.Context, publisher string, events [][]byte) ([]ledger.Outcome, error)

	// Retry sends a refused message through the stream again; by is the name of the caller's token. nil: the API only
	// reads.
	Retry func(ctx context.Context, by string, refused ledger.Rejected) (ledger.Outcome, error)

	// Dismiss closes a refused message for a reason, through the stream. nil: the API only reads.
	Dismiss func(ctx context.Context, by string, rejectionID uint64, reason string) (ledger.Outcome, error)

	// Checkpoints signs what the log is, and proves records to be in it. nil: nothing is signed.
	Checkpoints *checkpoint.Signer

	Operations Operations // what an operator may have done

	Ready   func() error         // nil, or why the ledger takes nothing now; nil func: always ready
	Now     func() civil.Instant // the default as_of
	Tokens  *Tokens              // nil: everybody may do everything, from this machine only
	Metrics *prometheus.Registry // nil: a registry of the API's own
	Logger  *slog.Logger         // nil: nothing is said

	// Context ends what takes long or goes on by itself: verifying, copying, comparing, following the log, keeping totals,
	// counting. nil: nothing is kept or counted.
	Context context.Context

	Answer time.Duration // after which a question is given up; 0: AnswerTime
}

// server is the API on its way: a configuration, and what answers for it.
type server struct {
	Config
	reader   *query.Reader
	mux      *http.ServeMux
	guard    guard
	limits   limits
	metrics  *metrics
	openAPI  []byte
	asyncAPI []byte

	verifying sync.Mutex // held while the log is verified
	backingUp sync.Mutex // held while a backup is made and sent
	comparing sync.Mutex // held while the whole ledger is previewed
}

// New returns the API as a handler.
func New(config Config) http.Handler {
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.Answer == 0 {
		config.Answer = AnswerTime
	}
	if config.Metrics == nil {
		config.Metrics = prometheus.NewRegistry()
	}
	s := &server{
		Config: config,
		reader: query.New(config.Log),
		mux:    http.NewServeMux(),
		guard:  guard{localOnly: config.Tokens == nil},
		limits: newLimits(),
	}
	s.metrics = newMetrics(config.Metrics, config.Log, s.reader)
	routes := s.routes()
	s.openAPI, s.asyncAPI = OpenAPI(), AsyncAPI()
	for _, route := range routes {
		s.mux.Handle(route.method+" "+route.path, s.handler(route))
	}
	s.mux.Handle("/", s.handler(route{path: "/", role: anybody, run: s.noRoute}))
	if config.Context != nil {
		go s.keepTotals()
		go s.metrics.refusals.count(config.Context)
	}
	return s
}

// keepTotals keeps the totals at the present at hand until Context ends.
func (s *server) keepTotals() {
	if err := s.reader.KeepTotals(s.Context, s.Now); err != nil && !errors.Is(err, ledger.ErrClosed) {
		s.Logger.Error("totals are not kept at hand any more, and slow to ask for", "error", err)
	}
}

// routes is the table of all that is served.
func (s *server) routes() []route {
	clocks := []string{"as_of", "known_at"}
	page := []string{"limit", "after"}
	return []route{
		{"GET", "/v1/contracts", events.Read, "List contracts and their figures",
			join(clocks, page, "status", "flag", "account_id"), query.ContractPage{}, s.listContracts},
		{"GET", "/v1/contracts/{contract_id}", events.Read, "The figures of one contract", join(clocks, nil, "account_id"),
			projections.Figures{}, s.contract},
		{"GET", "/v1/contracts/{contract_id}/explain", events.Read,
			"Why the figures of a contract are what they are, or why something is not so",
			join(clocks, nil, "account_id", "figure", "why_not"), oneOf{projections.Explanation{}, projections.WhyNot{}},
			s.explain},
		{"GET", "/v1/contracts/{contract_id}/timeline", events.Read, "What changes by itself in the life of a contract",
			join(clocks, nil, "account_id"), projections.Timeline{}, s.timeline},
		{"GET", "/v1/accounts", events.Read, "List customer accounts and their figures", join(clocks, page),
			query.AccountPage{}, s.listAccounts},
		{"GET", "/v1/accounts/{account_id}", events.Read, "The figures of one customer account", clocks,
			projections.AccountFigures{}, s.account},
		{"GET", "/v1/accounts/{account_id}/explain", events.Read, "Why the wallet of a customer account is what it is",
			clocks, projections.Explanation{}, s.explainWallet},
		{"POST", "/v1/preview", events.Read, "Figures without and with events and terms that might be; nothing is written",
			nil, oneOf{query.ContractPreview{}, query.AccountPreview{}}, s.preview},
		{"GET", "/v1/totals", events.Read, "Sums over all accounts", clocks, query.Totals{}, s.totals},
		{"GET", "/v1/terms", events.Read, "The terms in force", clocks, projections.TermsInForce{}, s.terms},
		{"GET", "/v1/events", events.Read, "The log, as JSON or (Accept: application/x-ndjson) one row a line",
			join(page, nil, "account_id", "contract_id", "kind", "follow"), query.EventPage{}, s.listEvents},
		{"GET", "/v1/events/{id}", events.Read, "One record of the log by its event id", nil, query.Row{}, s.event},
		{"GET", "/v1/events/{id}/proof", events.Read,
			"A receipt that anybody can check offline: the record, its place in the log, and a signed checkpoint " +
				"(C2SP tlog-proof)", []string{"size"}, plainText{}, s.signed(s.receipt)},
		{"GET", "/v1/checkpoint", events.Read, "What the log is, signed (C2SP tlog-checkpoint)", []string{"size"},
			plainText{}, s.signed(newest)},
		{"GET", "/v1/checkpoint/cosigned", events.Read,
			"The checkpoint that witnesses have cosigned last (C2SP tlog-cosignature)", nil, plainText{}, s.signed(cosigned)},
		{"POST", "/v1/checkpoint/cosigned", events.Finance, "Have witnesses cosign the newest checkpoint, and answer it",
			nil, plainText{}, s.cosign},
		{"GET", "/v1/checkpoint/key", events.Read, "The public key of checkpoints, in one line", nil, plainText{},
			s.signed(publicKey)},
		{"GET", "/v1/consistency", events.Read, "A proof that the log of one size begins with that of another",
			[]string{"old", "new"}, plainText{}, s.signed(consistency)},
		{"POST", "/v1/events", events.Publish, "Take in one event or a batch, answered when durable", nil, Results{},
			s.postEvents},
		{"GET", "/v1/rejected", events.Read, "List what was refused", join(clocks, page, "status"), query.RejectionPage{},
			s.listRejected},
		{"GET", "/v1/rejected/{rejection_id}", events.Read, "One refused message", nil, query.Rejection{}, s.rejection},
		{"GET", "/v1/exceptions", events.Read, "List events that have no effect, or only a part of it",
			join(clocks, page, "account_id"), query.ExceptionPage{}, s.exceptions},
		{"POST", "/v1/rejected/{rejection_id}/retry", events.Finance, "Send a refused message through the stream again",
			nil, Result{}, s.retry},
		{"POST", "/v1/rejected/{rejection_id}/dismiss", events.Finance,
			"Say that nothing needs to be done about a refused message", nil, query.Rejection{}, s.dismiss},
		{"POST", "/v1/verify", events.Admin, "Check that the log is what was written", nil, Verification{}, s.verify},
		{"POST", "/v1/backup", events.Admin, "A copy of the log, verified: a file for zhangben restore", nil, binary{},
			s.backup},
		{"GET", "/v1/stream", events.Read, "The stream against the log's position, and how full it is", nil,
			ingest.Status{}, s.streamStatus},
		{"POST", "/v1/stream/adopt", events.Admin, "Go on with a stream created again or rolled back, keeping the log", nil,
			ingest.Status{}, s.adoptStream},
		{"POST", "/v1/stream/purge", events.Admin, "Cut off the messages of the stream that a verified backup holds", nil,
			ingest.Purged{}, s.purgeStream},
		{"GET", "/healthz", anybody, "Whether the program runs", nil, health{}, s.healthz},
		{"GET", "/readyz", anybody, "Whether the ledger takes events", nil, health{}, s.readyz},
		{"GET", "/metrics", events.Read, "Measurements, in Prometheus's text format", nil, plainText{}, s.metrics.serve},
		{"GET", "/openapi.json", events.Read, "This document", nil, document{}, s.openAPIDocument},
		{"GET", "/asyncapi.json", events.Read, "The AsyncAPI document of the NATS side", nil, document{}, s.asyncAPIDocument},
		{"GET", "/schemas/{schema}", events.Read, "The JSON Schema of a kind of event, or of any", nil, jsonSchema{},
			s.schema},
	}
}

// ServeHTTP lets a request in, or not, and hands it to its route.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := s.guard.check(r); err != nil {
		s.fail(w, r, err)
		return
	}
	s.mux.ServeHTTP(w, r)
}
