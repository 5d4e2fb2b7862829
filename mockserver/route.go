package mockserver

import (
	"net/http"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/mux"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
)

// route finds the operation that the request means. There are no redirects: "//customers" and "/customers/" are paths
// that do not exist.
func (s *Server) route(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(r.Context())
		operation, miss := s.judge.Route(r.Method, r.URL.EscapedPath())
		if miss != nil {
			s.notOffered(x, miss.Allow)
			return
		}
		x.operation = operation
		mux.SetPathValues(r, operation.Path)
		next.ServeHTTP(w, r)
	})
}

// notOffered answers a request that no operation is meant by: 404, or 405 where the path has other methods (RFC 9110
// section 15.5.6). The vendor documents no code of its own for 405.
func (s *Server) notOffered(x *exchange, allow []string) {
	path := untrusted.Quote(x.request.URL.EscapedPath())
	if len(allow) == 0 {
		var offered []string
		for _, operation := range s.judge.Operations() {
			offered = append(offered, operation.Method+" "+s.judge.BasePaths()[0]+operation.Path)
		}
		slices.Sort(offered)
		refuse(x, http.StatusNotFound, gen.CodeNotFound, "There is no "+path+" here; there is "+strings.Join(offered, ", ")+".")
		return
	}
	methods := strings.Join(allow, ", ")
	x.header.Set("Allow", methods)
	refuse(x, http.StatusMethodNotAllowed, gen.CodeNotFound,
		untrusted.Quote(x.request.Method)+" is not offered at "+path+"; allowed: "+methods+".")
}
