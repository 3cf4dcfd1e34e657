package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"zhangben/cmd/zhangben/buildtest"
	"zhangben/cmd/zhangben/server/natsserver"
	"zhangben/events"
	"zhangben/ledger/inbox"
)

// The users of the walk, by the letters that stand for them in its table. The name of one who has none is "".
var walkers = map[rune]string{'L': "ledger", 'S': "service", 'A': "admin", 'F': "finance", 'P': "publisher",
	'N': "narrow", 'U': ""}

// walkUsers are those of them who stand in the file of users.
const walkUsers = "admin secret admin\nfinance secret finance\npublisher secret publish\nnarrow secret publish " +
	"accounts=acct-1 kinds=contract.paid,charge.added\n"

// cell says who may publish and subscribe to a subject, by letters.
type cell struct{ subject, publish, subscribe string }

// walk is what is wanted of every subject. No user publishes to one with wildcards.
var walk = append(walkOfKinds(), []cell{
	{"billing.events.acct-1.contract.paid", "LAFPNU", "LA"},
	{"billing.events.acct-1.charge.added", "LAFPNU", "LA"},
	{"billing.events.acct-1.contract.nothing", "LU", "LA"},
	{"billing.events.acct-1.unreadable", "LU", "LA"},
	{"billing.events.all.unreadable", "LAFPNU", "LA"},
	{"billing.events.all.terms.published", "LAU", "LA"},
	{"billing.events.all.event.voided", "LAU", "LA"},
	{"billing.events.all.period.closed", "L", "LA"},
	{"billing.events.>", "", "LA"},
	{"billing.posted.acct-1.contract.paid", "L", "LA"},
	{"billing.posted.all.period.closed", "L", "LA"},
	{"billing.rejected.acct-1", "L", "LAFPNU"},
	{"billing.rejected.acct-2", "L", "LAFPU"},
	{"billing.rejected.all", "L", "LAFPNU"},
	{"billing.rejected.*", "", "LAFPU"},
	{"billing.verdict", "LAFPNU", "LS"},
	{"billing.announce", "LA", "LA"},
	{"billing.standing.0190", "LS", "LS"},
	{"billing.>", "", "L"},
	{">", "", "L"},
	{"elsewhere", "L", "L"},

	{"_INBOX.x", "LS", "LU"},
	{"_INBOX.>", "", "LU"},
	{"_INBOX_ledger.x", "L", "L"},
	{"_INBOX_ledger.>", "", "L"},
	{"_INBOX_service.x", "LS", "LS"},
	{"_INBOX_admin.x", "LS", "LA"},
	{"_INBOX_finance.x", "LS", "LF"},
	{"_INBOX_publisher.x", "LS", "LP"},
	{"_INBOX_publisher.>", "", "LP"},
	{"_INBOX_stranger.x", "L", "L"},
	{"*.>", "", "L"},

	{"$SRV.PING", "LAU", "LS"},
	{"$SRV.INFO.zhangben", "LAU", "LS"},
	{"$SYS.REQ.SERVER.PING", "L", "L"},
	{"$KV.bucket.key", "L", "L"},
	{"$JS.API.INFO", "LA", "L"},
	{"$JS.API.STREAM.NAMES", "LA", "L"},
	{"$JS.API.STREAM.LIST", "LA", "L"},
	{"$JS.API.STREAM.INFO.BILLING", "LA", "L"},
	{"$JS.API.STREAM.PURGE.BILLING", "LA", "L"},
	{"$JS.API.STREAM.DELETE.BILLING", "LA", "L"},
	{"$JS.API.STREAM.SNAPSHOT.BILLING", "LA", "L"},
	{"$JS.API.STREAM.MSG.GET.BILLING", "LA", "L"},
	{"$JS.API.STREAM.MSG.DELETE.BILLING", "L", "L"},
	{"$JS.API.STREAM.CREATE.BILLING", "L", "L"},
	{"$JS.API.STREAM.UPDATE.BILLING", "L", "L"},
	{"$JS.API.STREAM.RESTORE.BILLING", "L", "L"},
	{"$JS.API.STREAM.CREATE.OTHER", "L", "L"},
	{"$JS.API.STREAM.PURGE.OTHER", "L", "L"},
	{"$JS.API.CONSUMER.NAMES.BILLING", "LA", "L"},
	{"$JS.API.CONSUMER.CREATE.BILLING", "LA", "L"},
	{"$JS.API.CONSUMER.CREATE.BILLING.reader", "LA", "L"},
	{"$JS.API.CONSUMER.DURABLE.CREATE.BILLING.reader", "LA", "L"},
	{"$JS.API.CONSUMER.INFO.BILLING.reader", "LA", "L"},
	{"$JS.API.CONSUMER.DELETE.BILLING.reader", "LA", "L"},
	{"$JS.API.CONSUMER.MSG.NEXT.BILLING.reader", "LA", "L"},
	{"$JS.API.CONSUMER.CREATE.OTHER", "L", "L"},
	{"$JS.API.DIRECT.GET.BILLING", "L", "L"},
	{"$JS.ACK.BILLING.reader.1.1.1.1.1", "LA", "L"},
	{"$JS.API.>", "", "L"},
}...)

// walkOfKinds are the subjects of all kinds, by the role that a kind takes.
func walkOfKinds() (cells []cell) {
	letters := map[events.Role]string{events.Publish: "LAFPU", events.Finance: "LAFU", events.Admin: "LAU",
		events.Ledger: "L"}
	for _, kind := range events.Kinds() {
		cells = append(cells, cell{events.Subject("acct-2", kind), letters[kind.Role()], "LA"})
	}
	return cells
}

// walker is a user's connection.
type walker struct{ nc *nats.Conn }

// newWalker connects with connect. Messages are published over it under a size that no request to JetStream may have.
func newWalker(t *testing.T, connect func(...nats.Option) (*nats.Conn, error)) *walker {
	t.Helper()
	silent := nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {})
	nc, err := connect(nats.PermissionErrOnSubscribe(true), silent)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return &walker{nc}
}

// harmless is a message that no request of JetStream's takes.
const harmless = `{"seq":1,"keep":1,"config":7}`

// mayPublish publishes, and reports whether the server let it.
func (w *walker) mayPublish(t *testing.T, subject string) bool {
	t.Helper()
	if err := errors.Join(w.nc.Publish(subject, []byte(harmless)), w.nc.Flush()); err != nil {
		t.Fatal(err)
	}
	said := w.nc.LastError() // comes before the answer to a flush
	return said == nil || !strings.Contains(said.Error(), fmt.Sprintf("Publish to %q", subject))
}

// maySubscribe subscribes, and reports whether the server let it.
func (w *walker) maySubscribe(t *testing.T, subject string) bool {
	t.Helper()
	sub, err := w.nc.SubscribeSync(subject)
	if err := errors.Join(err, w.nc.Flush()); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sub.Unsubscribe() }()
	_, err = sub.NextMsg(2 * time.Millisecond)
	return !errors.Is(err, nats.ErrPermissionViolation)
}

// walkTable goes through every cell of some users.
func walkTable(t *testing.T, users map[rune]*walker) {
	for letter, w := range users {
		for _, cell := range walk {
			wanted := strings.ContainsRune(cell.publish, letter)
			if !strings.ContainsAny(cell.subject, "*>") && w.mayPublish(t, cell.subject) != wanted {
				t.Errorf("user %q may publish to %s: %v", walkers[letter], cell.subject, !wanted)
			}
			wanted = strings.ContainsRune(cell.subscribe, letter)
			if w.maySubscribe(t, cell.subject) != wanted {
				t.Errorf("user %q may subscribe to %s: %v", walkers[letter], cell.subject, !wanted)
			}
		}
	}
}

// login connects to a server as a user of its own.
func login(address, user string) func(...nats.Option) (*nats.Conn, error) {
	return func(options ...nats.Option) (*nats.Conn, error) {
		if user != "" {
			options = append(options, nats.UserInfo(user, "secret"), nats.CustomInboxPrefix(inbox.Prefix(user)))
		}
		return nats.Connect(address, options...)
	}
}

// startInside starts the embedded server with users, or for anyone.
func startInside(t *testing.T, users string) *natsserver.Server {
	t.Helper()
	o := natsserver.Options{Dir: t.TempDir(), Listen: "127.0.0.1:0"}
	if users != "" {
		o.Users = filepath.Join(t.TempDir(), "users")
		writeFile(t, o.Users, users)
	}
	inside, err := natsserver.Start(o, newLogger(t.Output(), false, false))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(inside.Stop)
	return inside
}

// writeFile writes a file that no other user may read.
func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestEveryPermissionOfTheEmbeddedServer(t *testing.T) {
	inside := startInside(t, walkUsers)
	users := map[rune]*walker{'L': newWalker(t, inside.Connect), 'S': newWalker(t, inside.ConnectService)}
	for _, letter := range "AFPN" {
		users[letter] = newWalker(t, login(inside.URL(), walkers[letter]))
	}
	walkTable(t, users)
}

func TestEveryPermissionOfWhoeverHasNoName(t *testing.T) {
	inside := startInside(t, "")
	walkTable(t, map[rune]*walker{'U': newWalker(t, login(inside.URL(), ""))})
}

func TestEveryPermissionOfASeparateServer(t *testing.T) {
	address := startShipped(t)
	users := map[rune]*walker{}
	for _, letter := range "LSAFP" {
		users[letter] = newWalker(t, login(address, walkers[letter]))
	}
	walkTable(t, users)
	if nc, err := nats.Connect(address); err == nil {
		nc.Close()
		t.Error("a stranger gets in")
	}
}

// startShipped starts the separate nats-server program with the configuration that is shipped, and returns its URL.
func startShipped(t *testing.T) string {
	t.Helper()
	binary, ports := buildtest.Program(t, ".", "github.com/nats-io/nats-server/v2"), t.TempDir()
	server := exec.Command(binary, "--config", filepath.Join(shippedConfiguration(t), "server.conf"),
		"--addr", "127.0.0.1", "--port", "-1", "--http_port", "-1", "--ports_file_dir", ports)
	server.Env, server.Stderr = append(os.Environ(), "SERVER_NAME=nats"), t.Output()
	for _, name := range walkers {
		server.Env = append(server.Env, "NATS_"+strings.ToUpper(name)+"_PASSWORD=secret")
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Process.Kill(); _ = server.Wait() })
	var open struct{ NATS []string }
	waitFor(t, "the separate NATS server listens", func() bool {
		files, _ := filepath.Glob(filepath.Join(ports, "*.ports"))
		if len(files) == 0 {
			return false
		}
		text, err := os.ReadFile(files[0])
		return err == nil && json.Unmarshal(text, &open) == nil && len(open.NATS) > 0
	})
	address, err := url.Parse(open.NATS[0])
	if err != nil {
		t.Fatal(err)
	}
	return "nats://127.0.0.1:" + address.Port()
}

// shippedConfiguration copies the configuration that is shipped, but for the place of the data.
func shippedConfiguration(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for _, name := range []string{"server.conf", "users.conf"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "scripts", "nats", name))
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(dir, name), strings.Replace(string(text), `"/data"`, strconv.Quote(t.TempDir()), 1))
	}
	return dir
}
