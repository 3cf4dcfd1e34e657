package client

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"

	"zhangben/cmd/zhangben/exit"
	"zhangben/ledger/inputfile"
)

// CAPool is the file of certificate authorities that a server is checked against; "" takes those of the system.
type CAPool string

// HTTPClient makes requests to a server that is trusted.
func (t CAPool) HTTPClient() (http.Client, error) {
	if t == "" {
		return http.Client{}, nil
	}
	text, err := inputfile.Read(string(t), inputfile.MaxCertificates)
	if err != nil {
		return http.Client{}, exit.Usagef("--ca: %w", err)
	}
	authorities := x509.NewCertPool()
	if !authorities.AppendCertsFromPEM(text) {
		return http.Client{}, exit.Usagef("--ca %s has no certificate in PEM", string(t))
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: authorities, MinVersion: tls.VersionTLS12}
	return http.Client{Transport: transport}, nil
}
