package main

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/exit"
	"zhangben/ledger/inputfile"
)

// maxCertificates is in bytes: the authorities of a whole system take a quarter of it.
const maxCertificates = 1 << 20

// readKeyPair reads a certificate and its key, of one file each.
func readKeyPair(certFile, keyFile string) (pair tls.Certificate, err error) {
	cert, err := inputfile.Read(certFile, maxCertificates)
	if err != nil {
		return pair, err
	}
	key, err := inputfile.Read(keyFile, maxCertificates)
	if err != nil {
		return pair, err
	}
	return tls.X509KeyPair(cert, key)
}

// trust is the file of certificate authorities that a server is checked against; "" takes those of the system.
type trust string

func (t *trust) register(cmd *cobra.Command) {
	cmd.Flags().StringVar((*string)(t), "ca", "", "`file` with the certificate authorities that an https server is checked against (default: the system's)")
}

// client makes requests to a server that is trusted.
func (t trust) client() (http.Client, error) {
	if t == "" {
		return http.Client{}, nil
	}
	text, err := inputfile.Read(string(t), maxCertificates)
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
