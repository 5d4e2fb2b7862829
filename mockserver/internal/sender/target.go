package sender

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"

	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
)

const longestURL = 2048

// allowFlag is the flag of the program that allows further addresses, for messages.
const allowFlag = "--webhook-allow"

// refusedError says that an address must not be sent to.
type refusedError struct{ text string }

func (e *refusedError) Error() string { return e.text }

func refused(format string, args ...any) error { return &refusedError{fmt.Sprintf(format, args...)} }

// checkURL says what is wrong with the URL of an endpoint. Where its host is an address, that is checked against those that are allowed; a name
// is resolved only when something is sent, and checked then. Errors do not show the URL, which may have credentials in it.
func checkURL(text string, allow []netip.Prefix) error {
	if len(text) > longestURL {
		return fmt.Errorf("webhook: url must have at most %d bytes, got %d", longestURL, len(text))
	}
	u, err := url.Parse(text)
	if err != nil {
		return errors.New("webhook: url must be an absolute URL, as in http://127.0.0.1:8080/webhooks; got what is not a URL")
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("webhook: url must begin with http:// or https://, got the scheme %s", untrusted.Quote(u.Scheme))
	case u.User != nil:
		return errors.New("webhook: url must not have a user or a password in it")
	case u.Fragment != "" || u.RawFragment != "":
		return errors.New("webhook: url must not have a fragment (#…): it is never sent")
	case u.Opaque != "" || u.Hostname() == "":
		return errors.New("webhook: url must have a host, as in http://127.0.0.1:8080/webhooks")
	}
	if text := u.Port(); text != "" {
		if port, err := strconv.ParseUint(text, 10, 16); err != nil || port == 0 {
			return fmt.Errorf("webhook: the port of url must be from 1 to 65535, got %s", untrusted.Quote(text))
		}
	}
	if address, err := netip.ParseAddr(u.Hostname()); err == nil {
		if err := checkAddress(address, allow); err != nil {
			return fmt.Errorf("webhook: %w", err)
		}
	}
	return nil
}

// checkAddress says why an address must not be sent to: it is neither a loopback one nor allowed. What stands for an IPv4 address in a form of
// transition leads where that leads, so that both must be allowed.
func checkAddress(address netip.Addr, allow []netip.Prefix) error {
	plain := address.Unmap() // a.b.c.d is what is dialled for ::ffff:a.b.c.d
	switch {
	case plain.Zone() != "":
		return refused("refused to send to %s: an address with a zone is on some link of this machine, and cannot be allowed", untrusted.Quote(address.String()))
	case plain.IsUnspecified():
		return refused("refused to send to %s: it means this machine only by accident; write 127.0.0.1 or [::1]", address)
	case plain.IsLoopback():
		return nil
	case !contains(allow, plain):
		return refused("refused to send to %s: only loopback addresses are allowed; %s %s adds it", address, allowFlag, netip.PrefixFrom(plain, plain.BitLen()))
	}
	if inner, ok := embedded(plain); ok && !contains(allow, inner) {
		return refused("refused to send to %s: it leads to %s, which is not allowed; %s %s adds it", address, inner, allowFlag,
			netip.PrefixFrom(inner, inner.BitLen()))
	}
	return nil
}

func contains(allow []netip.Prefix, address netip.Addr) bool {
	for _, prefix := range allow {
		if prefix.Contains(address) {
			return true
		}
	}
	return false
}

// The forms in which an IPv6 address stands for an IPv4 one, and where in it that begins.
var transitions = []struct {
	prefix netip.Prefix
	at     int
}{
	{netip.MustParsePrefix("::/96"), 12},           // IPv4-compatible (RFC 4291 section 2.5.5.1)
	{netip.MustParsePrefix("::ffff:0:0:0/96"), 12}, // IPv4-translated (RFC 2765 section 2.1)
	{netip.MustParsePrefix("64:ff9b::/96"), 12},    // NAT64 (RFC 6052)
	{netip.MustParsePrefix("64:ff9b:1::/48"), 12},  // NAT64 of a network, taken for a /96 (RFC 8215)
	{netip.MustParsePrefix("2002::/16"), 2},        // 6to4 (RFC 3056)
}

var teredo = netip.MustParsePrefix("2001::/32") // RFC 4380

// embedded is the IPv4 address that an IPv6 address stands for, if it does.
func embedded(address netip.Addr) (netip.Addr, bool) {
	if !address.Is6() {
		return netip.Addr{}, false
	}
	b := address.As16()
	if teredo.Contains(address) { // the client's address stands there inverted (RFC 4380 section 4)
		return netip.AddrFrom4([4]byte{^b[12], ^b[13], ^b[14], ^b[15]}), true
	}
	for _, t := range transitions {
		if t.prefix.Contains(address) {
			return netip.AddrFrom4([4]byte(b[t.at : t.at+4])), true
		}
	}
	if b[8]&^2 == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe { // ISATAP (RFC 5214 section 6.1)
		return netip.AddrFrom4([4]byte(b[12:])), true
	}
	return netip.Addr{}, false
}
