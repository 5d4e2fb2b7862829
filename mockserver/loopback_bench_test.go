package mockserver_test

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// BenchmarkLoopback is the throughput of the mock as it is by default, but for the rate limit, over that of the bare handler: the documented
// request over 16 kept-alive connections, both directions judged. The two take turns, so that a machine that slows down slows both.
func BenchmarkLoopback(b *testing.B) {
	mock, err := mockserver.New(mockserver.WithRateLimit(0))
	require.NoError(b, err)
	plain := load(b, &bare{customers: map[string]*gen.Customer{}})
	judged := load(b, mock)
	const connections, rounds, requests = 16, 15, 4000
	var ratios []float64
	for b.Loop() {
		ratios = append(ratios, takeTurns(rounds,
			func() { plain(b, connections, requests) },
			func() { judged(b, connections, requests) },
		)...)
	}
	b.ReportMetric(median(ratios), "bare/mock")
	b.ReportMetric(0, "ns/op")
}

// takeTurns times one and the other, round by round, and says how long one took over how long the other did in each.
func takeTurns(rounds int, one, other func()) (ratios []float64) {
	timed := func(f func()) float64 {
		start := time.Now()
		f()
		return float64(time.Since(start))
	}
	one()
	other()
	for range rounds {
		ratios = append(ratios, timed(one)/timed(other))
	}
	return ratios
}

func median(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}

// load serves a handler on a loopback listener. The function returned sends it so many documented requests over so many connections, with as little
// of its own as can be: the load shares the machine with the server.
func load(b *testing.B, handler http.Handler) func(b *testing.B, connections, requests int) {
	server := httptest.NewServer(handler)
	b.Cleanup(server.Close)
	address := strings.TrimPrefix(server.URL, "http://")
	request := []byte("POST /customer/open/v1/customers HTTP/1.1\r\nHost: " + address + "\r\nContent-Type: application/json\r\nX-Api-Key: bbb_test_1\r\nContent-Length: " +
		strconv.Itoa(len(documented)) + "\r\n\r\n" + documented)
	var idle []net.Conn
	b.Cleanup(func() {
		for _, connection := range idle {
			_ = connection.Close()
		}
	})
	return func(b *testing.B, connections, requests int) {
		for len(idle) < connections {
			connection, err := net.Dial("tcp", address)
			require.NoError(b, err)
			idle = append(idle, connection)
		}
		var wg sync.WaitGroup
		for _, connection := range idle {
			wg.Go(func() {
				reader := bufio.NewReader(connection)
				for range requests / connections {
					if _, err := connection.Write(request); err != nil {
						b.Error(err)
						return
					}
					if err := readCreated(reader); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
	}
}

// readCreated reads one answer, which must be a 201 with a Content-Length.
func readCreated(reader *bufio.Reader) error {
	status, err := reader.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(status, []byte("HTTP/1.1 201 ")) {
		return textproto.ProtocolError(status)
	}
	length := 0
	for {
		line, err := reader.ReadSlice('\n')
		if err != nil {
			return err
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return err
			}
		}
		if len(line) == 2 {
			_, err := reader.Discard(length)
			return err
		}
	}
}
