package mockserver

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
)

// serveOnly makes the test binary a server: of the bare handler, or of the mock.
const serveOnly = "BITBYBIT_BENCH_SERVE"

func TestMain(m *testing.M) {
	switch os.Getenv(serveOnly) {
	case "bare":
		serveUntilEOF(newBare())
	case "mock":
		mock, err := New(WithRateLimit(0))
		if err != nil {
			panic(err)
		}
		serveUntilEOF(mock)
	default:
		os.Exit(m.Run())
	}
}

func serveUntilEOF(handler http.Handler) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr())
	go func() { panic(http.Serve(listener, handler)) }()
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// BenchmarkLoopback is the throughput of the mock as it is by default, but for the rate limit, over that of the bare
// handler: the documented request over kept-alive connections, both directions judged. Each server is a process of its
// own on one core, so that neither pays for the other's garbage. What they took of that core in all is compared, too: it
// is much the same whatever else the machine does.
func BenchmarkLoopback(b *testing.B) {
	plain, mock := startLoaded(b, "bare"), startLoaded(b, "mock")
	metrics := map[string]float64{}
	for b.Loop() {
		for _, load := range []struct {
			name              string
			connections, keys int
		}{{"", 16, 1}, {"-200-connections", 200, 1}, {"-10000-keys", 16, 10_000}} {
			const requests = 1_600
			ratios := sideBySide(41,
				func() { mock.load(b, load.connections, load.keys, requests) },
				func() { plain.load(b, load.connections, load.keys, requests) },
			)
			metrics["throughput"+load.name+"/bare"] = ratios[1]
		}
	}
	metrics["requests-per-cpu-second/bare"] = float64(plain.stop()) / float64(mock.stop())
	reportOnly(b, metrics)
}

// BenchmarkOneProcess is the mock under the same load in the process of the benchmark, for `make profile`.
func BenchmarkOneProcess(b *testing.B) {
	server := httptest.NewServer(unlimitedServer(b))
	b.Cleanup(server.Close)
	mock := &loaded{address: server.Listener.Addr().String()}
	const requests = 2_000
	for b.Loop() {
		mock.load(b, 16, 1, requests)
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/requests, "ns/request")
	mock.close()
}

// loaded is a server that gets requests over connections that stay open, with as little work for who sends them as can
// be: the load shares the machine with the server.
type loaded struct {
	address string
	open    []net.Conn
	key     int
	stop    func() time.Duration // ends it, and tells the processor time that it took
}

func startLoaded(b *testing.B, name string) *loaded {
	command := exec.CommandContext(b.Context(), os.Args[0])
	command.Env = append(os.Environ(), serveOnly+"="+name, "GOMAXPROCS=1")
	stdin, err := command.StdinPipe()
	require.NoError(b, err)
	stdout, err := command.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, command.Start())
	address, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(b, err)
	server := &loaded{address: strings.TrimSpace(address)}
	server.stop = sync.OnceValue(func() time.Duration {
		server.close()
		_ = stdin.Close()
		_ = command.Wait()
		return command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	})
	b.Cleanup(func() { server.stop() })
	return server
}

func (l *loaded) close() {
	for _, connection := range l.open {
		_ = connection.Close()
	}
}

// load sends the documented request so many times, with so many keys in turn.
func (l *loaded) load(b *testing.B, connections, keys, requests int) {
	for len(l.open) < connections {
		connection, err := net.Dial("tcp", l.address)
		require.NoError(b, err)
		l.open = append(l.open, connection)
	}
	var wg sync.WaitGroup
	for i, connection := range l.open[:connections] {
		first := l.key + i*requests/connections
		wg.Go(func() {
			reader := bufio.NewReader(connection)
			for n := range requests / connections {
				_, err := connection.Write(l.request((first + n) % keys))
				if err == nil {
					err = readCreated(reader)
				}
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	l.key += requests
}

func (l *loaded) request(key int) []byte {
	r := make([]byte, 0, 1024)
	r = append(r, "POST /customer/open/v1/customers HTTP/1.1\r\nContent-Type: application/json\r\nHost: "...)
	r = append(r, l.address...)
	r = append(r, "\r\n"+apikey.Header+": bbb_test_"...)
	r = strconv.AppendInt(r, int64(key), 10)
	r = append(r, "\r\nContent-Length: "...)
	r = strconv.AppendInt(r, int64(len(VendorsBody)), 10)
	return append(append(r, "\r\n\r\n"...), VendorsBody...)
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
