package control

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/gen"
	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
)

// guard keeps web pages away from the control API, which asks for no key. A page of another origin is told by
// its Origin header, or by Sec-Fetch-Site where a browser sends that alone; one
// that had its own name resolve to this machine (DNS rebinding) by the Host header, which then has that name. No answer
// has a CORS header.
func (a *api) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		if host := hostOf(r.Host); !a.isKnownHost(host) {
			refuse(w, http.StatusForbidden, gencontrol.CodeUnknownHost, untrusted.Quote(host)+" is not a host name of this mock: "+
				"it answers to localhost, IP addresses and names without a dot; --control-host, BITBYBIT_MOCK_CONTROL_HOSTS, "+
				"or WithControlHosts in Go, adds a name.")
			return
		}
		if isWebhook(r) {
			refuse(w, http.StatusForbidden, gencontrol.CodeWebhookToItself,
				"The control API takes no webhooks, and this request is one, for it has "+gen.WebhookIDHeader+"; give the endpoint another address.")
			return
		}
		for _, origin := range r.Header.Values("Origin") {
			if !sameOrigin(origin, r.Host) {
				refuse(w, http.StatusForbidden, gencontrol.CodeForeignOrigin,
					"The control API is not for pages of another origin, and "+untrusted.Quote(origin)+" is one.")
				return
			}
		}
		if isFromElsewhere(r) {
			refuse(w, http.StatusForbidden, gencontrol.CodeForeignOrigin,
				"The control API is not for pages of another origin, and a browser says that one sends this: Sec-Fetch-Site is "+
					untrusted.Quote(r.Header.Get("Sec-Fetch-Site"))+".")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isWebhook reports whether a request is a webhook. One that is aimed at the mock itself must do nothing here: whoever names the address of an endpoint
// would else have the mock carry out an operation for them.
func isWebhook(r *http.Request) bool {
	_, found := r.Header[http.CanonicalHeaderKey(gen.WebhookIDHeader)]
	return found
}

// isFromElsewhere reports whether a browser says that a page of another origin sends a request. A link that is followed to the page is no attack;
// anything else costs work, even where the browser would not let the other page see the answer. [http.CrossOriginProtection] does not fit: it tells
// "Localhost" from "localhost".
func isFromElsewhere(r *http.Request) bool {
	isRead := r.Method == http.MethodGet || r.Method == http.MethodHead
	if isRead && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document" {
		return false
	}
	return slices.ContainsFunc(r.Header["Sec-Fetch-Site"], func(site string) bool {
		return site != "same-origin" && site != "none"
	})
}

// privateSuffixes are the names below which public DNS has no names, so that no attacker can have one there: RFC 6761
// (localhost, test), RFC 6762 (local), RFC 8375 (home.arpa), and ICANN's board in July 2024 (internal).
var privateSuffixes = []string{".localhost", ".test", ".local", ".home.arpa", ".internal"}

// isKnownHost takes every host that an attacker's page cannot have: rebinding needs a name of public DNS, which
// resolves to this machine once the page is loaded. An IP address resolves to nothing else, and a name without a dot is
// that of a container, a compose service or a machine nearby: public DNS has no hosts at its top level.
func (a *api) isKnownHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	if slices.Contains(a.Hosts, host) {
		return true
	}
	isPrivate := func(suffix string) bool { return len(host) > len(suffix) && strings.HasSuffix(host, suffix) }
	return isHostName(host) && (!strings.Contains(host, ".") || slices.ContainsFunc(privateSuffixes, isPrivate))
}

// isHostName reports whether a host, in small letters, is written as a name in DNS is. An underscore is not, but compose
// makes such names. What a browser would read as another name, with a full stop of another script in it, is none.
func isHostName(host string) bool {
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
		for _, c := range []byte(label) {
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
				return false
			}
		}
	}
	return len(host) <= 253
}

// hostOf is the name or address in a Host header, without the port and the brackets of an IPv6 address.
func hostOf(header string) string {
	host, _, err := net.SplitHostPort(header)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(header, "["), "]")
	}
	return NormalHost(host)
}

// NormalHost is a host name as it is compared.
func NormalHost(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

func sameOrigin(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && strings.EqualFold(u.Host, host)
}
