package traffic_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/traffic"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// What makes the test binary a proxy, and to which target.
const (
	serveOnly   = "BITBYBIT_BENCH_PROXY"
	serveTarget = "BITBYBIT_BENCH_TARGET"
)

func TestMain(m *testing.M) {
	switch os.Getenv(serveOnly) {
	case "plain":
		target, err := url.Parse(os.Getenv(serveTarget))
		if err != nil {
			panic(err)
		}
		transport := http.DefaultTransport.(*http.Transport).Clone()
		transport.MaxIdleConnsPerHost = 256
		serveUntilEOF(&httputil.ReverseProxy{Transport: transport, Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }})
	case "judging":
		proxy, err := traffic.Proxy(os.Getenv(serveTarget))
		if err != nil {
			panic(err)
		}
		serveUntilEOF(proxy)
		proxy.Close()
		if err := proxy.Err(); err != nil {
			panic(err)
		}
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
	server := &http.Server{Handler: handler}
	go func() { _ = server.Serve(listener) }()
	_, _ = io.Copy(io.Discard, os.Stdin)
	_ = server.Close()
}

// BenchmarkProxy is what a create costs that is judged on its way, over one through a plain httputil.ReverseProxy: the processor time of each
// proxy, which is a process of its own, and the time that 16 connections take. The target is the mock.
func BenchmarkProxy(b *testing.B) {
	mock, err := mockserver.New(mockserver.WithRateLimit(0))
	require.NoError(b, err)
	target := httptest.NewServer(mock)
	b.Cleanup(target.Close)
	plain, judging := startProxy(b, "plain", target.URL), startProxy(b, "judging", target.URL)
	var ratios []float64
	for b.Loop() {
		for range 21 {
			ratios = append(ratios, float64(judging.load(b))/float64(plain.load(b)))
		}
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "time/plain")
	b.ReportMetric(float64(judging.stop())/float64(plain.stop()), "cpu/plain")
	b.ReportMetric(0, "ns/op")
}

// proxied is a proxy in a process of its own.
type proxied struct {
	url    string
	client *http.Client
	stop   func() time.Duration // ends it, and tells the processor time that it took
}

func startProxy(b *testing.B, name, target string) *proxied {
	b.Helper()
	command := exec.CommandContext(b.Context(), os.Args[0])
	command.Env = append(os.Environ(), serveOnly+"="+name, serveTarget+"="+target)
	command.Stderr = os.Stderr
	stdin, err := command.StdinPipe()
	require.NoError(b, err)
	stdout, err := command.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, command.Start())
	address, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(b, err)
	p := &proxied{url: "http://" + strings.TrimSpace(address), client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}}
	p.stop = sync.OnceValue(func() time.Duration {
		p.client.CloseIdleConnections()
		_ = stdin.Close()
		require.NoError(b, command.Wait())
		return command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	})
	b.Cleanup(func() { p.stop() })
	return p
}

// load makes 800 creates over 16 connections, and tells how long they took.
func (p *proxied) load(b *testing.B) time.Duration {
	b.Helper()
	begun := time.Now()
	var callers sync.WaitGroup
	for range 16 {
		callers.Go(func() {
			for range 50 {
				r, _ := http.NewRequestWithContext(b.Context(), http.MethodPost, p.url+gen.BasePath+"/customers", strings.NewReader(fullBody))
				r.Header = http.Header{"Content-Type": {"application/json"}, http.CanonicalHeaderKey(gen.KeyHeader): {testKey}}
				answer, err := p.client.Do(r)
				if err != nil || answer.StatusCode != http.StatusCreated {
					b.Error(answer, err)
					return
				}
				_, _ = io.Copy(io.Discard, answer.Body)
				_ = answer.Body.Close()
			}
		})
	}
	callers.Wait()
	return time.Since(begun)
}
