package dist_test

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// TestCompose compares examples/compose with the contract and the Dockerfile: the service reaches the mock by its name,
// once it is healthy.
func TestCompose(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "examples", "compose", "compose.yaml"))
	require.NoError(t, err)
	var file struct {
		Services map[string]struct {
			HealthCheck struct{ Test []string } `yaml:"healthcheck"`
			DependsOn   map[string]struct {
				Condition string `yaml:"condition"`
			} `yaml:"depends_on"`
			Environment map[string]string `yaml:"environment"`
		} `yaml:"services"`
	}
	require.NoError(t, yaml.Unmarshal(text, &file))
	dockerfile, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	require.NoError(t, err)
	port := regexp.MustCompile(`(?m)^EXPOSE (\d+)$`).FindSubmatch(dockerfile)
	require.NotNil(t, port, "the Dockerfile has no EXPOSE")
	assert.Contains(t, file.Services, "mock")
	assert.Equal(t, []string{"CMD", "/bitbybit-mock", "health"}, file.Services["mock"].HealthCheck.Test)
	dependents := 0
	for name, service := range file.Services {
		if name == "mock" {
			continue
		}
		dependents++
		assert.Equal(t, "service_healthy", service.DependsOn["mock"].Condition, name)
		base, err := url.Parse(service.Environment["BITBYBIT_BASE_URL"])
		require.NoError(t, err)
		assert.Equal(t, "mock:"+string(port[1]), base.Host, name)
		assert.Equal(t, gen.BasePath, base.Path, name)
	}
	assert.Positive(t, dependents)
}
