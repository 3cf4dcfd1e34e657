package server

import (
	"github.com/prometheus/client_golang/prometheus"
)

// measure registers the measurements of what is watched over.
func (o *supervisor) measure(registry *prometheus.Registry) {
	gauge := func(name, help string, value func() float64) {
		registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
	}
	counter := func(name, help string, value func() float64) {
		registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, value))
	}
	gauge("zhangben_disk_free_bytes", "Free space of the disk of the data folder.", o.disk.freeBytes)
	gauge("zhangben_disk_floor_bytes", "Free space below which ingest is stopped.",
		func() float64 { return float64(o.disk.floor) })
	gauge("zhangben_stream_bytes", "Size of the stream.", func() float64 { return float64(o.lastStream().Bytes) })
	gauge("zhangben_stream_max_bytes", "Size at which the stream refuses more.",
		func() float64 { return float64(o.lastStream().MaxBytes) })
	o.measureReplicas(gauge, counter)
	o.measureQuorum(registry)
	gauge("zhangben_stream_used_ratio",
		"Share of its size that the stream has used: 0.7 is time to give it more, or to purge.", func() float64 {
			last := o.lastStream()
			return float64(last.Bytes) / float64(max(last.MaxBytes, 1))
		})
	gauge("zhangben_stream_behind", "Messages of the stream that the log has still to take.",
		func() float64 { return float64(o.lastStream().Behind) })
	gauge("zhangben_stream_behind_seconds",
		"For how long the stream has had messages that the log has not taken, 0 while it has none.", o.secondsBehind)
	gauge("zhangben_nats_connected", "1 while there is a connection to NATS, else 0.", func() float64 {
		if o.intake.nc.IsConnected() {
			return 1
		}
		return 0
	})
	registry.MustRegister(o.events.counts)
	gauge("zhangben_last_backup_timestamp_seconds", "When the last backup was made, 0 while none is known.",
		func() float64 {
			last, err := LastBackup(o.data)
			if err != nil || last == nil {
				return 0
			}
			return float64(last.At.Unix())
		})
	counter("zhangben_scrub_bytes_total", "Bytes of the log looked through for damage.",
		func() float64 { return o.scrub.measure().bytes })
	counter("zhangben_scrub_walks_total", "Walks through the whole log that found nothing.",
		func() float64 { return o.scrub.measure().walks })
	gauge("zhangben_checkpoints_refused", "1 while no checkpoints are signed, because the log is not the one that was "+
		"signed or that a witness saw, or not yet.", o.signed.refused)
	gauge("zhangben_cosigned_records", "Records of the log that witnesses have cosigned, 0 while there are none.",
		o.signed.cosignedSize)
	gauge("zhangben_scrub_damage", "1 while damage was found, else 0.", func() float64 { return o.scrub.measure().damage })
	gauge("zhangben_scrub_last_timestamp_seconds", "When the last walk ended, 0 before the first.",
		func() float64 { return o.scrub.measure().ended })
}

func (w *diskWatch) freeBytes() float64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return float64(w.free)
}

// scrubMeasures are numbers for the metrics.
type scrubMeasures struct{ bytes, walks, damage, ended float64 }

func (s *scrub) measure() (m scrubMeasures) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.bytes, m.walks = float64(s.bytes), float64(s.walks)
	if s.found != nil {
		m.damage = 1
	}
	if !s.ended.IsZero() {
		m.ended = float64(s.ended.Unix())
	}
	return m
}
