// Package natsserver runs a NATS server with JetStream inside this program: one listener, users from a file, and
// diagnostics that no client can flood.
package natsserver

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"

	"zhangben/cmd/zhangben/exit"
	"zhangben/ledger/inbox"
	"zhangben/ledger/inputfile"
	"zhangben/ledger/permit"
)

// Options is how the NATS server inside zhangben is to run.
type Options struct {
	Dir        string
	Listen     string // host:port; a host other than loopback needs TLS and users
	SyncAlways bool   // whether JetStream syncs each message to disk before it acknowledges it
	TLSCert    string
	TLSKey     string
	Private    bool   // no listener: only this process connects
	Users      string // file of users; without one, whoever reaches the loopback address may publish
}

// Server is a running NATS server. Its own users have keys that are new at each start and known to this process only.
type Server struct {
	server   *server.Server
	gate     *gate // where clients come in; nil where only this process connects
	how      Options
	messages *Messages
	owner    nkeys.KeyPair // of the ledger, which may do everything
	service  nkeys.KeyPair // of what answers requests for it
	anyone   nkeys.KeyPair // of whoever connects without a name
	Broken   chan error    // receives the error with which the stream's storage failed
}

// Version is that of the NATS server, and StoreDir the folder that it makes in [Options.Dir].
const (
	Version  = server.VERSION
	StoreDir = server.JetStreamStoreDir
)

// startupTime is how long the NATS server may take to recover its stream.
const startupTime = 5 * time.Minute

// Start starts a NATS server with JetStream and nothing else: one listener, no monitoring, no cluster, no signals.
func Start(o Options, logger *slog.Logger) (*Server, error) {
	e := &Server{how: o, messages: NewMessages(logger), Broken: make(chan error, 1)}
	if err := e.makeKeys(); err != nil {
		return nil, err
	}
	opts, err := e.options()
	if err != nil {
		return nil, err
	}
	if err := e.listen(opts); err != nil {
		return nil, err
	}
	if e.server, err = server.NewServer(opts); err != nil {
		e.Stop()
		return nil, fmt.Errorf("embedded NATS: %w", err)
	}
	e.server.SetLoggerV2(serverLogger{logger, e.messages, e.Broken}, false, false, false)
	e.server.Start()
	if !e.server.ReadyForConnections(startupTime) {
		e.Stop()
		return nil, fmt.Errorf("embedded NATS is not ready after %v", startupTime)
	}
	if e.gate != nil {
		err = e.gate.open(e.server)
	}
	if err != nil {
		e.Stop()
		return nil, err
	}
	return e, nil
}

// listen opens the gate, and takes the port that it got into the options.
func (e *Server) listen(opts *server.Options) (err error) {
	if e.how.Private {
		return nil
	}
	e.gate, err = newGate(net.JoinHostPort(opts.Host, strconv.Itoa(max(opts.Port, 0))))
	if err != nil {
		return fmt.Errorf("embedded NATS: %w", err)
	}
	opts.Port = e.gate.port()
	return nil
}

// Check reads all files that the options name, and says what is wrong with them.
func (o Options) Check() error {
	e := &Server{how: o}
	if err := e.makeKeys(); err != nil {
		return err
	}
	_, err := e.options()
	return err
}

func (e *Server) makeKeys() (err error) {
	for _, key := range []*nkeys.KeyPair{&e.owner, &e.service, &e.anyone} {
		if *key, err = nkeys.CreateUser(); err != nil {
			return fmt.Errorf("embedded NATS: %w", err)
		}
	}
	return nil
}

// Reload reads the users and the certificate again. Where they cannot be used, those read before stay in force.
func (e *Server) Reload() error {
	opts, err := e.options()
	if err != nil {
		return err
	}
	if err := e.server.ReloadOptions(opts); err != nil {
		return fmt.Errorf("embedded NATS: %w", err)
	}
	return nil
}

// Stop ends the server and waits until its files are closed.
func (e *Server) Stop() {
	if e.server != nil {
		e.server.Shutdown()
		e.server.WaitForShutdown()
	}
	if e.gate != nil {
		e.gate.Close() // a server that stopped early has not
	}
	e.messages.Flush()
}

// URL is where clients connect.
func (e *Server) URL() string { return e.server.ClientURL() }

// HasFiles reports whether there are files that reload reads.
func (e *Server) HasFiles() bool { return e.how.Users != "" || e.how.TLSCert != "" }

// Connect connects as the ledger, which owns the stream.
func (e *Server) Connect(options ...nats.Option) (*nats.Conn, error) {
	return e.connectAs(e.owner, permit.LedgerUser, options)
}

// ConnectService connects as what answers requests for the ledger.
func (e *Server) ConnectService(options ...nats.Option) (*nats.Conn, error) {
	return e.connectAs(e.service, permit.ServiceUser, options)
}

// connectAs connects over loopback TCP, which reads faster than the in-process pipe, unless the listener wants TLS for
// a name that need not be ours.
func (e *Server) connectAs(key nkeys.KeyPair, user string, options []nats.Option) (*nats.Conn, error) {
	name, err := key.PublicKey()
	if err != nil {
		return nil, err
	}
	options = append(options, nats.Nkey(name, key.Sign), nats.CustomInboxPrefix(inbox.Prefix(user)))
	url := e.URL()
	if e.how.Private {
		return nats.Connect("", append(options, nats.InProcessServer(e.server))...)
	}
	if e.how.TLSCert != "" {
		options = append(options, nats.InProcessServer(e.server))
		url = "nats" + strings.TrimPrefix(url, "tls")
	}
	return nats.Connect(url, append(options, nats.SetCustomDialer(e.gate))...)
}

// options translates what zhangben offers into what NATS understands.
func (e *Server) options() (*server.Options, error) {
	o := e.how
	host, port, err := splitListen(o.Listen)
	if err != nil {
		return nil, err
	}
	opts := &server.Options{
		ServerName:             "zhangben",
		Host:                   host,
		Port:                   port,
		NoSigs:                 true,
		JetStream:              true,
		StoreDir:               o.Dir, // in which the server makes a folder jetstream
		SyncAlways:             o.SyncAlways,
		MaxPayload:             1 << 20,
		DisableJetStreamBanner: true,
		DontListen:             true, // the gate does
	}
	if e.gate != nil {
		opts.Port = e.gate.port()
	}
	if opts.TLSConfig, err = tlsConfig(o); err != nil {
		return nil, err
	}
	opts.TLS = opts.TLSConfig != nil
	opts.TLSTimeout = 5
	if err := checkExposure(o, host); err != nil {
		return nil, err
	}
	return opts, e.setUsers(opts)
}

func tlsConfig(o Options) (*tls.Config, error) {
	if o.TLSCert == "" && o.TLSKey == "" {
		return nil, nil
	}
	certificate, err := inputfile.ReadKeyPair(o.TLSCert, o.TLSKey)
	if err != nil {
		return nil, exit.Usagef("--nats-tls-cert and --nats-tls-key: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}, nil
}

// checkExposure refuses to let strangers in: an address that others can reach needs TLS and users.
func checkExposure(o Options, host string) error {
	if IsLoopback(host) || o.TLSCert != "" && o.Users != "" {
		return nil
	}
	return exit.Usagef("--nats-listen %s can be reached by others: "+
		"give --nats-tls-cert, --nats-tls-key and --nats-auth too", o.Listen)
}

// splitListen parses host:port; port 0 takes any free one.
func splitListen(listen string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(listen)
	if err == nil {
		port, err = strconv.Atoi(text)
	}
	if err == nil && (port < 0 || port > 65_535) {
		err = errors.New("no such port")
	}
	if err != nil {
		return "", 0, exit.Usagef("--nats-listen %q is not host:port: %w", listen, err)
	}
	if port == 0 {
		port = server.RANDOM_PORT
	}
	return host, port, nil
}

// IsLoopback reports whether only this machine can reach host. An empty host is every interface.
func IsLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
