package traffic_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/contracttest/traffic"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// TestMagicValues have the mock answer an error that a valid request asks for: no finding, whoever judges it.
func TestMagicValues(t *testing.T) {
	t.Parallel()
	calls := func(c *http.Client, url string) {
		for _, trigger := range mockserver.Triggers() {
			for property, value := range map[string]string{"email": trigger.Email, "phoneNumber": trigger.PhoneNumber} {
				send(t, c, http.MethodPost, url+gen.BasePath+"/customers", fmt.Sprintf(`{"email":"a@example.com",%q:%q}`, property, value), nil)
			}
		}
	}
	for name, watch := range watchers {
		r := watch(t, newMock(t), func(*traffic.Observer) {}, calls)
		assert.Empty(t, r.Open(result.Error), name)
		assert.Empty(t, r.Open(result.Warning), name)
		assert.Nil(t, r.NothingJudged, name)
		assert.Equal(t, 2*len(mockserver.Triggers()), r.Traffic.Judged, name)
	}
	server := httptest.NewServer(newMock(t))
	t.Cleanup(server.Close)
	calls(client(t), server.URL)
	answer, err := http.Get(server.URL + "/_mock/requests?format=har")
	require.NoError(t, err)
	t.Cleanup(func() { _ = answer.Body.Close() })
	var o traffic.Observer
	require.NoError(t, o.ReadHAR(answer.Body))
	assert.Empty(t, o.Report("").Open(result.Error))
}

// TestAMagicValueExcusesNothingElse has a server answer it with another error than the one that it stands for.
func TestAMagicValueExcusesNothingElse(t *testing.T) {
	t.Parallel()
	server := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, fmt.Sprintf(`{"error":{"code":%q,"message":"m"}}`, gen.CodeValidationError))
	})
	for _, trigger := range mockserver.Triggers() {
		if trigger.Status == http.StatusBadRequest {
			continue
		}
		r := watchers["proxy"](t, server, func(*traffic.Observer) {}, func(c *http.Client, url string) {
			send(t, c, http.MethodPost, url+gen.BasePath+"/customers", fmt.Sprintf(`{"email":%q}`, trigger.Email), nil)
		})
		assert.True(t, slices.ContainsFunc(r.Open(result.Error), func(f result.Finding) bool { return f.Check == result.PositiveAccepted }), trigger.Email)
	}
}
