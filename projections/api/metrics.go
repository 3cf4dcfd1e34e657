package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"zhangben/ledger"
	"zhangben/projections/query"
)

// metrics are the measurements of the API and of the log beneath it. None of them is worked out when it is asked for:
// whoever watches a server in trouble must not wait for it.
type metrics struct {
	seconds  *prometheus.HistogramVec
	handler  http.Handler
	refusals *refusals
}

func newMetrics(registry *prometheus.Registry, log *ledger.Log, reader *query.Reader) *metrics {
	m := &metrics{
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "http_request_duration_seconds",
			Help:    "Time to answer a request, by route and class of status.",
			Buckets: prometheus.ExponentialBuckets(0.0001, 4, 9),
		}, []string{"route", "status"}),
		handler:  promhttp.HandlerFor(registry, promhttp.HandlerOpts{}),
		refusals: newRefusals(log),
	}
	registry.MustRegister(m.seconds, m.refusals, exceptionGauge{reader},
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "zhangben_log_last_seq", Help: "Sequence number of the last record in the log.",
		}, func() float64 { return float64(log.Last()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "zhangben_stream_position", Help: "Stream sequence of the last message taken from the stream.",
		}, func() float64 { return float64(log.Position().StreamSeq) }),
	)
	return m
}

// observe measures a request. What is in no route is measured together, or strangers would make names.
func (m *metrics) observe(route route, status int, took time.Duration) {
	name, class := route.pattern(), strconv.Itoa(status/100)+"xx"
	if route.method == "" {
		name = "other"
	}
	m.seconds.WithLabelValues(name, class).Observe(took.Seconds())
}

func (m *metrics) serve(q *request) (any, error) {
	m.handler.ServeHTTP(q.w, q.Request)
	return nil, nil
}

// exceptionGauge collects the number of exceptions, once it is known.
type exceptionGauge struct{ reader *query.Reader }

var exceptionsDesc = prometheus.NewDesc("zhangben_exceptions", "Events without effect, or with a part of it.", nil, nil)

func (g exceptionGauge) Describe(to chan<- *prometheus.Desc) { to <- exceptionsDesc }

func (g exceptionGauge) Collect(to chan<- prometheus.Metric) {
	if n, known := g.reader.ExceptionCount(); known {
		to <- prometheus.MustNewConstMetric(exceptionsDesc, prometheus.GaugeValue, float64(n))
	}
}
