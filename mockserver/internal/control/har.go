package control

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/har"
	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/transfer"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

// recording is an answer of listRequests in the form of a HAR file.
type recording struct {
	requests []journal.Request
	version  string
	showData bool
}

// VisitListRequestsResponse makes it an answer of listRequests.
func (r recording) VisitListRequestsResponse(w http.ResponseWriter) error {
	w.Header().Set("Content-Type", "application/har+json")
	w.Header().Set("Content-Disposition", `attachment; filename="bitbybit-mock.har"`)
	return writePieces(w, r.pieces)
}

// pieces are the file in pieces of more than transfer.FirstRead bytes, but for the last.
func (r recording) pieces(yield func(piece []byte) bool) {
	var piece pieces
	writer := har.NewWriter(&piece, "bitbybit-mock", r.version)
	for i := range r.requests {
		_ = writer.Write(r.entry(&r.requests[i])) // to memory
		if len(piece) > transfer.FirstRead {
			if !yield(piece) {
				return
			}
			piece = piece[:0]
		}
	}
	_ = writer.Close()
	yield(piece)
}

// pieces collects what is written.
type pieces []byte

func (p *pieces) Write(b []byte) (int, error) {
	*p = append(*p, b...)
	return len(b), nil
}

// entry is a request of the journal, in which keys are masked already.
func (r recording) entry(of *journal.Request) har.Entry {
	e := har.Entry{
		Started: of.Time, Duration: of.Duration + of.Wait,
		Request: har.Request{
			Method: of.Method, URL: "http://" + of.Host + of.Target, Header: of.Header, Body: bodyOf(of.Body, of.BodySize),
		},
		Response: har.Response{Status: of.Status, Header: of.ResponseHeader, Body: bodyOf(of.ResponseBody, of.ResponseBodySize)},
	}
	if !r.showData {
		maskData(&e, of)
	}
	if of.Status == 0 || of.Fault != nil && of.Fault.Connection != "" { // what the journal has of it is not what left
		e.Response = har.Response{Source: har.SourceNone}
	}
	measure(e.Request.Header, e.Request.Body)
	measure(e.Response.Header, e.Response.Body)
	return e
}

// maskData masks personal data.
func maskData(e *har.Entry, of *journal.Request) {
	contract := mask.Embedded()
	bodies := contract.Exchange(of.Body, of.ResponseBody)
	path, query, hasQuery := strings.Cut(of.Target, "?")
	if e.Request.URL = "http://" + of.Host + contract.Path(path); hasQuery {
		e.Request.URL += "?" + mask.Data(query)
	}
	e.Request.Header, e.Response.Header = contract.Header(of.Header), contract.Header(of.ResponseHeader)
	e.Request.Body.Bytes, e.Response.Body.Bytes = bodies.Body(of.Body), bodies.Body(of.ResponseBody)
}

// bodyOf is a body of which the journal keeps size bytes at most.
func bodyOf(kept []byte, size int) har.Body {
	if size > journal.MaxBody {
		return har.Body{Bytes: kept, State: har.BodyCut}
	}
	return har.Body{Bytes: kept}
}

// measure says in a header how long a body is that masking made longer or shorter.
func measure(header http.Header, body har.Body) {
	if body.State == har.BodyWhole && header.Get("Content-Length") != "" {
		header.Set("Content-Length", strconv.Itoa(len(body.Bytes)))
	}
}
