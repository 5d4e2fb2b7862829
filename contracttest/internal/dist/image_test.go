package dist_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

const (
	// envImage is set by make image-check: the image that make image made.
	envImage = "BITBYBIT_IMAGE"
	// envContainer is what runs containers, podman or docker.
	envContainer = "BITBYBIT_CONTAINER"
)

// healthCheck is Docker's HEALTHCHECK: its command after the word CMD.
type healthCheck struct{ Test []string }

// TestImage runs the image as a read-only container without privileges, and asks it from inside and outside.
func TestImage(t *testing.T) {
	t.Parallel()
	image, container := os.Getenv(envImage), os.Getenv(envContainer)
	if image == "" {
		t.Skip("needs podman or docker, and what make dist makes: make dist image image-check")
	}
	var inspected []struct {
		Config struct {
			User            string
			Entrypoint, Env []string
			Labels          map[string]string
			Healthcheck     *healthCheck // of docker
			ExposedPorts    map[string]struct{}
		}
		HealthCheck *healthCheck // of podman
		RootFS      struct{ Layers []string }
	}
	require.NoError(t, json.Unmarshal([]byte(output(t, container, "image", "inspect", image)), &inspected))
	require.Len(t, inspected, 1)
	one := inspected[0]
	assert.Regexp(t, `^[1-9]\d*:[1-9]\d*$`, one.Config.User, "the numbers of a user and a group other than root")
	for _, label := range []string{"title", "description", "source", "licenses"} {
		assert.NotEmpty(t, one.Config.Labels["org.opencontainers.image."+label], label)
	}
	check := one.Config.Healthcheck
	if check == nil {
		check = one.HealthCheck
	}
	require.NotNil(t, check, "the image has no HEALTHCHECK")
	require.Greater(t, len(check.Test), 1)
	assert.Equal(t, "CMD", check.Test[0], "there is no shell")
	require.Len(t, one.Config.ExposedPorts, 1)
	port := ""
	for port = range one.Config.ExposedPorts {
		port = strings.TrimSuffix(port, "/tcp")
	}

	// Bounds below those of the machine, for places that may not raise them to the defaults of podman.
	id := strings.TrimSpace(output(t, container, "run", "--detach", "--read-only", "--cap-drop", "all", "--ulimit", "nofile=1024:1024",
		"--ulimit", "nproc=1000:1000", "--publish", "127.0.0.1::"+port, image))
	t.Cleanup(func() { _ = exec.Command(container, "rm", "--force", "--volumes", id).Run() })
	output(t, container, "exec", id, "/bitbybit-mock", "health", "--wait")
	output(t, container, append([]string{"exec", id}, check.Test[1:]...)...)
	elsewhere := exec.CommandContext(t.Context(), container,
		append([]string{"exec", "--env", "BITBYBIT_MOCK_ADDR=127.0.0.1:1", id}, check.Test[1:]...)...)
	assert.Error(t, elsewhere.Run(), "where nothing listens, the health check fails")

	address := strings.TrimSpace(strings.Split(output(t, container, "port", id, port), "\n")[0])
	c, err := client.New(gen.KeyPrefixTest+"image0123456789", client.WithBaseURL("http://"+address+gen.BasePath))
	require.NoError(t, err)
	created, err := c.CreateCustomer(t.Context(), client.CustomerInput{Email: new("siti@example.com")})
	require.NoError(t, err)
	assert.NotEmpty(t, created.ID)

	output(t, container, "stop", id)
	assert.Equal(t, "0", strings.TrimSpace(output(t, container, "inspect", "--format", "{{.State.ExitCode}}", id)), "it ends by itself when it is told to")
}
