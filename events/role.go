package events

import "fmt"

// Role is what a user may do, over HTTP and over NATS alike. Each role above Read may do what the one before it may,
// with one exception: a publisher may not read.
type Role uint8

// The roles.
const (
	Read    Role = 1 + iota // look at figures, the log and the quarantine
	Publish                 // publish facts of provisioning, payment and outages
	Finance                 // correct them: voids, bounced payments, waivers, claims, the close of a month
	Admin                   // and publish terms; the stream, backups, keys
	Ledger                  // the ledger itself: no user has this role
)

var roleNames = [...]string{Read: "read", Publish: "publish", Finance: "finance", Admin: "admin", Ledger: "ledger"}

// String returns the word for the role in files of users and tokens.
func (r Role) String() string { return roleNames[r] }

// ParseRole reads the word for a role that a user may have.
func ParseRole(word string) (Role, error) {
	for r := Read; r < Ledger; r++ {
		if roleNames[r] == word {
			return r, nil
		}
	}
	return 0, fmt.Errorf("the role %q is none of read, publish, finance, admin", word)
}

// May reports whether a user of role r may do what needs the role needed.
func (r Role) May(needed Role) bool {
	if needed == Read {
		return r != Publish
	}
	return r >= needed
}
