package client

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// parseBaseURL returns the base URL with exactly one slash at its end, which the generated client resolves paths
// against. One without any path gets that of the contract: it is how a server, such as the mock, says where it listens.
func parseBaseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		// The text of a parse error repeats the URL, which may hold a password.
		return nil, fmt.Errorf("the base URL cannot be parsed; want one like %s", DefaultBaseURL)
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("the base URL must begin with http:// or https://, its scheme is %q", u.Scheme)
	case u.Hostname() == "":
		return nil, fmt.Errorf("the base URL must name a host; want one like %s", DefaultBaseURL)
	case u.User != nil:
		return nil, errors.New("the base URL must not hold a user or a password; the API key authenticates")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, errors.New("the base URL must end with its path, without query and fragment")
	}
	if port, err := strconv.ParseUint(u.Port(), 10, 16); u.Port() != "" && (err != nil || port == 0) {
		return nil, fmt.Errorf("the base URL must have a port from 1 to 65535, or none, its port is %s", u.Port())
	}
	if u.Path == "" {
		contract, err := url.Parse(DefaultBaseURL)
		if err != nil {
			return nil, err
		}
		u.Path = contract.Path
	}
	return u.JoinPath("/"), nil
}

// isLoopback tells whether a host is this machine by its address, or by the name that is reserved for it (RFC 6761, 6.3).
func isLoopback(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Unmap().IsLoopback()
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}
