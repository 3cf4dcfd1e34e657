package main

import (
	"strings"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/client"
)

// readFlags say where a read command finds its answers, and how it prints them.
type readFlags struct {
	client.Options
	asJSON bool
}

func (f *readFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.Server, "server", "", "address of a running server (default "+client.DefaultServer+")")
	flags.StringVar(&f.Token.Text, "token", "",
		"bearer token for the server, which others on this machine see in the list of processes "+
			"(better: --token-file)")
	flags.StringVar(&f.Token.File, "token-file", "",
		"`file` with the bearer token for the server, which others may not read "+
			"(default: the token in $ZHANGBEN_TOKEN)")
	cmd.MarkFlagsMutuallyExclusive("token", "token-file")
	addCA(cmd, &f.CA)
	flags.StringVar(&f.Data, "data", "", "read this data folder instead of asking a server")
	cmd.MarkFlagsMutuallyExclusive("server", "data")
	flags.BoolVar(&f.asJSON, "json", false, "print the answer as JSON")
}

// with opens the source that the flags name, and hands it to use.
func (f *readFlags) with(cmd *cobra.Command, use func(*client.Source) error) error {
	source, err := f.Open(cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	defer source.Close()
	return use(source)
}

func addCA(cmd *cobra.Command, ca *client.CAPool) {
	cmd.Flags().StringVar((*string)(ca), "ca", "",
		"`file` with the certificate authorities that an https server is checked against "+
			"(default: the system's)")
}

// addNATS adds the flags of a NATS server outside; defaultURL is "" where an embedded one is the default.
func addNATS(cmd *cobra.Command, f *client.NATS, defaultURL string) {
	flags := cmd.Flags()
	flags.StringVar(&f.URL, "nats", defaultURL,
		"`URL` of the NATS server, e.g. nats://10.0.0.5:4222; several are separated by commas")
	addLogin(cmd, &f.Login, "nats", "")
	flags.StringVar(&f.Inbox, "nats-inbox", "",
		"`prefix` of the subjects that answers come to (default _INBOX_ and the user's name)")
	flags.StringVar(&f.CA, "nats-ca", "",
		"`file` with the certificate authorities that the NATS server is checked against")
	flags.StringVar(&f.Cert, "nats-cert", "", "`file` with this client's certificate")
	flags.StringVar(&f.Key, "nats-key", "", "`file` with the key to --nats-cert")
	cmd.MarkFlagsRequiredTogether("nats-cert", "nats-key")
}

// addLogin adds the flags of a NATS user, all of which begin with prefix. whose says whose user it is.
func addLogin(cmd *cobra.Command, l *client.Login, prefix, whose string) {
	l.PasswordVariable = "ZHANGBEN_" + strings.ToUpper(strings.ReplaceAll(prefix, "-", "_")) + "_PASSWORD"
	flags := cmd.Flags()
	flags.StringVar(&l.User, prefix+"-user", "",
		"`name` of the NATS user"+whose+"; its password is in $"+l.PasswordVariable+", or in a file")
	flags.StringVar(&l.PasswordFile, prefix+"-password-file", "",
		"`file` with the NATS password"+whose+", which others may not read")
	flags.StringVar(&l.CredentialsFile, prefix+"-creds", "", "`file` with NATS credentials"+whose)
}
