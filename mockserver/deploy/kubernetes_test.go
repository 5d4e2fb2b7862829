package deploy_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	policy "k8s.io/api/policy/v1"
	"sigs.k8s.io/yaml"
)

// manifest is kubernetes.yaml in Kubernetes' own types, by kind and name. It is applied to no cluster here.
func manifest(t *testing.T) map[string]any {
	t.Helper()
	text, err := os.ReadFile("kubernetes.yaml")
	require.NoError(t, err)
	objects := map[string]any{}
	for _, document := range bytes.Split(text, []byte("\n---\n")) {
		var of struct {
			APIVersion, Kind string
			Metadata         struct{ Name string }
		}
		require.NoError(t, yaml.Unmarshal(document, &of))
		object := map[string]any{
			"v1 Service": &core.Service{}, "v1 ConfigMap": &core.ConfigMap{}, "apps/v1 StatefulSet": &apps.StatefulSet{},
			"apps/v1 Deployment": &apps.Deployment{}, "policy/v1 PodDisruptionBudget": &policy.PodDisruptionBudget{},
		}[of.APIVersion+" "+of.Kind]
		require.NotNil(t, object, "%s %s", of.APIVersion, of.Kind)
		require.NoError(t, yaml.UnmarshalStrict(document, object), "%s %s: a field that Kubernetes does not know, or a wrong type", of.Kind, of.Metadata.Name)
		objects[of.Kind+" "+of.Metadata.Name] = object
	}
	return objects
}

func TestKubernetes(t *testing.T) {
	t.Parallel()
	objects := manifest(t)
	set := objects["StatefulSet bitbybit-mock"].(*apps.StatefulSet)
	front := objects["Deployment bitbybit-mock-envoy"].(*apps.Deployment)
	for name, test := range map[string]struct {
		labels   map[string]string // of the pods
		template core.PodTemplateSpec
		selects  map[string]string
		service  *core.Service
	}{
		"bitbybit-mock":       {set.Spec.Template.Labels, set.Spec.Template, set.Spec.Selector.MatchLabels, objects["Service bitbybit-mock-replicas"].(*core.Service)},
		"bitbybit-mock-envoy": {front.Spec.Template.Labels, front.Spec.Template, front.Spec.Selector.MatchLabels, objects["Service bitbybit-mock"].(*core.Service)},
	} {
		assert.Equal(t, test.labels, test.selects, name)
		assert.Equal(t, test.labels, test.service.Spec.Selector, name)
		budget := objects["PodDisruptionBudget "+name].(*policy.PodDisruptionBudget)
		assert.Equal(t, test.labels, budget.Spec.Selector.MatchLabels, name)
		assert.Equal(t, 1, budget.Spec.MaxUnavailable.IntValue(), name)

		pod := test.template.Spec
		require.Len(t, pod.Containers, 1)
		container := pod.Containers[0]
		assert.Equal(t, container.Ports[0].Name, test.service.Spec.Ports[0].TargetPort.StrVal, name)
		assert.True(t, *pod.SecurityContext.RunAsNonRoot, name)
		assert.NotZero(t, *pod.SecurityContext.RunAsUser, name)
		assert.True(t, *container.SecurityContext.ReadOnlyRootFilesystem, name)
		assert.False(t, *container.SecurityContext.AllowPrivilegeEscalation, name)
		assert.Equal(t, []core.Capability{"ALL"}, container.SecurityContext.Capabilities.Drop, name)
		assert.False(t, container.Resources.Requests.Cpu().IsZero(), name)
		assert.False(t, container.Resources.Limits.Memory().IsZero(), name)
		require.NotNil(t, container.ReadinessProbe, name)
	}
	mock := set.Spec.Template.Spec.Containers[0]
	assert.Equal(t, healthPath, mock.ReadinessProbe.HTTPGet.Path)
	assert.Nil(t, mock.LivenessProbe.HTTPGet, "a replica that drains is alive")
	assert.EqualValues(t, replicas, *set.Spec.Replicas)
}

// The program takes the variables that the manifest sets, and the time that it drains is within the time that a pod has to stop.
func TestKubernetesSetsWhatTheMockReads(t *testing.T) {
	t.Parallel()
	set := manifest(t)["StatefulSet bitbybit-mock"].(*apps.StatefulSet)
	path, err := program()
	require.NoError(t, err)
	help, err := runHelp(path)
	require.NoError(t, err)
	environment := map[string]string{}
	for _, variable := range set.Spec.Template.Spec.Containers[0].Env {
		assert.Contains(t, help, "[$"+variable.Name+"]")
		environment[variable.Name] = variable.Value
	}
	drain, err := time.ParseDuration(environment["BITBYBIT_MOCK_DRAIN"])
	require.NoError(t, err)
	const stopping = 8*time.Second + 3*time.Second // calls under way; the last connections
	assert.Less(t, drain+stopping, time.Duration(*set.Spec.Template.Spec.TerminationGracePeriodSeconds)*time.Second)
	port := set.Spec.Template.Spec.Containers[0].Ports[0].ContainerPort
	assert.True(t, strings.HasSuffix(environment["BITBYBIT_MOCK_ADDR"], fmt.Sprint(":", port)))
}

// The ConfigMap is envoy.yaml, with the names that Kubernetes gives the replicas.
func TestKubernetesHasEnvoysConfiguration(t *testing.T) {
	t.Parallel()
	objects := manifest(t)
	want, err := os.ReadFile("envoy.yaml")
	require.NoError(t, err)
	assert.Equal(t, string(want), objects["ConfigMap bitbybit-mock-envoy"].(*core.ConfigMap).Data["envoy.yaml"])
	set := objects["StatefulSet bitbybit-mock"].(*apps.StatefulSet)
	c, _, _ := envoy(t)
	service := objects["Service "+set.Spec.ServiceName].(*core.Service)
	assert.Equal(t, core.ClusterIPNone, service.Spec.ClusterIP, "a name for each replica")
	for i, endpoint := range c.GetLoadAssignment().GetEndpoints()[0].GetLbEndpoints() {
		address := endpoint.GetEndpoint().GetAddress().GetSocketAddress()
		assert.Equal(t, fmt.Sprintf("%s-%d.%s", set.Name, i, service.Name), address.GetAddress())
		assert.EqualValues(t, service.Spec.Ports[0].Port, address.GetPortValue())
	}
	volumes := objects["Deployment bitbybit-mock-envoy"].(*apps.Deployment).Spec.Template.Spec.Volumes
	assert.Equal(t, "bitbybit-mock-envoy", volumes[0].ConfigMap.Name)
}
