package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"

	"zhangben/events"
	"zhangben/ledger/ingest"
)

// setUsers lets zhangben itself do everything, and others publish and ask for verdicts. Nobody but an administrator may
// touch the stream through JetStream's own API, or read what is in it, or announce how a log stands, which could stop all
// who read the stream (package replica).
//
// Without a file of users, whoever connects without a name is a publisher: that is for loopback listeners only.
func (e *embedded) setUsers(opts *server.Options, file string) error {
	owner, err := e.owner.PublicKey()
	if err != nil {
		return fmt.Errorf("embedded NATS: %w", err)
	}
	opts.Nkeys = []*server.NkeyUser{{Nkey: owner}}
	if file == "" {
		return admitAnyone(opts)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return usagef("--nats-auth: %w", err)
	}
	users, err := parseUsers(string(text))
	if err != nil {
		return usagef("--nats-auth %s: %w", file, err)
	}
	opts.Users = users
	return nil
}

// admitAnyone gives connections without a name a user, by a key that is forgotten at once.
func admitAnyone(opts *server.Options) error {
	key, err := nkeys.CreateUser()
	if err != nil {
		return fmt.Errorf("embedded NATS: %w", err)
	}
	if opts.NoAuthUser, err = key.PublicKey(); err != nil {
		return fmt.Errorf("embedded NATS: %w", err)
	}
	opts.Nkeys = append(opts.Nkeys, &server.NkeyUser{Nkey: opts.NoAuthUser, Permissions: publisherPermissions()})
	return nil
}

// parseUsers reads one user a line: name, password (plain or bcrypt), and publisher or admin.
func parseUsers(text string) ([]*server.User, error) {
	var users []*server.User
	for n, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		if len(words) != 3 {
			return nil, fmt.Errorf("line %d is not: name password publisher|admin", n+1)
		}
		user := &server.User{Username: words[0], Password: words[1]}
		switch words[2] {
		case "publisher":
			user.Permissions = publisherPermissions()
		case "admin":
		default:
			return nil, fmt.Errorf("line %d: %q is neither publisher nor admin", n+1, words[2])
		}
		users = append(users, user)
	}
	return users, nil
}

// publisherPermissions is what publishing takes, and looking at how the stream is doing; not what is in it.
func publisherPermissions() *server.Permissions {
	return &server.Permissions{
		Publish: &server.SubjectPermission{Allow: []string{
			events.SubjectAll,
			ingest.VerdictSubject,
			"$SRV.>",
			"$JS.API.INFO",
			"$JS.API.STREAM.NAMES",
			"$JS.API.STREAM.LIST",
			"$JS.API.STREAM.INFO." + events.StreamName,
			"$JS.API.CONSUMER.NAMES." + events.StreamName,
			"$JS.API.CONSUMER.LIST." + events.StreamName,
			"$JS.API.CONSUMER.INFO." + events.StreamName + ".>",
		}},
		Subscribe: &server.SubjectPermission{Allow: []string{"_INBOX.>"}},
	}
}
