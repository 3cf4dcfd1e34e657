package api

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"zhangben/ledger"
)

// metrics are the measurements of the API and of the log beneath it.
type metrics struct {
	seconds    *prometheus.HistogramVec
	handler    http.Handler
	exceptions exceptionCount
}

func newMetrics(registry *prometheus.Registry, log *ledger.Log) *metrics {
	m := &metrics{
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "zhangben_http_request_seconds",
			Help:    "Time to answer a request, by route and status.",
			Buckets: prometheus.ExponentialBuckets(0.0001, 4, 9),
		}, []string{"route", "status"}),
		handler: promhttp.HandlerFor(registry, promhttp.HandlerOpts{}),
	}
	registry.MustRegister(m.seconds,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "zhangben_log_last_seq", Help: "Sequence number of the last record in the log.",
		}, func() float64 { return float64(log.Last()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "zhangben_stream_position", Help: "Stream sequence of the last message taken from the stream.",
		}, func() float64 { return float64(log.Position().StreamSeq) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "zhangben_rejected_total", Help: "Messages in quarantine.",
		}, (&refusals{log: log}).count),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "zhangben_exceptions", Help: "Events without effect, or with a part of it, when they were last counted.",
		}, m.exceptions.value),
	)
	return m
}

func (m *metrics) observe(route route, status int, took time.Duration) {
	m.seconds.WithLabelValues(route.method+" "+route.path, strconv.Itoa(status)).Observe(took.Seconds())
}

func (m *metrics) serve(w http.ResponseWriter, r *http.Request) error {
	m.handler.ServeHTTP(w, r)
	return nil
}

// refusals counts the quarantine: each time only what was added since.
type refusals struct {
	log *ledger.Log

	mu      sync.Mutex
	last    uint64 // id of the last one counted
	counted int
}

func (c *refusals) count() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		more, err := c.log.Rejected(c.last, maxLimit)
		if err != nil || len(more) == 0 {
			return float64(c.counted) // an error is told by what is asked for next
		}
		c.counted += len(more)
		c.last = more[len(more)-1].ID
	}
}
