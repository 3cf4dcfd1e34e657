package natsserver

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"

	"zhangben/cmd/zhangben/exit"
	"zhangben/events"
	"zhangben/ledger/inbox"
	"zhangben/ledger/inputfile"
	"zhangben/ledger/permit"
)

// user is a line of a file of users.
type user struct {
	permit.User
	password string // plain or bcrypt
}

// readUsers reads a file of users, which others may not read.
func readUsers(file string) ([]user, error) {
	text, err := inputfile.ReadSecret(file)
	if err != nil {
		return nil, exit.Usagef("--nats-auth: %w", err)
	}
	users, err := parseUsers(string(text))
	if err != nil {
		return nil, exit.Usagef("--nats-auth %s: %w", file, err)
	}
	return users, nil
}

// parseUsers reads lines
//
//	name password role [accounts=ACCOUNT,…] [kinds=KIND,…]
//
// Empty lines and those that begin with # are passed over.
func parseUsers(text string) ([]user, error) {
	var users []user
	inboxes := map[string]string{inbox.Prefix(permit.LedgerUser): "the ledger",
		inbox.Prefix(permit.ServiceUser): "its services"}
	for n, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		user, err := parseUser(words)
		if other, taken := inboxes[inbox.Prefix(user.Name)]; err == nil && taken {
			err = fmt.Errorf("%s has the inboxes of %s already: choose another name", inbox.Prefix(user.Name), other)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
		inboxes[inbox.Prefix(user.Name)] = user.Name
		users = append(users, user)
	}
	return users, nil
}

// parties are the words for the roles that a user may have. The word publisher stands for publish in older files.
var parties = map[string]permit.Party{
	events.Publish.String(): permit.Publisher, "publisher": permit.Publisher,
	events.Finance.String(): permit.Finance,
	events.Admin.String():   permit.Admin,
}

// parseUser reads one line. Its errors do not repeat the password.
func parseUser(words []string) (user, error) {
	if len(words) < 3 {
		return user{}, errors.New("it is not: name password role [accounts=…] [kinds=…]")
	}
	user := user{permit.User{Name: words[0], Party: parties[words[2]]}, words[1]}
	switch {
	case words[2] == events.Read.String():
		return user, errors.New("the role read can do nothing over NATS: reading is done over HTTP, with a token")
	case user.Party == 0:
		return user, fmt.Errorf("the role %q is none of publish, finance, admin", words[2])
	}
	for _, option := range words[3:] {
		key, value, _ := strings.Cut(option, "=")
		if err := user.set(key, strings.Split(value, ",")); err != nil {
			return user, err
		}
	}
	return user, nil
}

// set takes one option of a line.
func (u *user) set(key string, values []string) error {
	switch {
	case u.Party == permit.Admin:
		return errors.New("an administrator's line ends after the role")
	case key == "accounts" && u.Accounts == nil:
		u.Accounts = values
		return checkAccounts(values)
	case key == "kinds" && u.Kinds == nil:
		return u.setKinds(values)
	}
	return errors.New("after the role only accounts= and kinds= may stand, once each")
}

var accountID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

func checkAccounts(accounts []string) error {
	for _, account := range accounts {
		if !accountID.MatchString(account) || account == events.All {
			return fmt.Errorf("accounts=: %q is no account", account)
		}
	}
	return nil
}

// setKinds takes the names of kinds, which the user's role must be enough for.
func (u *user) setKinds(names []string) error {
	for _, name := range names {
		kind, known := events.KindNamed(name)
		switch {
		case !known:
			return fmt.Errorf("kinds=: %q is no kind of event", name)
		case !u.Party.Role().May(kind.Role()):
			return fmt.Errorf("kinds=: %s takes the role %s", name, kind.Role())
		}
		u.Kinds = append(u.Kinds, kind)
	}
	return nil
}

// setUsers lets in the ledger, its services, and the users of the file.
func (e *Server) setUsers(opts *server.Options) error {
	if _, err := admit(opts, e.owner, nil); err != nil {
		return err
	}
	others, err := e.setOthers(opts)
	if err != nil {
		return err
	}
	service := permit.User{Name: permit.ServiceUser, Party: permit.Service}
	_, err = admit(opts, e.service, serverPermissions(permit.To(service, others)))
	return err
}

// setOthers lets in the users of the file. Without a file, whoever connects without a name is let in: that is for
// loopback listeners only.
func (e *Server) setOthers(opts *server.Options) (others []permit.User, err error) {
	if e.how.Users == "" {
		anyone := permit.User{Party: permit.Anyone}
		opts.NoAuthUser, err = admit(opts, e.anyone, serverPermissions(permit.To(anyone, nil)))
		return []permit.User{anyone}, err
	}
	users, err := readUsers(e.how.Users)
	for _, user := range users {
		others = append(others, user.User)
		opts.Users = append(opts.Users, &server.User{
			Username: user.Name, Password: user.password, Permissions: serverPermissions(permit.To(user.User, nil)),
		})
	}
	return others, err
}

// admit lets a key in, and returns the user's name. Without permissions it may do everything.
func admit(opts *server.Options, key nkeys.KeyPair, permissions *server.Permissions) (name string, err error) {
	if name, err = key.PublicKey(); err != nil {
		return "", fmt.Errorf("embedded NATS: %w", err)
	}
	opts.Nkeys = append(opts.Nkeys, &server.NkeyUser{Nkey: name, Permissions: permissions})
	return name, nil
}

func serverPermissions(p permit.Permissions) *server.Permissions {
	return &server.Permissions{
		Publish:   &server.SubjectPermission{Allow: p.Publish, Deny: p.DenyPublish},
		Subscribe: &server.SubjectPermission{Allow: p.Subscribe},
	}
}
