package server

import (
	"runtime"

	"zhangben/cmd/zhangben/build"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// measureProgram registers the measurements of the program itself: go_*, process_*, and which build it is.
func measureProgram(registry *prometheus.Registry) {
	info := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "zhangben_build_info", Help: "Always 1; the labels say which build this is.",
	}, []string{"version", "revision", "goversion"})
	info.WithLabelValues(build.Version, build.Commit(), runtime.Version()).Set(1)
	registry.MustRegister(info, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
}
