package mockserver

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/gen/control"
)

// requestsPerList is the default of "limit" in control.yaml.
const requestsPerList = 100

// ListRequests lists the entries of the journal that the filters let through.
func (o controlOperations) ListRequests(
	_ context.Context, request control.ListRequestsRequestObject,
) (control.ListRequestsResponseObject, error) {
	parameters := request.Params
	list := control.ListRequests200JSONResponse{Data: []control.RequestEntry{}}
	for _, r := range o.mock.Requests(Filter{
		Key:        given(parameters.Key),
		Method:     given(parameters.Method),
		Path:       given(parameters.Path),
		Status:     given(parameters.Status),
		Unanswered: parameters.Status != nil && *parameters.Status == 0,
		Since:      given(parameters.Since),
		Violating:  given(parameters.Violating),
		Duplicates: given(parameters.Duplicates),
		Limit:      cmp.Or(given(parameters.Limit), requestsPerList),
	}) {
		if !given(parameters.Unmasked) {
			r = r.Masked()
		}
		list.Data = append(list.Data, requestEntry(r))
	}
	return list, nil
}

// GetRequest shows one entry of the journal, with what repeats it.
func (o controlOperations) GetRequest(
	_ context.Context, request control.GetRequestRequestObject,
) (control.GetRequestResponseObject, error) {
	r, ok := o.mock.Request(request.ID)
	if key := given(request.Params.Key); ok && key != "" {
		ok = slices.ContainsFunc(o.mock.Requests(Filter{Key: key}), func(of Request) bool { return of.ID == r.ID })
	}
	if !ok {
		message := "There is no request " + quoteCut(request.ID) + " here; the journal may have dropped it."
		return nil, &controlRefusal{http.StatusNotFound, control.CodeNotFound, message}
	}
	if !given(request.Params.Unmasked) {
		r = r.Masked()
	}
	entry := requestEntry(r)
	entry.Curl, entry.GoTest = r.Curl(), r.GoTest()
	return control.GetRequest200JSONResponse(entry), nil
}

// DeleteRequests empties the journal.
func (o controlOperations) DeleteRequests(
	_ context.Context, request control.DeleteRequestsRequestObject,
) (control.DeleteRequestsResponseObject, error) {
	o.mock.ForgetRequests(given(request.Params.Key))
	return control.DeleteRequests204Response{}, nil
}

func requestEntry(r Request) control.RequestEntry {
	entry := control.RequestEntry{
		ID:                   r.ID,
		Time:                 r.Time.UTC(),
		DurationMilliseconds: max(0, inMilliseconds(r.Duration)),
		Key:                  r.Key,
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
		entry.Fault = controlFault(*r.Fault)
		entry.Fault.Key = r.Fault.Key // masked already
	}
	return entry
}

func headers(header http.Header) control.Headers {
	if header == nil {
		return control.Headers{}
	}
	return control.Headers(header)
}

func text(body []byte) string { return strings.ToValidUTF8(string(body), "\uFFFD") }

func violations(vs judge.Violations) []control.Violation {
	list := make([]control.Violation, len(vs))
	for i, v := range vs {
		list[i] = control.Violation{
			Check:    string(v.Check),
			Path:     v.Path,
			Pointer:  v.Pointer,
			Keyword:  v.Keyword,
			Expected: v.Expected,
			Got:      v.Got,
			Rule:     v.Rule,
		}
	}
	return list
}
