package mockserver

import (
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/rs/cors"
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

// isOrigin reports whether a browser would send this as the origin of a page.
func isOrigin(origin string) bool {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || strings.Contains(u.Host, "*") {
		return false
	}
	return (u.Scheme == "http" || u.Scheme == "https") && u.Scheme+"://"+u.Host == origin
}

// cors lets pages of other origins call the API and read what it answers, errors and rate limit included (Fetch
// standard, "CORS protocol").
func (s *Server) cors(next http.Handler) http.Handler {
	policy := cors.New(cors.Options{
		AllowedOrigins: s.corsOrigins,
		// All, since a page is to read an answer 405 too.
		AllowedMethods: []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"},
		AllowedHeaders: []string{"content-type", "x-api-key", "prefer"},
		ExposedHeaders: []string{
			"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Preference-Applied", "Allow",
		},
		// A page from the Internet calls a mock on the developer's own machine.
		AllowPrivateNetwork: true,
		MaxAge:              600,
	})
	seen := firsts{seen: map[string]bool{}}
	return withRequestedHeaders(policy.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if origin, key := r.Header.Get("Origin"), r.Header.Get(keyHeader); origin != "" && key != "" {
			// Also of a key that is refused: it can be good elsewhere.
			if digest := digestOf(key); seen.first(origin + " " + string(digest[:])) {
				s.logger.WarnContext(r.Context(),
					"a page in a browser sends an API key, which whoever opens the page can read: call the API from a server",
					slog.String("origin", cut(origin)), slog.String("key", maskKey(key)))
			}
		}
		next.ServeHTTP(w, r)
	})))
}

// withRequestedHeaders hands the names of a preflight on as browsers send them, sorted and in small letters (Fetch
// standard, "CORS-unsafe request-header names"): rs/cors grants no others. The request itself stays as it came.
func withRequestedHeaders(next http.Handler) http.Handler {
	const name = "Access-Control-Request-Headers"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		values := r.Header[name]
		if r.Method != http.MethodOptions || len(values) == 0 {
			next.ServeHTTP(w, r)
			return
		}
		names := strings.FieldsFunc(strings.ToLower(strings.Join(values, ",")), func(c rune) bool {
			return c == ',' || c == ' ' || c == '\t'
		})
		slices.Sort(names)
		asked := *r
		asked.Header = maps.Clone(r.Header)
		asked.Header[name] = []string{strings.Join(slices.Compact(names), ",")}
		next.ServeHTTP(w, &asked)
	})
}

// firsts tells what it has not seen before, so that a warning is logged once. Its memory is bounded: past the bound it
// forgets everything.
type firsts struct {
	mu   sync.Mutex
	seen map[string]bool
}

const mostFirsts = 1_000

func (f *firsts) first(s string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.seen[s] {
		return false
	}
	if len(f.seen) == mostFirsts {
		clear(f.seen)
	}
	f.seen[s] = true
	return true
}
