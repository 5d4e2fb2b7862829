package mockserver

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/gen/control"
)

// WithControlHosts names hosts, beside localhost and IP addresses, under which the control API answers: the name that a
// container or a machine goes by, without a port.
func WithControlHosts(names ...string) Option {
	return func(c *config) error {
		for _, name := range names {
			if name == "" || strings.ContainsAny(name, "/:@ \t*") {
				return fmt.Errorf(
					"WithControlHosts: must be a host name without scheme and port, got %s",
					quoteCut(name),
				)
			}
			c.controlHosts = append(c.controlHosts, normalHost(name))
		}
		return nil
	}
}

// controlGuard keeps web pages away from the control API, which asks for no key. A page of another origin is told by
// its Origin header; one that had its own name resolve to this machine (DNS rebinding) by the Host header, which then
// has that name. No answer has a CORS header.
func (s *Server) controlGuard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		if host := hostOf(r.Host); !s.isControlHost(host) {
			refuseControl(
				w,
				http.StatusForbidden,
				control.CodeUnknownHost,
				quoteCut(
					host,
				)+" is not a host name of this mock; --control-host, or WithControlHosts in Go, makes it one.",
			)
			return
		}
		for _, origin := range r.Header.Values("Origin") {
			if !sameOrigin(origin, r.Host) {
				refuseControl(w, http.StatusForbidden, control.CodeForeignOrigin,
					"The control API is not for pages of another origin, and "+quoteCut(origin)+" is one.")
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// isControlHost also takes every IP address: rebinding needs a name that resolves to something else later, which an
// address does not.
func (s *Server) isControlHost(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true // RFC 6761 section 6.3: always this machine
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return slices.Contains(s.controlHosts, host)
}

// hostOf is the name or address in a Host header, without the port and the brackets of an IPv6 address.
func hostOf(header string) string {
	host, _, err := net.SplitHostPort(header)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(header, "["), "]")
	}
	return normalHost(host)
}

func normalHost(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

func sameOrigin(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && strings.EqualFold(u.Host, host)
}
