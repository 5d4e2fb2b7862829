package deploy_test

import (
	"net/http"
	"os"
	"slices"
	"testing"

	bootstrap "github.com/envoyproxy/go-control-plane/envoy/config/bootstrap/v3"
	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3" // the types that "@type" names
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/retry/host/previous_hosts/v3"
	_ "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"sigs.k8s.io/yaml"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

const healthPath = "/_mock/health"

// envoy is envoy.yaml in Envoy's own types, whose rules it keeps. No Envoy is started here.
func envoy(t *testing.T) (*cluster.Cluster, []*route.Route, *route.RetryPolicy) {
	t.Helper()
	text, err := os.ReadFile("envoy.yaml")
	require.NoError(t, err)
	json, err := yaml.YAMLToJSONStrict(text)
	require.NoError(t, err)
	var config bootstrap.Bootstrap
	require.NoError(t, protojson.Unmarshal(json, &config), "a field that Envoy does not know, or a wrong type")
	require.NoError(t, config.ValidateAll())
	resources := config.GetStaticResources()
	require.Len(t, resources.GetListeners(), 1)
	require.Len(t, resources.GetClusters(), 1)
	var manager hcm.HttpConnectionManager
	filter := resources.GetListeners()[0].GetFilterChains()[0].GetFilters()[0]
	require.NoError(t, filter.GetTypedConfig().UnmarshalTo(&manager))
	require.NoError(t, manager.ValidateAll())
	mappers := manager.GetLocalReplyConfig().GetMappers()
	require.Len(t, mappers, 1)
	assert.Equal(t, []string{"UC", "UR"}, mappers[0].GetFilter().GetResponseFlagFilter().GetFlags(), "connections that break after the request was sent")
	assert.EqualValues(t, http.StatusBadGateway, mappers[0].GetStatusCode().GetValue(), "503 would say that nothing was created")
	hosts := manager.GetRouteConfig().GetVirtualHosts()
	require.Len(t, hosts, 1)
	return resources.GetClusters()[0], hosts[0].GetRoutes(), hosts[0].GetRetryPolicy()
}

func TestEnvoyRoutesByTheKey(t *testing.T) {
	t.Parallel()
	c, routes, retry := envoy(t)
	require.Len(t, routes, 2)
	assert.Equal(t, "/_mock", routes[0].GetMatch().GetPathSeparatedPrefix())
	assert.Equal(t, "key", routes[0].GetRoute().GetHashPolicy()[0].GetQueryParameter().GetName())
	assert.Equal(t, "/", routes[1].GetMatch().GetPrefix())
	assert.Equal(t, gen.KeyHeader, routes[1].GetRoute().GetHashPolicy()[0].GetHeader().GetHeaderName())
	for _, r := range routes {
		assert.Equal(t, c.GetName(), r.GetRoute().GetCluster())
		assert.True(t, r.GetRoute().GetHashPolicy()[0].GetTerminal(), "the key alone decides")
		assert.Zero(t, r.GetRoute().GetTimeout().AsDuration(), "events have no end")
		assert.NotNil(t, r.GetRoute().GetTimeout(), "Envoy's default is 15 seconds")
	}
	assert.Equal(t, "connect-failure", retry.GetRetryOn(), "a create that was sent is never sent again")
	assert.NotEmpty(t, retry.GetRetryHostPredicate(), "the replica that refused would be asked again")
	assert.Equal(t, cluster.Cluster_RING_HASH, c.GetLbPolicy())
	assert.True(t, c.GetCommonLbConfig().GetConsistentHashingLbConfig().GetUseHostnameForHashing())
	require.Len(t, c.GetHealthChecks(), 1)
	health := c.GetHealthChecks()[0]
	assert.Equal(t, healthPath, health.GetHttpHealthCheck().GetPath())
	assert.NotNil(t, health.GetNoTrafficInterval(), "Envoy's default is a minute")
	assert.Greater(t, health.GetUnhealthyThreshold().GetValue(), uint32(1), "one slow answer would move all keys of a replica")
	assert.Contains(t, c.GetTypedExtensionProtocolOptions(), "envoy.extensions.upstreams.http.v3.HttpProtocolOptions", "idle connections last an hour by default")

	names := map[string]bool{}
	for _, endpoint := range c.GetLoadAssignment().GetEndpoints()[0].GetLbEndpoints() {
		names[endpoint.GetEndpoint().GetHostname()] = true
	}
	assert.Len(t, names, replicas)
	assert.False(t, slices.Contains([]cluster.Cluster_DiscoveryType{cluster.Cluster_STATIC, cluster.Cluster_LOGICAL_DNS}, c.GetType()),
		"the names are looked up again, all their addresses")
}
