package main

import (
	"bytes"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// What was connected before is accepted, and nothing connects after it.
func TestDroppingConnectionRequests(t *testing.T) {
	t.Parallel()
	var config net.ListenConfig
	config.SetMultipathTCP(false)
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	address := netip.MustParseAddrPort(listener.Addr().String())
	connect := func() (state uint8) {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
		require.NoError(t, err)
		t.Cleanup(func() { _ = unix.Close(fd) })
		err = unix.Connect(fd, &unix.SockaddrInet4{Port: int(address.Port()), Addr: address.Addr().As4()})
		if err != nil {
			require.ErrorIs(t, err, unix.EINPROGRESS)
		}
		// Over the loopback interface the kernel has answered by now.
		info, err := unix.GetsockoptTCPInfo(fd, unix.IPPROTO_TCP, unix.TCP_INFO)
		require.NoError(t, err)
		return info.State
	}
	const established, synSent = 1, 2 // include/net/tcp_states.h
	require.EqualValues(t, established, connect())
	require.NoError(t, dropConnectionRequests(listener))
	assert.EqualValues(t, synSent, connect())
	accepted, err := listener.Accept()
	require.NoError(t, err)
	require.NoError(t, accepted.Close())
}

// Whoever gets a connection to a mock that drains gets an answer, up to the last one.
func TestDrainAnswersEveryConnection(t *testing.T) {
	t.Parallel()
	p := start(t, "", "--addr", "127.0.0.1:0", "--drain", "100ms", "--rate-limit", "0")
	origin := p.line(t)
	transport := &http.Transport{DisableKeepAlives: true}
	var callers sync.WaitGroup
	var mu sync.Mutex
	created, other := 0, []any{}
	for range 16 {
		callers.Go(func() {
			for {
				request, _ := http.NewRequest(http.MethodPost, origin+gen.BasePath+"/customers", strings.NewReader(`{"email":"a@example.com"}`))
				request.Header = http.Header{http.CanonicalHeaderKey(gen.KeyHeader): {"bbb_test_1"}, "Content-Type": {"application/json"}}
				response, err := transport.RoundTrip(request)
				mu.Lock()
				switch {
				case errors.Is(err, syscall.ECONNREFUSED):
					mu.Unlock()
					return
				case err != nil:
					other = append(other, err)
				case response.StatusCode == http.StatusCreated:
					created++
				default:
					other = append(other, response.Status)
				}
				if created == 500 {
					_ = p.Process.Signal(syscall.SIGTERM)
				}
				mu.Unlock()
				if err != nil {
					continue
				}
				_ = response.Body.Close()
			}
		})
	}
	callers.Wait()
	assert.Equal(t, 0, p.exitCode(t))
	assert.Empty(t, other)
	assert.Equal(t, created, bytes.Count([]byte(p.log.String()), []byte(" status=201 ")), "creates in the log")
}
