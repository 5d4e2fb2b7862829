package mockserver

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
)

// BenchmarkPage is how long what the page shows of a journal of 10,000 requests takes to be answered: the slowest of ten, in milliseconds.
func BenchmarkPage(b *testing.B) {
	s := unlimitedServer(b)
	const keys, each = 10, 1_000
	for i := range keys * each {
		r := documentedRequest()
		r.Header.Set(apikey.Header, fmt.Sprintf("bbb_test_%d", i%keys))
		if i%10 == 0 {
			r.Header.Set("Prefer", "code=503")
		}
		s.ServeHTTP(httptest.NewRecorder(), r)
	}
	require.Len(b, s.Requests(), keys*each)
	metrics := map[string]float64{}
	for b.Loop() {
		for name, query := range map[string]string{
			"list": "", "one key": "?key=key_3", "refused": "?refused=true", "text that all have": "?text=jakarta",
			"text that none has": "?text=nothing+has+it", "double submits": "?duplicates=true&key=key_1", "status": "?status=503",
			"older": "?before=req_51", "a request": "?request=req_17", "customers": "?customers=key_1",
		} {
			var slowest time.Duration
			for range 10 {
				recorder := httptest.NewRecorder()
				r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/_mock/"+query, http.NoBody)
				r.Header.Set("Accept", "text/html")
				begin := time.Now()
				if s.ServeHTTP(recorder, r); recorder.Code != http.StatusOK {
					b.Fatal(recorder.Code, recorder.Body)
				}
				slowest = max(slowest, time.Since(begin))
			}
			metrics[strings.ReplaceAll(name, " ", "-")+"-ms"] = float64(slowest) / float64(time.Millisecond)
			metrics["slowest-ms"] = max(metrics["slowest-ms"], metrics[strings.ReplaceAll(name, " ", "-")+"-ms"])
		}
	}
	reportOnly(b, metrics)
}

// BenchmarkPageOpen is the throughput of the mock while a page is open, over that without: the page has the stream of events, and reads the list
// anew twice a second, as page.js does.
func BenchmarkPageOpen(b *testing.B) {
	without, with := startLoaded(b, "mock"), startLoaded(b, "mock")
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	events, err := get(ctx, "http://"+with.address+"/_mock/requests/events", "text/event-stream")
	require.NoError(b, err)
	defer events.Close()
	arrived := make(chan struct{}, 1)
	go func() {
		for lines := bufio.NewScanner(events); lines.Scan(); {
			select {
			case arrived <- struct{}{}:
			default:
			}
		}
	}()
	go func() {
		for ctx.Err() == nil {
			<-arrived
			page, err := get(ctx, "http://"+with.address+"/_mock/", "text/html")
			if err != nil {
				return // the benchmark is over
			}
			_, _ = io.Copy(io.Discard, page)
			_ = page.Close()
			time.Sleep(500 * time.Millisecond) // the pace of page.js, which is what is measured
		}
	}()
	var ratios []float64
	for b.Loop() {
		const requests = 1_600
		ratios = sideBySide(41,
			func() { with.load(b, 16, 1, requests) },
			func() { without.load(b, 16, 1, requests) },
		)
	}
	reportOnly(b, map[string]float64{"throughput/without": ratios[1]})
}

func get(ctx context.Context, url, accept string) (io.ReadCloser, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", accept)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	return response.Body, nil
}
