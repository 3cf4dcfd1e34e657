package main_test

import (
	"os"
	"slices"
	"testing"
)

// attempt is one thing that an outsider tries on a running server.
type attempt struct {
	name string
	// try returns how it was held off, "" where there is nothing to try. An error says that it got in, lost something or
	// stopped others.
	try func(*siege) (outcome string, err error)
}

// front is a way to run the server.
type front struct {
	name     string
	external bool // NATS is a separate nats-server, with the configuration that is shipped
	guarded  bool // with NATS users and tokens
}

var fronts = []front{{"embedded", false, true}, {"external", true, true}, {"loopback", false, false}}

// attempts is the table of all that is tried.
func attempts() []attempt {
	return slices.Concat(natsAttempts, asAttempts(natsFloods), httpAttempts, asAttempts(httpFloods), commandAttempts)
}

// TestAttacks tries everything on the program as it runs with an embedded NATS server with users, with a separate one,
// and as it starts without any flags, while others publish and read. None gets in, and every event that was
// acknowledged is in the log in the end. What others wait is reported, calm and under each attack.
//
// ZHANGBEN_FLOOD is how long each flood lasts; where it is given, the contract under attack is larger, too, and one
// front is attacked after another, so that what others wait can be compared.
func TestAttacks(t *testing.T) {
	if text, given := os.LookupEnv(attackerVariable); given {
		runErrand(t, text)
		return
	}
	setPasswords(t)
	table := map[string]*report{}
	for _, front := range fronts {
		table[front.name] = &report{rows: map[string]row{}}
	}
	t.Cleanup(func() { writeReport(t.Output(), table) })
	_, whole := os.LookupEnv("ZHANGBEN_FLOOD")
	for _, front := range fronts {
		t.Run(front.name, func(t *testing.T) {
			if !whole {
				t.Parallel()
			}
			s := besiege(t, front, table[front.name])
			s.report.calm = s.honest.during(s.span, func() {})
			for _, attempt := range attempts() {
				t.Run(attempt.name, func(t *testing.T) { s.run(t, attempt) })
			}
			s.report.after = s.honest.during(s.span, func() {})
			s.conclude()
		})
	}
}

// setPasswords puts the passwords of all users of NATS into the environment of what is started.
func setPasswords(t *testing.T) {
	for _, name := range []string{"ZHANGBEN_NATS", "ZHANGBEN_NATS_SERVICE", "NATS_LEDGER", "NATS_SERVICE",
		"NATS_PUBLISHER", "NATS_FINANCE", "NATS_ADMIN"} {
		t.Setenv(name+"_PASSWORD", "secret")
	}
}
