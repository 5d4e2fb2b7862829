package mockserver_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/har"
	"github.com/bitbybit-go/bitbybit-go/contracttest/traffic"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// TestTheJournalAsHAR has the journal judged as a recording, which shows nothing of a customer unless it is told to.
func TestTheJournalAsHAR(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	const secret = "Zq7Wv9Kp3Lx5Tn1R"
	for _, body := range []string{
		`{"email":"wilhelmina@quarzwerk.example","firstName":"Wilhelmina","addresses":[{"address1":"Jalan Kenanga 77"}],"quarzwerk":1}`,
		`{"email":"wilhelmina at quarzwerk","lastName":"` + gen.KeyPrefixTest + secret + `"}`,
		`{"firstName":"` + strings.Repeat("Wilhelmina ", 10_000) + `"}`,
		`no JSON, Wilhelmina`,
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, mock.URL+"/customers?for=wilhelmina", strings.NewReader(body))
		require.NoError(t, err)
		r.Header = http.Header{"Content-Type": {"application/json"}, http.CanonicalHeaderKey(gen.KeyHeader): {gen.KeyPrefixTest + secret}, "X-For": {"Wilhelmina"}}
		answer, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
	}
	_, err := http.Get(mock.URL + "/wilhelmina")
	require.NoError(t, err)

	got := callControl(t, mock, http.MethodGet, "/_mock/requests?format=har", "")
	require.Equal(t, http.StatusOK, got.status)
	assert.Equal(t, "application/har+json", got.header.Get("Content-Type"))
	require.True(t, json.Valid([]byte(got.body)))
	for _, word := range []string{"wilhelmina", "quarzwerk.", "kenanga", secret[:8]} {
		assert.NotContains(t, strings.ToLower(got.body), strings.ToLower(word))
	}
	var bodies []har.BodyState
	for reader := har.NewReader(strings.NewReader(got.body)); ; {
		entry, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		bodies = append(bodies, entry.Request.Body.State)
	}
	assert.Equal(t, []har.BodyState{har.BodyWhole, har.BodyWhole, har.BodyCut, har.BodyWhole, har.BodyWhole}, bodies)

	var o traffic.Observer
	require.NoError(t, o.ReadHAR(strings.NewReader(got.body)))
	require.NoError(t, o.Err())
	assert.Equal(t, 3, o.Judged())

	got = callControl(t, mock, http.MethodGet, "/_mock/requests?format=har&showData=true&status=201", "")
	assert.Contains(t, got.body, "wilhelmina@quarzwerk.example")
	assert.NotContains(t, got.body, secret)
	callControl(t, mock, http.MethodPost, "/_mock/faults", `{"connection":"MALFORMED_RESPONSE_CHUNK","times":1}`)
	if answer, err := http.Post(mock.URL+"/customers", "application/json", strings.NewReader("{}")); err == nil {
		require.NoError(t, answer.Body.Close())
	}
	got = callControl(t, mock, http.MethodGet, "/_mock/requests?format=har&limit=1", "")
	entry, err := har.NewReader(strings.NewReader(got.body)).Next()
	require.NoError(t, err)
	assert.Equal(t, har.SourceNone, entry.Response.Source, "what a fault made of the answer is no answer")
	assert.Zero(t, entry.Response.Status)
	got = callControl(t, mock, http.MethodGet, "/_mock/requests?format=xml", "")
	assert.Equal(t, http.StatusBadRequest, got.status)
}
