package access

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// Allows reports whether the key is good from the address that the connection comes from. X-Forwarded-For and its like
// are not looked at: anybody can send them, so that a list that believed them would keep no one out. A program that
// listens on both IPv4 and IPv6 sees an IPv4 caller as ::ffff:a.b.c.d, which is a.b.c.d here.
func (g *Grant) Allows(remote string) bool {
	if len(g.allow) == 0 {
		return true
	}
	from, err := netip.ParseAddrPort(remote)
	if err != nil {
		return false
	}
	caller := from.Addr().Unmap().WithZone("")
	for _, prefix := range g.allow {
		if prefix.Contains(caller) {
			return true
		}
	}
	return false
}

// The limits of an allowlist (page "IP Whitelisting").
const (
	longestAllowlist = 20
	widestIPv4       = 9
	widestIPv6       = 33
)

func parseAllowlist(list string) ([]netip.Prefix, error) {
	entries := strings.Split(list, "+")
	if len(entries) > longestAllowlist {
		return nil, fmt.Errorf("an allowlist has at most %d entries, got %d", longestAllowlist, len(entries))
	}
	allow := make([]netip.Prefix, len(entries))
	for i, entry := range entries {
		prefix, err := parseAllowed(entry)
		if err != nil {
			return nil, fmt.Errorf("allowlist entry %d: %w, got %s", i+1, err, quoteUnlessKey(entry))
		}
		allow[i] = prefix
	}
	return allow, nil
}

var errAddress = errors.New("must be an address or a range, as in 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48")

func parseAllowed(entry string) (netip.Prefix, error) {
	prefix, err := ParseRange(entry)
	if err != nil {
		return prefix, err
	}
	if widest := widestOf(prefix.Addr()); prefix.Bits() < widest {
		return netip.Prefix{}, fmt.Errorf("must be no wider than /%d", widest)
	}
	return prefix, nil
}

// ParseRange reads a single address, or a range in CIDR notation. What is written as ::ffff:a.b.c.d is a.b.c.d.
func ParseRange(entry string) (netip.Prefix, error) {
	if !strings.Contains(entry, "/") {
		address, err := netip.ParseAddr(entry)
		if err != nil || address.Zone() != "" {
			return netip.Prefix{}, errAddress
		}
		address = address.Unmap()
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(entry)
	if err != nil {
		return netip.Prefix{}, errAddress
	}
	if prefix.Addr().Is4In6() && prefix.Bits() >= 96 {
		prefix = netip.PrefixFrom(prefix.Addr().Unmap(), prefix.Bits()-96)
	}
	return prefix.Masked(), nil
}

func widestOf(address netip.Addr) int {
	if address.Is4() {
		return widestIPv4
	}
	return widestIPv6
}
