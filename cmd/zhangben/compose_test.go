package main_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	"go.yaml.in/yaml/v3"
)

// compose is what the tests want to know of docker-compose.yml.
type compose struct {
	Services map[string]service
	Volumes  map[string]any
	Secrets  map[string]struct{ File, Environment string }
}

type service struct {
	Image       string
	PullPolicy  string `yaml:"pull_policy"`
	Build       struct{ Args map[string]string }
	Profiles    []string
	Entrypoint  []string
	Command     []string
	Environment map[string]string
	Ports       []string
	Volumes     []string
	Secrets     []string
	ReadOnly    bool     `yaml:"read_only"`
	CapDrop     []string `yaml:"cap_drop"`
	SecurityOpt []string `yaml:"security_opt"`
	MemLimit    string   `yaml:"mem_limit"`
	Logging     struct{ Options map[string]string }
	Healthcheck struct{ Test []string }
	DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
}

func readCompose(t *testing.T) compose {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docker-compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var c compose
	if err := yaml.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// isLedger reports whether a service runs zhangben, rather than NATS.
func (s service) isLedger() bool { return s.Image == "zhangben" }

func TestComposeHasASingleServerAndAClusterOfThree(t *testing.T) {
	var single, cluster []string
	for name, s := range readCompose(t).Services {
		switch strings.Join(s.Profiles, " ") {
		case "single":
			single = append(single, name)
		case "cluster":
			cluster = append(cluster, name)
		default:
			t.Errorf("%s belongs to %v", name, s.Profiles)
		}
	}
	slices.Sort(single)
	slices.Sort(cluster)
	if !slices.Equal(single, []string{"nats", "zhangben"}) ||
		!slices.Equal(cluster, []string{"nats-1", "nats-2", "nats-3", "zhangben-cluster"}) {
		t.Errorf("single: %v, cluster: %v", single, cluster)
	}
}

func TestComposeServicesAreSoundEach(t *testing.T) {
	c := readCompose(t)
	for name, s := range c.Services {
		if len(s.Healthcheck.Test) == 0 {
			t.Errorf("%s has no health check", name)
		}
		if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) ||
			!slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
			t.Errorf("%s may do more than it needs: %+v", name, s)
		}
		if s.MemLimit == "" || s.Environment["GOMEMLIMIT"] == "" || s.Logging.Options["max-size"] == "" ||
			s.Logging.Options["max-file"] == "" {
			t.Errorf("%s has no limit of memory or of its log: %+v", name, s)
		}
		if line := strings.Join(s.Command, " "); strings.Contains(line, "PASSWORD") || strings.Contains(line, "@") {
			t.Errorf("%s has a password in its command line: %s", name, line)
		}
		for _, port := range s.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s opens %s to others", name, port)
			}
		}
		if !slices.ContainsFunc(s.Volumes, func(volume string) bool { return strings.HasSuffix(volume, ":/data") }) {
			t.Errorf("%s keeps its data nowhere", name)
		}
		for _, volume := range s.Volumes {
			checkVolume(t, c, name, volume)
		}
		for other, dependency := range s.DependsOn {
			if _, known := c.Services[other]; !known || dependency.Condition != "service_healthy" {
				t.Errorf("%s depends on %s: %q", name, other, dependency.Condition)
			}
		}
	}
}

// checkVolume wants a declared volume, or a folder of this repository.
func checkVolume(t *testing.T, c compose, name, volume string) {
	t.Helper()
	source, _, _ := strings.Cut(volume, ":")
	if strings.HasPrefix(source, "./") {
		if _, err := os.Stat(filepath.Join(root, source)); err != nil {
			t.Errorf("%s mounts %s: %v", name, source, err)
		}
		return
	}
	if _, declared := c.Volumes[source]; !declared {
		t.Errorf("%s mounts %s, which is not declared", name, source)
	}
}

func TestComposePassesFlagsThatExist(t *testing.T) {
	binary := buildBinary(t)
	for name, s := range readCompose(t).Services {
		if !s.isLedger() {
			continue
		}
		known := flagsOf(t, binary, s.Command[0])
		for _, argument := range s.Command[1:] {
			flag, _, _ := strings.Cut(argument, "=")
			if !slices.Contains(known, flag) {
				t.Errorf("%s: zhangben %s has no %s", name, s.Command[0], flag)
			}
		}
		if test := s.Healthcheck.Test; test[0] != "CMD" || len(flagsOf(t, binary, test[2])) == 0 {
			t.Errorf("%s: health check %v", name, test)
		}
	}
}

// flagsOf reads the flags out of a command's help.
func flagsOf(t *testing.T, binary, command string) []string {
	t.Helper()
	help, err := exec.Command(binary, command, "--help").CombinedOutput()
	if err != nil {
		t.Fatalf("zhangben %s --help: %v\n%s", command, err, help)
	}
	var flags []string
	for _, match := range regexp.MustCompile(`(?m)^ +(?:-\w, )?(--[a-z-]+)`).FindAllSubmatch(help, -1) {
		flags = append(flags, string(match[1]))
	}
	return flags
}

func TestComposeHandsTokensToTheLedgerOnly(t *testing.T) {
	c := readCompose(t)
	if c.Secrets["tokens"].File == "" || c.Secrets["tokens"].Environment != "" {
		t.Error("no file holds the tokens")
	}
	for name, s := range c.Services {
		if s.isLedger() != slices.Equal(s.Secrets, []string{"tokens"}) {
			t.Errorf("%s has the secrets %v", name, s.Secrets)
		}
		if s.isLedger() && !slices.Contains(s.Command, "--tokens=/run/secrets/tokens") {
			t.Errorf("%s does not ask for tokens", name)
		}
	}
}

func TestComposeBuildsAndPullsWhatWasTested(t *testing.T) {
	for name, s := range readCompose(t).Services {
		if s.isLedger() {
			if _, passed := s.Build.Args["GOPROXY"]; !passed || s.PullPolicy != "build" {
				t.Errorf("%s: %+v, %s", name, s.Build, s.PullPolicy)
			}
		} else if s.Image != "nats:"+server.VERSION+"-alpine" {
			t.Errorf("%s is %s; tests run with %s", name, s.Image, server.VERSION)
		}
	}
}

// exampleEnvironment reads .env.example as Compose would, with a password wherever none is given but for the routes.
func exampleEnvironment(t *testing.T) map[string]string {
	t.Helper()
	values := map[string]string{}
	for _, match := range regexp.MustCompile(`(?m)^(\w+)=(.*)$`).FindAllStringSubmatch(readTop(t, ".env.example"), -1) {
		values[match[1]] = match[2]
		if match[2] == "" && match[1] != "NATS_ROUTE_PASSWORD" {
			values[match[1]] = "1234" // digits, which NATS must not read as a number
		}
	}
	return values
}

func readTop(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEnvExampleNamesWhatComposeAsksFor(t *testing.T) {
	values := exampleEnvironment(t)
	if values["COMPOSE_PROFILES"] != "single" {
		t.Errorf("the example starts the profile %q", values["COMPOSE_PROFILES"])
	}
	text := readTop(t, "docker-compose.yml")
	for _, match := range regexp.MustCompile(`\$\{(\w+)`).FindAllStringSubmatch(text, -1) {
		if !strings.Contains(readTop(t, ".env.example"), match[1]+"=") {
			t.Errorf(".env.example does not name %s", match[1])
		}
	}
	for _, match := range regexp.MustCompile(`\$\{(\w+):\?`).FindAllStringSubmatch(text, -1) {
		if values[match[1]] == "" {
			t.Errorf("%s is wanted, though the single server needs it not, or the example has no line for it", match[1])
		}
	}
}

func TestComposeSaysHowItIsRun(t *testing.T) {
	header, _, _ := strings.Cut(readTop(t, "docker-compose.yml"), "\nx-service")
	for _, wanted := range []string{"Compose v2", "cp .env.example .env", "kill -s HUP zhangben", "--profile cluster down",
		"/v1/backup", "checkpoint.key",
		"chmod 600 .env", "chmod -R go+rX scripts/nats", "restart zhangben",
		"install -o root -g 65532 -m 640"} {
		if !strings.Contains(header, wanted) {
			t.Errorf("the header does not say %q", wanted)
		}
	}
}

// A cluster whose routes have no password would let in whoever reaches them.
func TestComposeStartsNoClusterWithoutARoutePassword(t *testing.T) {
	nats := buildNATS(t)
	for name, s := range readCompose(t).Services {
		if s.isLedger() || s.Profiles[0] == "single" {
			continue
		}
		for password, starts := range map[string]bool{"": false, "secret": true} {
			arguments := append(slices.Clone(s.Entrypoint[1:]), "--version")
			for i := range arguments {
				arguments[i] = strings.ReplaceAll(arguments[i], "$$", "$")
			}
			run := exec.Command(s.Entrypoint[0], arguments...)
			run.Env = []string{"PATH=" + filepath.Dir(nats),
				"NATS_ROUTE_PASSWORD=" + interpolate(s.Environment["NATS_ROUTE_PASSWORD"],
					map[string]string{"NATS_ROUTE_PASSWORD": password})}
			output, err := run.CombinedOutput()
			if (err == nil) != starts || !starts && !strings.Contains(string(output), "set NATS_ROUTE_PASSWORD in .env") {
				t.Errorf("%s with the password %q: %v: %s", name, password, err, output)
			}
		}
	}
}

// The NATS servers' settings are read the way NATS reads them, with the environment that the file sets.
func TestComposeConfiguresNATSForMoney(t *testing.T) {
	defaults := exampleEnvironment(t)
	defaults["NATS_ROUTE_PASSWORD"] = "5678"
	for name, s := range readCompose(t).Services {
		if s.isLedger() {
			continue
		}
		t.Run(name, func(t *testing.T) {
			for variable, value := range s.Environment {
				t.Setenv(variable, interpolate(value, defaults))
			}
			options, err := server.ProcessConfigFile(filepath.Join(root, "scripts", "nats", filepath.Base(s.Command[1])))
			if err != nil {
				t.Fatal(err)
			}
			if !options.JetStream || !options.SyncAlways || options.StoreDir != "/data" {
				t.Errorf("JetStream %v in %s, synced before each acknowledgement: %v", options.JetStream, options.StoreDir,
					options.SyncAlways)
			}
			if options.ServerName != name || len(options.Users) != 5 || options.Users[0].Password != "1234" ||
				options.Users[1].Permissions == nil {
				t.Errorf("server %s with users %v", options.ServerName, options.Users)
			}
			if options.JetStreamMaxMemory <= 0 || options.JetStreamMaxMemory > 256<<20 {
				t.Errorf("streams in memory may take %d bytes", options.JetStreamMaxMemory)
			}
			wanted := map[string]int{"single": 0, "cluster": 3}[s.Profiles[0]]
			if len(options.Routes) != wanted || wanted > 0 && options.Cluster.Password != "5678" {
				t.Errorf("%d routes instead of %d, with the password %q", len(options.Routes), wanted, options.Cluster.Password)
			}
		})
	}
}

// interpolate fills in ${NAME}, ${NAME:-default} and ${NAME:?message} as Compose does.
func interpolate(text string, values map[string]string) string {
	return regexp.MustCompile(`\$\{(\w+)(?::([-?])([^}]*))?\}`).ReplaceAllStringFunc(text, func(reference string) string {
		name, rest, _ := strings.Cut(strings.Trim(reference, "${}"), ":")
		if value := values[name]; value != "" {
			return value
		}
		return strings.TrimPrefix(rest, "-")
	})
}

func TestImageRunsAsNobodyAndHasAHealthCheck(t *testing.T) {
	text := readTop(t, "Dockerfile")
	for _, wanted := range []string{"FROM scratch", "USER 65532:65532", "CGO_ENABLED=0", `"health"]`, "VOLUME /data",
		"\nARG GOPROXY\n",
		"mkdir -p -m 700 /out/root/data", "--chown=65532:65532 /out/root/ /"} {
		if !strings.Contains(text, wanted) {
			t.Errorf("Dockerfile lacks %s", wanted)
		}
	}
	if strings.Contains(text, "syntax=") {
		t.Error("Dockerfile asks another host for its syntax")
	}
}

// TestImageIsBuiltFromTheGoFoldersOnly wants every folder with packages of the program copied, and nothing else.
func TestImageIsBuiltFromTheGoFoldersOnly(t *testing.T) {
	output, err := exec.Command("go", "list", "-deps", "zhangben/cmd/zhangben").Output()
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[string]bool{"go.mod go.sum": true}
	for _, match := range regexp.MustCompile(`(?m)^zhangben/(\w+)`).FindAllStringSubmatch(string(output), -1) {
		wanted[match[1]] = true
	}
	for _, match := range regexp.MustCompile(`(?m)^COPY ([\w. ]+) [\w./]+$`).FindAllStringSubmatch(readTop(t,
		"Dockerfile"), -1) {
		if !wanted[match[1]] {
			t.Errorf("%s is copied", match[1])
		}
		delete(wanted, match[1])
	}
	if len(wanted) > 0 {
		t.Errorf("not copied: %v", wanted)
	}
}

// TestServeRunsAsTheContainerDoes starts what the image would, as its user, with its data folder, tokens file and
// password.
func TestServeRunsAsTheContainerDoes(t *testing.T) {
	user := uint32(os.Getuid())
	if user == 0 {
		user = 65532
	}
	dir, err := os.MkdirTemp("", "container")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	own := func(path string, mode os.FileMode, uid, gid int) {
		t.Helper()
		if err := errors.Join(os.Chmod(path, mode), os.Chown(path, uid, gid)); err != nil {
			t.Fatal(err)
		}
	}
	own(dir, 0o755, os.Getuid(), -1)
	data, tokens := filepath.Join(dir, "data"), filepath.Join(dir, "tokens")
	program := filepath.Join(dir, "zhangben")
	for _, err := range []error{os.Mkdir(data, 0o700),
		os.WriteFile(tokens, []byte("admin "+strings.Repeat("a", 32)+"\n"), 0o600),
		os.Link(buildBinary(t), program)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	own(data, 0o700, int(user), int(user))
	if os.Getuid() == 0 {
		own(tokens, 0o640, 0, int(user))
	}
	address := freeAddress(t)
	serve := exec.Command(program, "serve", "--data", data, "--http", address, "--nats-listen", "127.0.0.1:0", "--tokens",
		tokens, "--behind-tls-proxy")
	serve.Env = []string{} // as in the image
	serve.Dir = "/"
	if os.Getuid() == 0 {
		serve.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: user, Gid: user}}
	}
	p := startCommand(t, serve)
	p.ready(address)
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.messages)
	}
}
