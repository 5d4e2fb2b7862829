package mockserver

import (
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/rs/cors"
	"golang.org/x/net/http/httpguts"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
)

// WithCORSOrigins names the origins, as in https://app.example.com or http://localhost:5173, whose pages may call the
// API from a browser. Without it any origin may.
func WithCORSOrigins(origins ...string) Option {
	return func(c *config) error {
		for _, origin := range origins {
			if !isOrigin(origin) {
				return fmt.Errorf("WithCORSOrigins: an origin must be http or https, a host and perhaps a port, "+
					"as in https://app.example.com, got %q", origin)
			}
		}
		c.corsOrigins = append(c.corsOrigins, origins...)
		return nil
	}
}

// WithCORSHeaders names the headers that pages of other origins may send, beside the API's own: content-type, prefer
// and that of the API key. Without it they may send any: tools that trace requests add headers of theirs.
func WithCORSHeaders(names ...string) Option {
	return func(c *config) error {
		for _, name := range names {
			if !httpguts.ValidHeaderFieldName(name) {
				return fmt.Errorf("WithCORSHeaders: must be the name of a header, as in traceparent, got %s", untrusted.Quote(name))
			}
			c.corsHeaders = append(c.corsHeaders, strings.ToLower(name))
		}
		return nil
	}
}

// isOrigin reports whether a browser would send this as the origin of a page.
func isOrigin(origin string) bool {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || strings.Contains(u.Host, "*") {
		return false
	}
	return (u.Scheme == "http" || u.Scheme == "https") && u.Scheme+"://"+u.Host == origin
}

// corsMethods are all, since a page is to read an answer 405 too.
var corsMethods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}

// corsOwnHeaders are the request headers that the API itself reads.
var corsOwnHeaders = []string{"content-type", "prefer", strings.ToLower(gen.KeyHeader)}

// responseHeaders are the headers that the contract has for any answer, in the order of their names.
func responseHeaders(contract *judge.Judge) []string {
	var names []string
	for _, operation := range contract.Operations() {
		for _, response := range operation.Spec.Responses.Map() {
			names = slices.AppendSeq(names, maps.Keys(response.Value.Headers))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// cors lets pages of other origins call the API and read what it answers, errors and rate limit included (Fetch
// standard, "CORS protocol"). What it refuses a page is logged, and in the journal.
func (s *Server) cors(next http.Handler) http.Handler {
	allowedHeaders := []string{"*"}
	if len(s.corsHeaders) > 0 {
		allowedHeaders = slices.Concat(corsOwnHeaders, s.corsHeaders)
	}
	policy := cors.New(cors.Options{
		AllowedOrigins: s.corsOrigins,
		AllowedMethods: corsMethods,
		AllowedHeaders: allowedHeaders,
		ExposedHeaders: append(responseHeaders(s.judge), "Preference-Applied", "Allow"),
		// A page from the Internet calls a mock on the developer's own machine.
		AllowPrivateNetwork: true,
		MaxAge:              600,
	})
	seen := firsts{seen: map[string]bool{}}
	granting := withRequestedHeaders(policy.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if origin, key := r.Header.Get("Origin"), r.Header.Get(apikey.Header); origin != "" && key != "" {
			// Also of a key that is refused: it can be good elsewhere.
			if digest := apikey.DigestOf(key); seen.first(origin + " " + string(digest[:])) {
				s.logger.WarnContext(r.Context(),
					"a page in a browser sends an API key, which whoever opens the page can read: call the API from a server",
					slog.String("origin", untrusted.Cut(origin)), slog.String("key", mask.Key(key)))
			}
		}
		next.ServeHTTP(w, r)
	})))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		granting.ServeHTTP(w, r)
		if r.Header.Get("Origin") == "" || w.Header().Get("Access-Control-Allow-Origin") != "" {
			return
		}
		x := exchangeOf(r.Context())
		x.corsRefused = mask.Keys(s.corsRefusal(r, policy.OriginAllowed(r)))
		s.logger.WarnContext(r.Context(), "a page in a browser was refused (CORS)", slog.String("reason", x.corsRefused),
			slog.String("origin", untrusted.Cut(r.Header.Get("Origin"))), slog.String("user_agent", untrusted.UserAgent(r.UserAgent())))
	})
}

// corsRefusal says why a page may not send its request, or not read the answer.
func (s *Server) corsRefusal(r *http.Request, originAllowed bool) string {
	if !originAllowed {
		return "origin " + untrusted.Quote(r.Header.Get("Origin")) + " is not allowed: --cors-origin, or WithCORSOrigins in Go, allows " +
			strings.Join(s.corsOrigins, ", ") + " only"
	}
	method := r.Method
	if asked := r.Header.Get("Access-Control-Request-Method"); r.Method == http.MethodOptions && asked != "" {
		method = asked
	}
	if !slices.Contains(corsMethods, method) && method != http.MethodOptions {
		return "method " + untrusted.Quote(method) + " is not allowed: it must be one of " + strings.Join(corsMethods, ", ")
	}
	allowed := slices.Concat(corsOwnHeaders, s.corsHeaders)
	refused := slices.DeleteFunc(requestedHeaders(r.Header), func(name string) bool { return slices.Contains(allowed, name) })
	return "header " + untrusted.Quote(strings.Join(refused, ", ")) + " is not allowed: --cors-header, or WithCORSHeaders in Go, allows " +
		strings.Join(allowed, ", ") + " only"
}

const requestHeaders = "Access-Control-Request-Headers"

// requestedHeaders are the names that a preflight asks for, in small letters, sorted, each once.
func requestedHeaders(header http.Header) []string {
	names := strings.FieldsFunc(strings.ToLower(strings.Join(header[requestHeaders], ",")), func(c rune) bool {
		return c == ',' || c == ' ' || c == '\t'
	})
	slices.Sort(names)
	return slices.Compact(names)
}

// withRequestedHeaders hands the names of a preflight on as browsers send them, sorted and in small letters (Fetch
// standard, "CORS-unsafe request-header names"): rs/cors grants no others. The request itself stays as it came.
func withRequestedHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodOptions || len(r.Header[requestHeaders]) == 0 {
			next.ServeHTTP(w, r)
			return
		}
		asked := *r
		asked.Header = maps.Clone(r.Header)
		asked.Header[requestHeaders] = []string{strings.Join(requestedHeaders(r.Header), ",")}
		next.ServeHTTP(w, &asked)
	})
}
