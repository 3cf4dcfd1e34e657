package inputfile

import (
	"crypto/tls"
)

// MaxCertificates bounds a file of certificates, or of a key, in bytes: the authorities of a whole system take a
// quarter of it.
const MaxCertificates = 1 << 20

// ReadKeyPair reads a certificate and its key, of one file each.
func ReadKeyPair(certFile, keyFile string) (pair tls.Certificate, err error) {
	cert, err := Read(certFile, MaxCertificates)
	if err != nil {
		return pair, err
	}
	key, err := Read(keyFile, MaxCertificates)
	if err != nil {
		return pair, err
	}
	return tls.X509KeyPair(cert, key)
}
