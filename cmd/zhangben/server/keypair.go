package server

import (
	"crypto/tls"
	"sync/atomic"

	"zhangben/ledger/inputfile"
)

// keyPair is a certificate and its key, of one file each, which can be read again while they are in use.
type keyPair struct {
	certFile, keyFile string
	current           atomic.Pointer[tls.Certificate]
}

func openKeyPair(certFile, keyFile string) (*keyPair, error) {
	p := &keyPair{certFile: certFile, keyFile: keyFile}
	return p, p.read()
}

// read takes what the files hold now for all handshakes to come. On an error the certificate stays what it was.
func (p *keyPair) read() error {
	pair, err := inputfile.ReadKeyPair(p.certFile, p.keyFile)
	if err == nil {
		p.current.Store(&pair)
	}
	return err
}

// config is how a server with this certificate does TLS.
func (p *keyPair) config(protocols ...string) *tls.Config {
	return &tls.Config{
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return p.current.Load(), nil },
		MinVersion:     tls.VersionTLS12,
		NextProtos:     protocols,
	}
}
