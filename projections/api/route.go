package api

import (
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"zhangben/events"
)

// route is one row of the table of all that is served.
type route struct {
	method, path string
	role         events.Role
	summary      string
	params       []string // the query parameters it takes, described in openapi_parameters.go
	answer       any      // a value of the type it answers with, nil where that is not JSON of ours
	run          func(*request) (answer any, err error)
}

func join(a, b []string, more ...string) []string { return slices.Concat(a, b, more) }

// pattern is the route as http.ServeMux has it.
func (route *route) pattern() string { return route.method + " " + route.path }

// handler runs the route, and turns its error into a problem.
func (s *server) handler(route route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := &answerWriter{ResponseWriter: w, limits: &s.limits}
		defer s.finish(route, answer, time.Now())
		defer s.recovered(answer, r)
		ctx, end := s.reader.Begin(r.Context(), s.Answer)
		defer end()
		if err := s.serve(&route, answer, r.WithContext(ctx)); err != nil {
			s.fail(answer, r, timely(err))
		}
	})
}

// serve checks who asks and what for, and answers.
func (s *server) serve(route *route, w *answerWriter, r *http.Request) error {
	if err := s.limits.begin(route); err != nil {
		return err
	}
	defer s.limits.end(route)
	q, err := s.admit(route, w, r)
	if err != nil {
		return err
	}
	answer, err := route.run(q)
	if err != nil {
		return err
	}
	return q.send(answer)
}

// admit lets in who may call a route, if it is asked as it can be.
func (s *server) admit(route *route, w *answerWriter, r *http.Request) (q *request, err error) {
	q = &request{Request: r, w: w}
	if q.caller, err = s.Tokens.admit(route.role, r, s.Now); err != nil {
		return nil, err
	}
	if q.values, err = route.read(r.URL.RawQuery); err != nil {
		return nil, err
	}
	if slices.Contains(route.params, "as_of") {
		if q.at, err = s.reader.ParseAt(q.get("as_of"), q.get("known_at"), s.Now()); err != nil {
			return nil, err
		}
	}
	return q, route.check(q.values)
}

// recovered answers for a handler that panics, which is a fault of this program: deferred, it logs the stack. After an
// answer was begun it can only be cut off.
func (s *server) recovered(answer *answerWriter, r *http.Request) {
	fault := recover()
	switch {
	case fault == nil:
		return
	case fault == http.ErrAbortHandler:
		panic(fault)
	}
	s.Logger.Error("a request panicked", "method", r.Method, "path", r.URL.Path, "panic", fault, "stack",
		string(debug.Stack()))
	if answer.status != 0 {
		panic(http.ErrAbortHandler)
	}
	sendProblem(answer, problemOf(errFault))
}

// finish lets go of what an answer held, and measures it.
func (s *server) finish(route route, answer *answerWriter, start time.Time) {
	answer.release()
	s.metrics.observe(route, answer.status, time.Since(start))
}

// answerWriter remembers whether an answer was begun, and how, and what memory the request holds.
type answerWriter struct {
	http.ResponseWriter
	status int // 0 while nothing was written
	limits *limits
	body   int64 // bytes held of limits.bodies
	answer int64 // and of limits.answers
}

func (w *answerWriter) release() {
	w.limits.bodies.room.Release(w.body)
	w.limits.answers.Release(w.answer)
}

func (w *answerWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *answerWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController find the writer beneath.
func (w *answerWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// noRoute answers for every path and method that is not in the table.
func (s *server) noRoute(q *request) (any, error) {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		other := &http.Request{Method: method, URL: q.URL, Host: q.Host}
		if _, pattern := s.mux.Handler(other); strings.HasPrefix(pattern, method) {
			allowed = append(allowed, method)
		}
	}
	if allowed == nil {
		return nil, errNoPath
	}
	q.w.Header().Set("Allow", strings.Join(allowed, ", "))
	return nil, errMethod
}
