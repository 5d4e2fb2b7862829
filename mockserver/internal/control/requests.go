package control

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

// requestsPerList is the default of "limit" in control.yaml.
const requestsPerList = 100

// ListRequests lists the entries of the journal that the filters let through.
func (o operations) ListRequests(
	_ context.Context, request gencontrol.ListRequestsRequestObject,
) (gencontrol.ListRequestsResponseObject, error) {
	parameters := request.Params
	isHAR, limit := given(parameters.Format) == gencontrol.Har, given(parameters.Limit)
	if !isHAR {
		limit = cmp.Or(limit, requestsPerList)
	}
	found := o.Journal.Requests(journal.Filter{
		Key:        o.key(parameters.Key),
		Method:     given(parameters.Method),
		Path:       given(parameters.Path),
		Status:     given(parameters.Status),
		Unanswered: parameters.Status != nil && *parameters.Status == 0,
		Since:      given(parameters.Since),
		Before:     given(parameters.Before),
		Text:       given(parameters.Text),
		Refused:    given(parameters.Refused),
		Violating:  given(parameters.Violating),
		Duplicates: given(parameters.Duplicates),
		InShort:    given(parameters.Short),
		Limit:      limit,
	})
	if isHAR {
		return recording{found, o.Version, given(parameters.ShowData)}, nil
	}
	return list(func(yield func(json.RawMessage) bool) (next string) {
		for i := range found {
			encoded, _ := json.Marshal(requestEntry(found[i])) // texts, numbers and times of this age can always be encoded
			if !yield(encoded) {
				return ""
			}
		}
		return ""
	}), nil
}

// VisitListRequestsResponse makes it an answer of listRequests.
func (l list) VisitListRequestsResponse(w http.ResponseWriter) error { return l.write(w) }

// GetRequest shows one entry of the journal, with what repeats it.
func (o operations) GetRequest(
	_ context.Context, request gencontrol.GetRequestRequestObject,
) (gencontrol.GetRequestResponseObject, error) {
	r, ok := o.Journal.Request(o.key(request.Params.Key), request.ID)
	if !ok {
		return nil, noRequest(request.ID)
	}
	return gencontrol.GetRequest200JSONResponse(wholeEntry(r)), nil
}

// DeleteRequests empties the journal.
func (o operations) DeleteRequests(
	_ context.Context, request gencontrol.DeleteRequestsRequestObject,
) (gencontrol.DeleteRequestsResponseObject, error) {
	o.Journal.Forget(o.key(request.Params.Key))
	return gencontrol.DeleteRequests204Response{}, nil
}

func requestEntry(r journal.Request) gencontrol.RequestEntry {
	entry := gencontrol.RequestEntry{
		ID:                   r.ID,
		Time:                 r.Time.UTC(),
		DurationMilliseconds: max(0, inMilliseconds(r.Duration)),
		Key:                  r.Key,
		KeyID:                r.KeyID,
		Operation:            r.Operation,
		Method:               r.Method,
		Target:               r.Target,
		Host:                 r.Host,
		Headers:              headers(r.Header),
		Body:                 text(r.Body),
		BodySize:             r.BodySize,
		Status:               r.Status,
		ResponseHeaders:      headers(r.ResponseHeader),
		ResponseBody:         text(r.ResponseBody),
		ResponseBodySize:     r.ResponseBodySize,
		Reason:               r.Reason(),
		ResentFrom:           r.ResentFrom,
		Violations:           violations(r.Violations),
		MoreViolations:       r.MoreViolations,
		Customer:             r.Customer,
		DuplicateOf:          r.DuplicateOf,
		WaitMilliseconds:     inMilliseconds(r.Wait),
		Preference:           r.Preference,
		Trigger:              r.Trigger,
		CorsRefused:          r.CORSRefused,
	}
	if r.Fault != nil {
		entry.Fault = toControl(*r.Fault)
		entry.Fault.Key = r.Fault.Key // masked already
		if r.Fault.Key != "" {
			entry.Fault.KeyID = r.KeyID
		}
	}
	return entry
}

func headers(header http.Header) gencontrol.Headers {
	if header == nil {
		return gencontrol.Headers{}
	}
	return gencontrol.Headers(header)
}

func text(body []byte) string { return strings.ToValidUTF8(string(body), "\uFFFD") }

func violations(vs judge.Violations) []gencontrol.Violation {
	list := make([]gencontrol.Violation, len(vs))
	for i, v := range vs {
		list[i] = gencontrol.Violation{
			Check:    string(v.Check),
			Path:     v.Path,
			Pointer:  v.Pointer,
			Keyword:  v.Keyword,
			Expected: v.Expected,
			Got:      v.Got,
			Rule:     v.Rule,
			Line:     spec.Line(v.Rule),
		}
		if v.Rule != "" {
			list[i].Provenance, list[i].Page = ruleOf(v.Rule)
			list[i].Source = sourceOf(list[i].Line)
		}
	}
	return list
}
