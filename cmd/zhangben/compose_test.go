package main_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	"go.yaml.in/yaml/v3"
)

// compose is what the tests want to know of docker-compose.yml.
type compose struct {
	Services map[string]service
	Volumes  map[string]any
	Secrets  map[string]struct{ Environment string }
}

type service struct {
	Image       string
	Profiles    []string
	Command     []string
	Environment map[string]string
	Ports       []string
	Volumes     []string
	Secrets     []struct{ Source, Target, UID string }
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

// isLedger tells the services that run zhangben from those that run NATS.
func (s service) isLedger() bool { return s.Image == "zhangben" }

func TestComposeHasASingleServerAndAClusterOfThree(t *testing.T) {
	var single, cluster []string
	for name, s := range readCompose(t).Services {
		if slices.Contains(s.Profiles, "cluster") {
			cluster = append(cluster, name)
		} else {
			single = append(single, name)
		}
	}
	slices.Sort(single)
	slices.Sort(cluster)
	if !slices.Equal(single, []string{"nats", "zhangben"}) || !slices.Equal(cluster, []string{"nats-1", "nats-2", "nats-3", "zhangben-cluster"}) {
		t.Errorf("single: %v, cluster: %v", single, cluster)
	}
}

func TestComposeServicesAreSoundEach(t *testing.T) {
	c := readCompose(t)
	for name, s := range c.Services {
		if len(s.Healthcheck.Test) == 0 {
			t.Errorf("%s has no health check", name)
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
	if c.Secrets["tokens"].Environment == "" {
		t.Error("no secret holds the tokens")
	}
	for name, s := range c.Services {
		if s.isLedger() != (len(s.Secrets) == 1) {
			t.Errorf("%s has the secrets %v", name, s.Secrets)
		}
		if s.isLedger() && !slices.Contains(s.Command, "--tokens="+s.Secrets[0].Target) {
			t.Errorf("%s does not ask for tokens", name)
		}
	}
}

// The NATS servers are read the way NATS reads them, with the environment that the file gives them.
func TestComposeConfiguresNATSForMoney(t *testing.T) {
	defaults := map[string]string{}
	for _, user := range []string{"LEDGER", "SERVICE", "PUBLISHER", "FINANCE", "ADMIN"} {
		defaults["NATS_"+user+"_PASSWORD"] = "1234"
	}
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
				t.Errorf("JetStream %v in %s, synced before each acknowledgement: %v", options.JetStream, options.StoreDir, options.SyncAlways)
			}
			if options.ServerName != name || len(options.Users) != 5 || options.Users[0].Password != "1234" || options.Users[1].Permissions == nil {
				t.Errorf("server %s with users %v", options.ServerName, options.Users)
			}
			if wanted := 3 * len(s.Profiles); len(options.Routes) != wanted {
				t.Errorf("%d routes instead of %d", len(options.Routes), wanted)
			}
		})
	}
}

// interpolate fills in ${NAME}, ${NAME:-default} and ${NAME:?message} as Compose does.
func interpolate(text string, values map[string]string) string {
	return regexp.MustCompile(`\$\{(\w+)(?::([-?])([^}]*))?\}`).ReplaceAllStringFunc(text, func(reference string) string {
		name, rest, _ := strings.Cut(strings.Trim(reference, "${}"), ":")
		if value, given := values[name]; given {
			return value
		}
		return strings.TrimPrefix(rest, "-")
	})
}

func TestImageRunsAsNobodyAndHasAHealthCheck(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	for _, wanted := range []string{"FROM scratch", "USER 65532:65532", "CGO_ENABLED=0", `"health"]`, "VOLUME /data"} {
		if !strings.Contains(string(text), wanted) {
			t.Errorf("Dockerfile lacks %s", wanted)
		}
	}
	for name, s := range readCompose(t).Services {
		if s.isLedger() && s.Secrets[0].UID != "65532" {
			t.Errorf("%s: the tokens do not belong to the user of the image", name)
		}
	}
}
