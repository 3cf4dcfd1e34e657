package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"

	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats.go"

	"zhangben/cmd/zhangben/exit"
	"zhangben/ledger/inbox"
	"zhangben/ledger/inputfile"
)

// Login is the user to connect to NATS as, where the URL does not say it all.
type Login struct {
	User             string
	PasswordFile     string
	CredentialsFile  string
	PasswordVariable string // of the environment, which holds the password
}

// Given reports whether a user was chosen by the flags.
func (l *Login) Given() bool { return l.User != "" || l.CredentialsFile != "" }

// credentials are what a connection is made with.
type credentials struct {
	url     string // without a user, where options have one
	name    string // of the user; "" where it has none
	options []nats.Option
}

// Credentials finds the user and the password: in the file, else in the URL, else in the environment.
func (l *Login) Credentials(addresses string) (credentials, error) {
	if l.CredentialsFile != "" {
		name, err := nameInCredentials(l.CredentialsFile)
		return credentials{addresses, name, []nats.Option{nats.UserCredentials(l.CredentialsFile)}}, err
	}
	bare, inURL := withoutUser(addresses)
	user := l.User
	if user == "" {
		user = inURL.Username()
	}
	_, whole := inURL.Password()
	switch _, inEnvironment := os.LookupEnv(l.PasswordVariable); {
	case user == "" && l.PasswordFile != "":
		return credentials{}, exit.Usagef("whose password is in %s: name the NATS user", l.PasswordFile)
	case l.User == "" && l.PasswordFile == "" && (whole || !inEnvironment || user == ""):
		if !whole {
			user = "" // what stands before the host alone is a token
		}
		return credentials{addresses, user, nil}, nil
	}
	if _, err := l.password(); err != nil {
		return credentials{}, err
	}
	return credentials{bare, user, []nats.Option{nats.UserInfoHandler(func() (string, string) {
		password, _ := l.password() // each time, so that a changed one is taken when the connection is made again
		return user, password
	})}}, nil
}

// password reads the password.
func (l *Login) password() (string, error) {
	if l.PasswordFile == "" {
		password, set := os.LookupEnv(l.PasswordVariable)
		if !set {
			return "", exit.Usagef("the NATS user %s has no password: set $%s, or name a file that holds it", l.User,
				l.PasswordVariable)
		}
		return password, nil
	}
	text, err := inputfile.ReadSecret(l.PasswordFile)
	if err != nil {
		return "", exit.Usagef("the NATS password: %w", err)
	}
	return string(bytes.TrimRight(text, "\r\n")), nil
}

// withoutUser takes the user out of a list of URLs, and returns it.
func withoutUser(addresses string) (bare string, user *url.Userinfo) {
	list := strings.Split(addresses, ",")
	for i, address := range list {
		if !strings.Contains(address, "://") {
			address = "nats://" + strings.TrimSpace(address)
		}
		u, err := url.Parse(address)
		if err != nil {
			continue // the client says what is wrong with it
		}
		if u.User != nil && user == nil {
			user = u.User
		}
		u.User = nil
		list[i] = u.String()
	}
	return strings.Join(list, ","), user
}

// nameInCredentials returns the name of the user that a file of credentials is for.
func nameInCredentials(path string) (string, error) {
	text, err := inputfile.Read(path, inputfile.MaxSecret)
	if err != nil {
		return "", exit.Usagef("NATS credentials: %w", err)
	}
	token, err := jwt.ParseDecoratedJWT(text)
	if err != nil {
		return "", exit.Usagef("NATS credentials %s: %w", path, err)
	}
	claims, err := jwt.DecodeUserClaims(token)
	if err != nil {
		return "", fmt.Errorf("NATS credentials %s: %w", path, err)
	}
	return claims.Name, nil
}

// forbidden is what a NATS server says of a subject that the user may not publish or subscribe to.
var forbidden = regexp.MustCompile(`(?i)permissions violation for (publish|subscription) to "([^"]*)"`)

// StopWhereForbidden ends what is under way, and the connection, when the server refuses a subject: whoever waits for
// an answer would wait in vain.
func StopWhereForbidden(user string, end context.CancelCauseFunc) nats.Option {
	return nats.ErrorHandler(func(nc *nats.Conn, _ *nats.Subscription, err error) {
		if errors.Is(err, nats.ErrPermissionViolation) {
			end(explainForbidden(user, err))
			nc.Close()
		}
	})
}

// explainForbidden says what a user can do about a subject that was refused.
func explainForbidden(user string, err error) error {
	refused := forbidden.FindStringSubmatch(err.Error())
	switch {
	case refused == nil:
		return err
	case refused[1] == "Publish":
		return fmt.Errorf("the NATS user %q may not publish to %s: the server's users have roles, accounts and kinds: %w",
			user, refused[2], err)
	}
	return fmt.Errorf("the NATS user %q may not listen to %s: answers to it come to %s.>, which --nats-inbox may name: %w",
		user, refused[2], inbox.Prefix(user), err)
}
