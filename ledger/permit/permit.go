// Package permit says who may do what over NATS: the embedded server's users, the configuration that is shipped for
// other servers, and the tests all go by its one table.
package permit

import (
	"slices"
	"strings"

	"zhangben/events"
	"zhangben/ledger/inbox"
	"zhangben/ledger/ingest"
	"zhangben/ledger/replica"
)

// Party is a kind of NATS user. The ledger's own user is of none: it may do everything.
type Party uint8

// The parties.
const (
	Publisher Party = 1 << iota // of role publish
	Finance                     // of role finance
	Admin                       // of role admin
	Anyone                      // users without a name, who are let in on loopback addresses
	Service                     // what answers requests for the ledger

	named = Publisher | Finance | Admin
	users = named | Anyone
)

// Role returns the role whose kinds of events a party may publish.
func (p Party) Role() events.Role {
	switch p {
	case Publisher:
		return events.Publish
	case Finance:
		return events.Finance
	case Admin, Anyone:
		return events.Admin
	}
	return 0
}

// The names under which the ledger itself and its services connect, where no other are chosen.
const (
	LedgerUser  = "ledger"
	ServiceUser = "service"
)

// User is a user of NATS.
type User struct {
	Name     string // "" is Anyone
	Party    Party
	Accounts []string      // that it may publish events of; nil: all
	Kinds    []events.Kind // that it may publish, of those its role may; nil: all of them
}

// Permissions are the subjects a user may publish and subscribe to.
type Permissions struct {
	Publish     []string
	DenyPublish []string // of those in Publish
	Subscribe   []string
}

// rules is the one table of who may do what over NATS. {account} and {kind} are those of the user's line, {inbox} is
// its inbox prefix; services publish to every user's.
var rules = []struct {
	subject            string
	publish, subscribe Party
}{
	{"billing.events.{account}.{kind}", named, 0},
	{"billing.events." + events.All + ".unreadable", named, 0},
	{events.SubjectAll, Anyone, Admin},
	{"billing.posted.>", 0, Admin},
	{"billing.rejected.{account}", 0, users},
	{"billing.rejected." + events.All, 0, users},
	{ingest.VerdictSubject, users, Service},
	{replica.Subject, Admin, Admin},
	{replica.HeadSubjects, Service, Service},
	{"$SRV.>", Admin | Anyone, Service},
	{"{inbox}.>", Service, users | Service},

	// An administrator may look at the stream, read it and cut it off. Its settings are the ledger's alone: with them
	// events could be made to look as if the ledger had published them.
	{"$JS.API.INFO", Admin, 0},
	{"$JS.API.STREAM.NAMES", Admin, 0},
	{"$JS.API.STREAM.LIST", Admin, 0},
	{"$JS.API.STREAM.INFO." + events.StreamName, Admin, 0},
	{"$JS.API.STREAM.PURGE." + events.StreamName, Admin, 0},
	{"$JS.API.STREAM.DELETE." + events.StreamName, Admin, 0},
	{"$JS.API.STREAM.SNAPSHOT." + events.StreamName, Admin, 0},
	{"$JS.API.STREAM.MSG.GET." + events.StreamName, Admin, 0},
	{"$JS.API.STREAM.LEADER.STEPDOWN." + events.StreamName, Admin, 0},
	{"$JS.API.STREAM.PEER.REMOVE." + events.StreamName, Admin, 0},
	{"$JS.API.CONSUMER.*." + events.StreamName, Admin, 0},
	{"$JS.API.CONSUMER.*." + events.StreamName + ".>", Admin, 0},
	{"$JS.API.CONSUMER.*.*." + events.StreamName + ".>", Admin, 0},
	{"$JS.ACK." + events.StreamName + ".>", Admin, 0},
	{"$JS.FC." + events.StreamName + ".>", Admin, 0},
	{"$JS.SNAPSHOT.ACK." + events.StreamName + ".>", Admin, 0},
}

// exceptions are subjects that are denied although wildcards in the rules match them.
var exceptions = []struct {
	subject string
	denied  Party
}{
	{"billing.events.*." + events.KindPeriodClosed.String(), users},
	{"billing.events.*." + events.KindRejectionDismissed.String(), users},
	{events.Subject(events.All, events.KindVoided), Publisher | Finance}, // which voids terms
}

// To returns the permissions of u, one of several users. Only those of a service depend on the others.
func To(u User, all []User) Permissions {
	var p Permissions
	for _, rule := range rules {
		if rule.publish&u.Party != 0 {
			p.Publish = append(p.Publish, u.publishSubjects(rule.subject, all)...)
		}
		if rule.subscribe&u.Party != 0 {
			p.Subscribe = append(p.Subscribe, u.subjects(rule.subject)...)
		}
	}
	for _, exception := range exceptions {
		if exception.denied&u.Party != 0 {
			p.DenyPublish = append(p.DenyPublish, exception.subject)
		}
	}
	return p
}

// publishSubjects returns the subjects of a rule that the user may publish to. A service publishes to all inboxes.
func (u User) publishSubjects(rule string, all []User) []string {
	if !strings.HasPrefix(rule, "{inbox}") {
		return u.subjects(rule)
	}
	found := User{}.subjects(rule)
	for _, other := range append([]User{u}, all...) {
		for _, subject := range other.subjects(rule) {
			if !slices.Contains(found, subject) {
				found = append(found, subject)
			}
		}
	}
	return found
}

// subjects returns a rule's subject for each account and kind of the user.
func (u User) subjects(rule string) []string {
	filled := []string{strings.Replace(rule, "{inbox}", inbox.Prefix(u.Name), 1)}
	filled = each(filled, "{account}", u.accounts())
	return each(filled, "{kind}", u.kinds())
}

// each replaces a placeholder by each of several values.
func each(subjects []string, placeholder string, values []string) []string {
	var filled []string
	for _, subject := range subjects {
		if !strings.Contains(subject, placeholder) {
			filled = append(filled, subject)
			continue
		}
		for _, value := range values {
			filled = append(filled, strings.Replace(subject, placeholder, value, 1))
		}
	}
	return filled
}

func (u User) accounts() []string {
	if u.Accounts == nil {
		return []string{"*"}
	}
	return u.Accounts
}

// kinds lists the names of the kinds that the user may publish.
func (u User) kinds() []string {
	var names []string
	for _, kind := range events.Kinds() {
		if u.Party.Role().May(kind.Role()) && (u.Kinds == nil || slices.Contains(u.Kinds, kind)) {
			names = append(names, kind.String())
		}
	}
	return names
}
