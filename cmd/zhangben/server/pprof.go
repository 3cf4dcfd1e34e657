package server

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/server/natsserver"
	"zhangben/projections/api"
)

// profiler serves the program's own profiles to whoever is on this machine. Profiles tell what is in memory, so it is a
// listener of its own, off unless asked for, and never one that others or the pages in a browser can reach.
type profiler struct{ listen string }

// check refuses addresses that others can reach.
func (p *profiler) check() error {
	if p.listen == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(p.listen)
	if err != nil {
		return exit.Usagef("--pprof %q is not host:port: %w", p.listen, err)
	}
	if !natsserver.IsLoopback(host) {
		return exit.Usagef("--pprof %s can be reached by others: give a loopback address", p.listen)
	}
	return nil
}

// start serves the profiles until stop is called.
func (p *profiler) start(logger *slog.Logger) (stop func(), err error) {
	if p.listen == "" {
		return func() {}, nil
	}
	listener, err := net.Listen("tcp", p.listen)
	if err != nil {
		return nil, fmt.Errorf("--pprof: %w", err)
	}
	server := &http.Server{Handler: profiles(), ReadHeaderTimeout: headerTimeout, MaxHeaderBytes: maxHeader}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			logger.Error("serving profiles ended", "error", err)
		}
	}()
	logger.Info("serving profiles", "url", "http://"+listener.Addr().String()+"/debug/pprof/")
	return func() { _ = server.Close() }, nil
}

// profiles are the pages of package pprof.
func profiles() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return api.LocalOnly(mux)
}
