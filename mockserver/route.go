package mockserver

import (
	"net/http"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/gen"
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
		next.ServeHTTP(w, r)
	})
}

// notOffered answers a request that no operation is meant by: 404, or 405 where the path has other methods (RFC 9110
// section 15.5.6). The vendor documents no code of its own for 405.
func (s *Server) notOffered(x *exchange, allow []string) {
	path := quoteCut(x.request.URL.EscapedPath())
	if len(allow) == 0 {
		offered := s.judge.Operations()[0]
		refuse(x, http.StatusNotFound, gen.CodeNotFound,
			"There is no "+path+" here; there is "+offered.Method+" "+s.judge.BasePaths()[0]+offered.Path+".")
		return
	}
	methods := strings.Join(allow, ", ")
	x.header.Set("Allow", methods)
	refuse(x, http.StatusMethodNotAllowed, gen.CodeNotFound,
		quoteCut(x.request.Method)+" is not offered at "+path+"; allowed: "+methods+".")
}
