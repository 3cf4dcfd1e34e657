package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// readFlags say where a read command finds its answers, and how it prints them.
type readFlags struct {
	sourceOptions
	asJSON bool
}

func (f *readFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.server, "server", "", "address of a running server (default "+defaultServer+")")
	flags.StringVar(&f.token.text, "token", "", "bearer token for the server, which others on this machine see in the list of processes "+
		"(better: --token-file)")
	flags.StringVar(&f.token.file, "token-file", "", "`file` with the bearer token for the server, which others may not read "+
		"(default: the token in $ZHANGBEN_TOKEN)")
	cmd.MarkFlagsMutuallyExclusive("token", "token-file")
	addCA(cmd, &f.ca)
	flags.StringVar(&f.data, "data", "", "read this data folder instead of asking a server")
	flags.BoolVar(&f.asJSON, "json", false, "print the answer as JSON")
}

// with opens the source that the flags name, and hands it to use.
func (f *readFlags) with(cmd *cobra.Command, use func(*source) error) error {
	source, err := f.open(cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	defer source.Close()
	return use(source)
}

func addCA(cmd *cobra.Command, ca *trust) {
	cmd.Flags().StringVar((*string)(ca), "ca", "", "`file` with the certificate authorities that an https server is checked against "+
		"(default: the system's)")
}

// addNATS adds the flags of a NATS server outside; defaultURL is "" where an embedded one is the default.
func addNATS(cmd *cobra.Command, f *natsFlags, defaultURL string) {
	flags := cmd.Flags()
	flags.StringVar(&f.url, "nats", defaultURL, "`URL` of the NATS server, e.g. nats://10.0.0.5:4222; several are separated by commas")
	addLogin(cmd, &f.login, "nats", "")
	flags.StringVar(&f.inbox, "nats-inbox", "", "`prefix` of the subjects that answers come to (default _INBOX_ and the user's name)")
	flags.StringVar(&f.ca, "nats-ca", "", "`file` with the certificate authorities that the NATS server is checked against")
	flags.StringVar(&f.cert, "nats-cert", "", "`file` with this client's certificate")
	flags.StringVar(&f.key, "nats-key", "", "`file` with the key to --nats-cert")
	cmd.MarkFlagsRequiredTogether("nats-cert", "nats-key")
}

// addLogin adds the flags of a NATS user, all of which begin with prefix. whose says whose user it is.
func addLogin(cmd *cobra.Command, l *natsLogin, prefix, whose string) {
	l.variable = "ZHANGBEN_" + strings.ToUpper(strings.ReplaceAll(prefix, "-", "_")) + "_PASSWORD"
	flags := cmd.Flags()
	flags.StringVar(&l.user, prefix+"-user", "", "`name` of the NATS user"+whose+"; its password is in $"+l.variable+", or in a file")
	flags.StringVar(&l.passwordFile, prefix+"-password-file", "", "`file` with the NATS password"+whose+", which others may not read")
	flags.StringVar(&l.creds, prefix+"-creds", "", "`file` with NATS credentials"+whose)
}
