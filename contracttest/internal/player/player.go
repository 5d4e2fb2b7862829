package player

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// Player is a server that plays a contract. It is an http.Handler, safe for concurrent use.
type Player struct {
	plays   *judge.Judge
	stages  map[*judge.Operation]*stage
	answers atomic.Int64
}

// stage is what a player knows about one operation before the first request: which answers it will give.
type stage struct {
	operation *judge.Operation
	success   []int // by turns
	added     []int // statuses that the other contract does not know
	responses map[int]*script
}

// New makes a player of one contract. Where another is given, it differs from that as far as its own allows; nil is
// none.
func New(plays, differsFrom *judge.Judge) *Player {
	p := &Player{plays: plays, stages: map[*judge.Operation]*stage{}}
	for _, operation := range plays.Operations() {
		var other *judge.Operation
		if differsFrom != nil {
			other = differsFrom.Operation(operation.ID)
		}
		p.stages[operation] = newStage(operation, other)
	}
	return p
}

func newStage(operation, other *judge.Operation) *stage {
	s := &stage{operation: operation, responses: map[int]*script{}}
	documented := operation.Spec.Responses.Map()
	for _, name := range slices.Sorted(maps.Keys(documented)) {
		status, err := strconv.Atoi(name)
		if err != nil {
			status = http.StatusTeapot // "default" is any status that is not listed
		}
		s.responses[status] = newScript(operation, other, status, documented[name].Value)
		if status < http.StatusMultipleChoices {
			s.success = append(s.success, status)
		}
		if other != nil && other.Spec.Responses.Value(name) == nil {
			s.added = append(s.added, status)
		}
	}
	return s
}

// ServeHTTP answers one request.
func (p *Player) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	turn := int(p.answers.Add(1))
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "the body must arrive whole: "+err.Error(), http.StatusBadRequest)
		return
	}
	if r.URL.Path == "/_mock/health" {
		_, _ = io.WriteString(w, `{"status":"ok","server":"bitbybit-mock"}`)
		return
	}
	operation, miss := p.plays.Route(r.Method, r.URL.EscapedPath())
	if miss != nil {
		p.notOffered(w, miss, turn)
		return
	}
	s := p.stages[operation]
	if code := p.judgeKey(operation, r); code != "" {
		s.refuse(w, http.StatusUnauthorized, code, turn)
		return
	}
	if status, code, ok := s.preferred(r); ok {
		w.Header().Set("Preference-Applied", r.Header.Get("Prefer"))
		s.refuse(w, status, code, turn)
		return
	}
	value, violations := operation.Request(r.Header, body)
	switch {
	case len(violations) > 0:
		s.refuse(w, http.StatusBadRequest, "VALIDATION_ERROR", turn)
	case len(s.added) > 0 && turn%3 == 0:
		s.answer(w, s.added[turn/3%len(s.added)], value, "VALIDATION_ERROR", turn)
	case len(s.success) == 0:
		s.refuse(w, http.StatusServiceUnavailable, "SERVICE_UNAVAILABLE", turn)
	default:
		s.answer(w, s.success[turn%len(s.success)], value, "", turn)
	}
}

// refuse answers with an error. A contract without the status that the cause asks for has to make do with another.
func (s *stage) refuse(w http.ResponseWriter, status int, code string, turn int) {
	if s.responses[status] == nil {
		for _, other := range slices.Sorted(maps.Keys(s.responses)) {
			if status = other; other >= http.StatusBadRequest {
				break
			}
		}
	}
	s.answer(w, status, nil, code, turn)
}

func (s *stage) answer(w http.ResponseWriter, status int, sent any, code string, turn int) {
	script := s.responses[status]
	if script == nil {
		w.WriteHeader(status)
		return
	}
	script.headers(w.Header(), turn)
	if script.media == "" {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", script.media)
	body := script.body(sent, code, turn)
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// notOffered answers for what the contract does not have: with the error that it documents for 404, where it does.
func (p *Player) notOffered(w http.ResponseWriter, miss *judge.Miss, turn int) {
	status := http.StatusNotFound
	if len(miss.Allow) > 0 {
		status = http.StatusMethodNotAllowed
		w.Header().Set("Allow", strings.Join(miss.Allow, ", "))
	}
	for _, s := range p.stages {
		script := s.responses[http.StatusNotFound]
		if script == nil {
			continue
		}
		script.headers(w.Header(), turn)
		if script.media != "" {
			w.Header().Set("Content-Type", script.media)
		}
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(script.body(nil, "NOT_FOUND", turn))
		return
	}
	w.WriteHeader(status)
}

// requestSchema is the schema of the body that an operation takes; nil where it takes none.
func requestSchema(operation *judge.Operation) *openapi3.Schema {
	if operation.Spec.RequestBody == nil {
		return nil
	}
	for _, media := range operation.Spec.RequestBody.Value.Content {
		if media.Schema != nil {
			return flat(media.Schema.Value)
		}
	}
	return nil
}

// flat is a schema with the properties of its alternatives among its own: what a request may have, whichever it keeps.
func flat(schema *openapi3.Schema) *openapi3.Schema {
	all := *schema
	all.Properties = openapi3.Schemas{}
	for _, part := range slices.Concat(schema.AllOf, schema.AnyOf, schema.OneOf) {
		maps.Copy(all.Properties, flat(part.Value).Properties)
	}
	maps.Copy(all.Properties, schema.Properties)
	return &all
}
