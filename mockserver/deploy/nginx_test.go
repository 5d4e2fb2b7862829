package deploy_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// needNginx skips a test where there is no nginx. BITBYBIT_SCALE=1, which make scale sets, asks for one.
func needNginx(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("nginx")
	if err != nil {
		path, err = exec.LookPath("/usr/sbin/nginx")
	}
	if os.Getenv("BITBYBIT_SCALE") != "1" {
		t.Skip("a load of minutes with a real nginx; make scale runs it")
	}
	require.NoError(t, err, "nginx must be installed: apt-get install nginx-light")
	return path
}

// upstreams are the lines of nginx.conf that name a replica.
var upstreams = regexp.MustCompile(`(?m)^( *server )mock-(\d):4010( .*;\n)`)

// startNginx runs nginx with nginx.conf, in which nothing is changed but what a test must: the addresses, and times where it says so.
func startNginx(t *testing.T, mocks []*mock, changes ...string) (address string) {
	t.Helper()
	address, _ = startNginxWithLog(t, mocks, changes...)
	return address
}

// startNginxWithLog also returns the file that nginx logs to.
func startNginxWithLog(t *testing.T, mocks []*mock, changes ...string) (address, log string) {
	t.Helper()
	path := needNginx(t)
	dir := t.TempDir()
	text, err := os.ReadFile("nginx.conf")
	require.NoError(t, err)
	found := upstreams.FindAllString(string(text), -1)
	require.Len(t, found, replicas, "replicas in nginx.conf")
	servers := ""
	for _, m := range mocks {
		servers += upstreams.ReplaceAllString(found[0], "${1}"+m.address+"${3}")
	}
	address = freeAddress(t)
	config := strings.Replace(string(text), strings.Join(found, ""), servers, 1)
	temporary := ""
	for _, of := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		temporary += fmt.Sprintf("%s_temp_path %s;\n", of, filepath.Join(dir, of))
	}
	for _, change := range [][2]string{{"listen 4010;", "listen " + address + ";"}, {"http {\n", "http {\n" + temporary}} {
		require.Contains(t, config, change[0])
		config = strings.Replace(config, change[0], change[1], 1)
	}
	for i := 0; i < len(changes); i += 2 {
		require.Contains(t, config, changes[i])
		config = strings.Replace(config, changes[i], changes[i+1], 1)
	}
	file := filepath.Join(dir, "nginx.conf")
	require.NoError(t, os.WriteFile(file, []byte(config), 0o600))
	global := "daemon off; error_log stderr; pid " + filepath.Join(dir, "pid") + ";"
	if os.Getuid() == 0 {
		global += " user root;" // who else could not look into the directory of the test
	}
	nginx := exec.Command(path, "-e", "stderr", "-c", file, "-g", global)
	log = filepath.Join(dir, "log")
	stderr, err := os.Create(log)
	require.NoError(t, err)
	nginx.Stderr = stderr
	require.NoError(t, nginx.Start())
	t.Cleanup(func() {
		_ = nginx.Process.Signal(syscall.SIGTERM)
		_ = nginx.Wait()
		_ = stderr.Close()
		if said, err := os.ReadFile(log); t.Failed() && err == nil && len(said) > 0 {
			t.Logf("nginx:\n%.3000s", said)
		}
	})
	require.Eventually(t, func() bool {
		connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		if err == nil {
			_ = connection.Close()
		}
		return err == nil
	}, patience, 10*time.Millisecond)
	return address, log
}
