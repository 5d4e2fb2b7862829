package runners_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// envContainers is set by make containers: podman is installed.
const envContainers = "BITBYBIT_CONTAINERS"

// containerfile is the last stage of Dockerfile, with a program that was built here: golang's image need not be pulled.
const containerfile = `FROM scratch
COPY bitbybit-mock /bitbybit-mock
USER 65532:65532
ENV BITBYBIT_MOCK_ADDR=0.0.0.0:4010
EXPOSE 4010
ENTRYPOINT ["/bitbybit-mock"]
`

// TestContainers runs the examples whose mock is a container: with podman, and with its API, which is Docker's.
func TestContainers(t *testing.T) {
	t.Parallel()
	if os.Getenv(envContainers) == "" {
		t.Skip("make containers runs it")
	}
	folder := t.TempDir()
	output, err := command(t, root, "go", "build", "-buildvcs=false", "-ldflags=-s -w", "-o", folder+string(filepath.Separator), "./mockserver/cmd/bitbybit-mock")
	require.NoError(t, err, output)
	write(t, filepath.Join(folder, "Dockerfile"), []byte(containerfile))
	// Podman's own limits may be above those of the machine, which runc then refuses.
	settings, socket := filepath.Join(folder, "containers.conf"), filepath.Join(folder, "podman.sock")
	write(t, settings, []byte("[containers]\ndefault_ulimits = [\"nofile=1024:1024\", \"nproc=1024:1024\"]\n[engine]\ncgroup_manager = \"cgroupfs\"\nevents_logger = \"file\"\nruntime = \"runc\"\n"))
	image := fmt.Sprintf("localhost/bitbybit-mock:test-%d", os.Getpid())
	podman := []string{"env", "CONTAINERS_CONF=" + settings, "podman"}
	output, err = command(t, folder, append(podman, "build", "--quiet", "--tag", image, ".")...)
	require.NoError(t, err, output)
	t.Cleanup(func() { assert.NoError(t, exec.Command("podman", "rmi", "--force", image).Run()) })
	service := exec.Command("podman", "system", "service", "--time=0", "unix://"+socket)
	service.Env = append(os.Environ(), "CONTAINERS_CONF="+settings)
	require.NoError(t, service.Start())
	t.Cleanup(func() {
		assert.NoError(t, service.Process.Signal(syscall.SIGTERM))
		_ = service.Wait()
	})
	require.Eventually(t, func() bool { _, err := os.Stat(socket); return err == nil }, time.Minute, 10*time.Millisecond)

	environ := []string{
		"env", "CONTAINERS_CONF=" + settings, "DOCKER_HOST=unix://" + socket, "TESTCONTAINERS_RYUK_DISABLED=true", "TESTCONTAINERS_CONNECTION_MODE=docker_host",
		"BITBYBIT_MOCK_IMAGE=" + image, "BITBYBIT_MOCK_ENGINE=podman", "PYTHONDONTWRITEBYTECODE=1",
	}
	pytest := "pytest"
	if _, err := exec.LookPath("pytest-3"); err == nil {
		pytest = "pytest-3"
	}
	t.Run("testcontainers-node", func(t *testing.T) {
		t.Parallel()
		example := copied(t, "testcontainers-node")
		// The scripts compile parts of ssh2 that are optional, and are not needed for a socket.
		output, err := command(t, example, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
		require.NoError(t, err, output)
		output, err = command(t, example, append(environ, "npm", "test")...)
		require.NoError(t, err, output)
		assert.Regexp(t, `(?m)^\S+ pass 2$`, output)
	})
	t.Run("testcontainers-python", func(t *testing.T) {
		t.Parallel()
		if exec.Command("python3", "-c", "import testcontainers").Run() != nil {
			t.Skip("the Python package testcontainers is not installed, and Debian has none")
		}
		output, err := command(t, copied(t, "testcontainers-python"), append(environ, pytest, "-p", "no:cacheprovider")...)
		require.NoError(t, err, output)
		assert.Contains(t, output, "2 passed")
	})
	t.Run("pytest", func(t *testing.T) {
		t.Parallel()
		output, err := command(t, copied(t, "pytest"), append(environ, pytest, "mock")...)
		require.NoError(t, err, output)
		assert.Contains(t, output, "8 passed")
	})
}
