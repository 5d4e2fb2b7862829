package contracttest_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

func TestTheMockKeepsTheContract(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	contracttest.Test(t, contracttest.Config{URL: mock.URL, APIKey: testKey})
}

func TestRunAgainstTheMockSeesTheWholeContract(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t, mockserver.WithRateLimit(0))
	report, err := contracttest.Run(t.Context(), contracttest.Config{URL: mock.URL, APIKey: testKey})
	require.NoError(t, err)
	assert.True(t, report.Mock)
	assert.Empty(t, report.LeftOut)
	for _, list := range [][]result.Covered{report.Coverage.Operations, report.Coverage.Statuses, report.Coverage.Headers, report.Coverage.Properties} {
		assert.NotEmpty(t, list)
		for _, one := range list {
			assert.Equal(t, result.Asserted, one.Verdict, one.Name)
		}
	}
	made := map[result.Check]bool{}
	for _, c := range report.Cases {
		for _, check := range c.Checks {
			made[check] = true
		}
	}
	for _, check := range result.Checks() {
		if check.ID != result.DocumentedNeverSeen && check.ID != result.AlwaysPresentOptional && !check.Webhook && !check.Traffic {
			assert.True(t, made[check.ID], "%s was never made", check.ID)
		}
	}
}

func TestTheSameSeedSendsTheSameBytes(t *testing.T) {
	t.Parallel()
	logOf := func(seed uint64) string {
		mock := mockserver.Start(t, mockserver.WithRateLimit(0))
		var log bytes.Buffer
		_, err := contracttest.Run(
			t.Context(), contracttest.Config{URL: mock.URL, APIKey: testKey, Seed: seed, RequestLog: &log},
		)
		require.NoError(t, err)
		return log.String()
	}
	first := logOf(7)
	assert.True(t, first == logOf(7), "the same seed must send the same bytes")
	assert.False(t, first == logOf(8), "another seed must send other bytes")
	assert.NotContains(t, first, testKey)
}

func TestARunThatJudgesNothingIsNoSuccess(t *testing.T) {
	t.Parallel()
	answer := func(status int, code string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = w.Write([]byte(`{"error":{"code":"` + code + `","message":"m"}}`))
		}
	}
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	for _, tc := range []struct {
		name     string
		config   contracttest.Config
		requests int
	}{
		{"every answer is 401", contracttest.Config{URL: "http://api.test", HTTPClient: client(answer(http.StatusUnauthorized, "INVALID_API_KEY"))}, 3},
		{"nobody listens", contracttest.Config{URL: closed.URL}, 3},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.config.APIKey = testKey
			report, err := contracttest.Run(t.Context(), tc.config)
			require.ErrorIs(t, err, result.ErrNothingJudged)
			assert.Equal(t, tc.requests, report.Requests, "a hopeless run ends early")
		})
	}
}

func TestALiveKeyIsRefused(t *testing.T) {
	t.Parallel()
	const live = gen.KeyPrefixLive + "0123456789abcdef"
	config := contracttest.Config{
		URL:         "http://api.test",
		APIKey:      live,
		HTTPClient:  client(newRightServer()),
		MaxRequests: 5,
	}
	_, err := contracttest.Run(t.Context(), config)
	require.ErrorIs(t, err, contracttest.ErrLiveKey)
	assert.NotContains(t, err.Error(), live)

	config.AllowLive = true
	_, err = contracttest.Run(t.Context(), config)
	require.NoError(t, err)
}

func TestConfigErrorsSayWhatToDo(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		config contracttest.Config
		want   string
	}{
		{"no URL", contracttest.Config{APIKey: testKey}, `the URL must be like https://host/path, got ""`},
		{"no scheme", contracttest.Config{APIKey: testKey, URL: "localhost:4010"}, `the URL must be like`},
		{"no key", contracttest.Config{URL: "http://api.test"}, "needs an API key"},
		{"unknown check", contracttest.Config{URL: "http://api.test", APIKey: testKey, Checks: []result.Check{"ehco"}}, `there is no check "ehco"; there are`},
		{"unknown phase", contracttest.Config{URL: "http://api.test", APIKey: testKey, Phases: []result.Phase{"fuzzy"}}, `there is no phase "fuzzy"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := contracttest.Run(t.Context(), tc.config)
			require.ErrorContains(t, err, tc.want)
		})
	}
}

func TestChecksAreSwitchable(t *testing.T) {
	t.Parallel()
	right := newRightServer()
	broken := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		right.ServeHTTP(headerless{w}, r)
	})
	run := func(config contracttest.Config) map[result.Check]bool {
		config.URL, config.APIKey, config.HTTPClient, config.MaxRequests = "http://api.test", testKey, client(
			broken,
		), 30
		report, err := contracttest.Run(t.Context(), config)
		require.NoError(t, err)
		found := map[result.Check]bool{}
		for _, f := range report.Open(result.Error) {
			found[f.Check] = true
		}
		return found
	}
	assert.True(t, run(contracttest.Config{})[result.RequiredHeaders])
	assert.True(
		t,
		run(contracttest.Config{Checks: []result.Check{result.RequiredHeaders}})[result.RequiredHeaders],
	)
	assert.Empty(t, run(contracttest.Config{Checks: []result.Check{result.Echo}}))
	assert.Empty(t, run(contracttest.Config{Exclude: []result.Check{result.RequiredHeaders}}))
}

// headerless loses a header on the way.
type headerless struct{ http.ResponseWriter }

func (w headerless) WriteHeader(status int) {
	w.Header().Del("RateLimit-Reset")
	w.ResponseWriter.WriteHeader(status)
}

func TestSafeSendsOnlyWhatIsValid(t *testing.T) {
	t.Parallel()
	report, err := contracttest.Run(t.Context(), contracttest.Config{
		URL: "http://api.test", APIKey: testKey, Safe: true, MaxRequests: -1, HTTPClient: client(newRightServer()),
	})
	require.NoError(t, err)
	require.NotEmpty(t, report.Cases)
	for _, c := range report.Cases {
		assert.Equal(t, "valid", c.Class, c.ID)
		assert.Equal(t, http.StatusCreated, c.Status, c.ID)
	}
}

func TestABudgetSaysWhatItLeftOut(t *testing.T) {
	t.Parallel()
	report, err := contracttest.Run(
		t.Context(),
		contracttest.Config{URL: "http://api.test", APIKey: testKey, HTTPClient: client(newRightServer())},
	)
	require.NoError(t, err)
	assert.Equal(t, 90, report.Requests, "the default against anything but the mock fits one window")
	require.Len(t, report.LeftOut, 1)
	assert.Equal(t, "the budget of 90 requests was used up", report.LeftOut[0].Reason)
	assert.NotEmpty(t, report.LeftOut[0].Cases)
	assert.Equal(t, []string{gen.OperationCreateCustomer + " 429", gen.OperationCreateCustomer + " 503"}, lastTwo(report.Coverage.Unprovoked))
}

func lastTwo(names []string) []string { return names[max(0, len(names)-2):] }

func TestCreatedCustomersCarryTheRunTag(t *testing.T) {
	t.Parallel()
	bodies := 0
	var tag string
	tagged := 0
	right := newRightServer()
	report, err := contracttest.Run(t.Context(), contracttest.Config{
		URL: "http://api.test", APIKey: testKey, Seed: 3, Safe: true,
		HTTPClient: client(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var body bytes.Buffer
			_, _ = body.ReadFrom(r.Body)
			if body.Len() > 0 {
				bodies++
				if strings.Contains(body.String(), "contracttest-") {
					tagged++
				}
			}
			r.Body = http.NoBody
			if body.Len() > 0 {
				r = r.Clone(r.Context())
				r.Body = readCloser{&body}
			}
			right.ServeHTTP(w, r)
		})),
	})
	require.NoError(t, err)
	tag = report.RunTag
	assert.Contains(t, tag, "contracttest-")
	assert.Greater(t, tagged*10, bodies*9, "all but the cases about what carries the tag must carry it")
}

type readCloser struct{ *bytes.Buffer }

func (readCloser) Close() error { return nil }

func TestOneCaseRunsAlone(t *testing.T) {
	t.Parallel()
	report, err := contracttest.Run(t.Context(), contracttest.Config{
		URL: "http://api.test", APIKey: testKey, HTTPClient: client(newRightServer()), Case: "coverage/createCustomer/addresses[1].city/null",
	})
	require.NoError(t, err)
	require.Len(t, report.Cases, 1)
	assert.Equal(t, 1, report.Requests)
	assert.Equal(t, "invalid", report.Cases[0].Class)
	assert.Equal(t, http.StatusBadRequest, report.Cases[0].Status)
}
