package client_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// BenchmarkOverhead makes the same call with the client and with http.Client and encoding/json, turn by turn, over
// one kept connection each to the same server. The bar: x-time, the ratio of the medians, stays under 1.25.
func BenchmarkOverhead(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		reply(w, 201, created)
	}))
	defer server.Close()
	c, err := client.New(testKey, client.WithBaseURL(server.URL))
	require.NoError(b, err)
	plain := &http.Client{Transport: &http.Transport{DialContext: (&net.Dialer{}).DialContext}}
	in := jane()

	ours := func() error {
		_, err := c.CreateCustomer(b.Context(), in)
		return err
	}
	theirs := func() error {
		_, err := byHand(b.Context(), plain, server.URL+gen.PathCreateCustomer, in)
		return err
	}
	require.NoError(b, ours())
	require.NoError(b, theirs())
	var times [2][]time.Duration
	for n := 0; b.Loop(); n++ {
		for i := range 2 {
			which := (n + i) % 2 // the one that goes first changes, too
			call := [...]func() error{ours, theirs}[which]
			start := time.Now()
			err := call()
			times[which] = append(times[which], time.Since(start))
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	our, their := median(times[0]), median(times[1])
	b.ReportMetric(float64(our), "client-ns")
	b.ReportMetric(float64(their), "byhand-ns")
	b.ReportMetric(float64(our)/float64(their), "x-time")
	ourAllocs, theirAllocs := allocs(b, ours), allocs(b, theirs)
	b.ReportMetric(ourAllocs, "client-allocs")
	b.ReportMetric(theirAllocs, "byhand-allocs")
	b.ReportMetric(ourAllocs/theirAllocs, "x-allocs")
	b.Logf("the client takes %.3f times what the same call takes by hand", float64(our)/float64(their))
}

// byHand is what one writes without this package: it sends, checks the status and decodes, nothing else.
func byHand(ctx context.Context, hc *http.Client, url string, in gen.CustomerInput) (*gen.Customer, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(gen.KeyHeader, testKey)
	resp, err := hc.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		return nil, fmt.Errorf("status %d", resp.StatusCode)
	}
	raw, err := io.ReadAll(resp.Body) // all of it: a truncated answer is no answer
	if err != nil {
		return nil, err
	}
	var answer gen.CustomerResponse
	if err := json.Unmarshal(raw, &answer); err != nil {
		return nil, err
	}
	return &answer.Data, nil
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

// allocs counts the allocations of the whole process per call, the server's included.
func allocs(b *testing.B, call func() error) float64 {
	const calls = 200
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range calls {
		require.NoError(b, call())
	}
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / calls
}
