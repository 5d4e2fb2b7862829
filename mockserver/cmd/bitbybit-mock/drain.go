package main

import (
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	// settleTime is for what is between two states that can be seen: a handshake that the kernel has begun, or a request that net/http has
	// read and not yet handed on.
	settleTime = 100 * time.Millisecond
	// lastRequestTime is how long connections that were opened last may take to bring their request.
	lastRequestTime = 2 * time.Second
)

// unused are the connections on which no request has arrived yet.
type unused struct {
	mu          sync.Mutex
	connections map[net.Conn]bool
}

// watch is a [http.Server.ConnState].
func (u *unused) watch(connection net.Conn, state http.ConnState) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if state == http.StateNew {
		u.connections[connection] = true
	} else {
		delete(u.connections, connection)
	}
}

func (u *unused) any() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.connections) > 0
}

// refuseConnections takes no further connections, and serves what comes on those that were opened before, so that the listener can be closed.
// Both [http.Server.Shutdown] and the kernel would else lose requests: the one drops a request that it reads after it began, the other, on
// Linux, resets the connections that wait to be accepted. Who connects meanwhile gets no answer to it, tries again after a second, and is
// refused then, as a load balancer needs to go on to another replica.
func (m *listening) refuseConnections() {
	if err := dropConnectionRequests(m.listener); err != nil {
		m.logger.Debug("connections that wait when the port closes are reset", slog.Any("error", err))
		return
	}
	time.Sleep(settleTime)
	for begin := time.Now(); m.unused.any() && time.Since(begin) < lastRequestTime; {
		time.Sleep(settleTime / 10)
	}
	time.Sleep(settleTime)
}
