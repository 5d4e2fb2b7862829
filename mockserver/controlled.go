package mockserver

import (
	"fmt"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
)

// WithControlHosts names hosts under which the control API answers, without a port. IP addresses and names that public
// DNS does not have need no naming: localhost, a name without a dot (a container's or a compose service's), and names
// below .internal, .local, .home.arpa, .test and .localhost.
func WithControlHosts(names ...string) Option {
	return func(c *config) error {
		for _, name := range names {
			if name == "" || strings.ContainsAny(name, "/:@ \t*") {
				return fmt.Errorf(
					"WithControlHosts: must be a host name without scheme and port, got %s",
					untrusted.Quote(name),
				)
			}
			c.controlHosts = append(c.controlHosts, control.NormalHost(name))
		}
		return nil
	}
}

// controlled is what the control API sees of the server.
func (s *Server) controlled() control.Mock {
	return control.Mock{
		Store: s.store, Journal: s.journal, Faults: &s.faults, Limiter: s.limiter, Sender: s.sender, Keys: s.keys, Send: s.send, Reset: s.Reset, Draining: s.draining.Load,
		Transfers: s.transfers, MaxBody: s.maxBody, Hosts: s.controlHosts,
		Logger: s.logger, Now: s.now, Started: s.started, Version: Version(), BasePath: s.judge.BasePaths()[0],
	}
}
