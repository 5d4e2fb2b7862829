package format

import (
	"net/netip"
	"strings"
)

// isHostname does not decode the labels that begin with "xn--".
func isHostname(s string) bool {
	return len(s) <= 253 && isDomain(s) && !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
}

func isIPv4(s string) bool {
	address, err := netip.ParseAddr(s)
	return err == nil && address.Is4()
}

func isIPv6(s string) bool {
	address, err := netip.ParseAddr(s)
	return err == nil && address.Is6() && address.Zone() == ""
}
