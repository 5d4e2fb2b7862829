package page

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen"
	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
)

// view is what page.html shows.
type view struct {
	Path, BaseURL, Origin, KeyHeader, KeyPrefix, ExampleKey string
	Create                                                  string // the path of the operation that creates a customer
	Token                                                   string
	Failure                                                 string
	Query                                                   query
	Now                                                     time.Time

	Rows    []row
	Older   string // the address of those before; empty where there are none
	Keys    []gencontrol.KeyEntry
	Faults  []gencontrol.Fault
	Answers []gencontrol.Answer
	Breaks  []connection
	// FaultInput is what the form for a fault was filled in with.
	FaultInput faultInput
	Chosen     *chosen
	Customers  *customers
	Overview   gencontrol.WebhookOverview
	Webhooks   *webhooks
	Delivery   *delivery
}

// connection is a way in which a connection breaks.
type connection struct{ Name, Text string }

var connections = []connection{
	{string(gencontrol.CONNECTIONRESETBYPEER), "reset before the answer (CONNECTION_RESET_BY_PEER)"},
	{string(gencontrol.RESETINRESPONSEBODY), "reset in the middle of the answer (RESET_IN_RESPONSE_BODY)"},
	{string(gencontrol.EMPTYRESPONSE), "closed without an answer (EMPTY_RESPONSE)"},
	{string(gencontrol.MALFORMEDRESPONSECHUNK), "garbage after the headers (MALFORMED_RESPONSE_CHUNK)"},
	{string(gencontrol.RANDOMDATATHENCLOSE), "garbage in place of an answer (RANDOM_DATA_THEN_CLOSE)"},
	{string(gencontrol.NORESPONSE), "no answer for as long as the caller waits (NO_RESPONSE)"},
}

// view asks the control API for everything that the page shows.
func (p *page) view(r *http.Request, o outcome) (*view, error) {
	ctx, api, q := r.Context(), p.client(r), parseQuery(r.URL.Query())
	index, err := decode[gencontrol.Index](api.GetIndex(ctx))
	if err != nil {
		return nil, err
	}
	v := &view{
		Path: p.path, BaseURL: index.BaseURL, Origin: strings.TrimSuffix(index.BaseURL, gen.BasePath), Token: p.token, Failure: o.failure, Query: q, Now: time.Now(),
		KeyHeader: gen.KeyHeader, KeyPrefix: gen.KeyPrefixTest, ExampleKey: gen.KeyPrefixTest + "1", Create: gen.BasePath + "/customers",
		Breaks: connections, FaultInput: o.fault.masked(),
	}
	v.note(v.list(ctx, api))
	keys, err := decode[gencontrol.KeyList](api.ListKeys(ctx, &gencontrol.ListKeysParams{}))
	v.note(err)
	faults, err := decode[gencontrol.FaultList](api.ListFaults(ctx, &gencontrol.ListFaultsParams{}))
	v.note(err)
	answers, err := decode[gencontrol.AnswerList](api.ListAnswers(ctx))
	v.note(err)
	v.Overview, err = decode[gencontrol.WebhookOverview](api.GetWebhooks(ctx, &gencontrol.GetWebhooksParams{}))
	v.note(err)
	v.Keys, v.Faults, v.Answers = keys.Data, faults.Data, answers.Data
	switch {
	case q.Request != "":
		v.note(v.choose(ctx, api, o.edit))
	case q.Customers != "" || q.Customer != "":
		v.note(v.customers(ctx, api))
	case q.Delivery != "":
		v.note(v.delivery(ctx, api))
	case q.Webhooks != "":
		v.note(v.webhooks(ctx, api, o.webhookFault))
	}
	return v, nil
}

// note shows the first thing that went wrong: the rest of the page is there all the same.
func (v *view) note(err error) {
	if err != nil && v.Failure == "" {
		v.Failure = err.Error()
	}
}

func (v *view) list(ctx context.Context, api *gencontrol.Client) error {
	filter, err := v.Query.filter()
	if err != nil {
		return err
	}
	found, err := decode[gencontrol.RequestList](api.ListRequests(ctx, filter))
	for i, request := range newestFirst(found.Data) {
		if i == rowsPerPage {
			v.Older = v.Query.Older(v.Rows[i-1].ID)
			break
		}
		v.Rows = append(v.Rows, row{request, v.Query.Show(request.ID), request.ID == v.Query.Request})
	}
	return err
}

func (v *view) choose(ctx context.Context, api *gencontrol.Client, filledIn edit) error {
	request, err := decode[gencontrol.RequestEntry](api.GetRequest(ctx, v.Query.Request, &gencontrol.GetRequestParams{}))
	if err != nil {
		return err
	}
	c := &chosen{row: row{RequestEntry: request, Address: v.Query.Show(request.ID)}, Edit: filledIn.masked()}
	c.Body, c.Answer = pretty(request.Body, request.Violations), pretty(request.ResponseBody, nil)
	c.Members = membersOf(request.Body)
	if request.DuplicateOf != "" {
		c.First = v.Query.Show(request.DuplicateOf)
		first, err := decode[gencontrol.RequestEntry](api.GetRequest(ctx, request.DuplicateOf, &gencontrol.GetRequestParams{}))
		c.BothCreated = err == nil && first.Customer != "" && request.Customer != ""
	}
	if !filledIn.given {
		c.Edit = editOf(request)
	}
	v.Chosen = c
	return nil
}

// FaultText says what a fault does.
func (v view) FaultText(f gencontrol.Fault) string {
	calls := "all calls"
	if f.Times > 0 {
		calls = fmt.Sprintf("the next %d of %d calls", max(0, f.Times-f.Hits), f.Times)
	}
	if f.Times > 0 && f.Probability > 0 && f.Probability < 1 {
		calls = fmt.Sprintf("%d of %d hits left, calls", max(0, f.Times-f.Hits), f.Times)
	}
	of := " of any key"
	if f.Key != "" {
		of = " of " + strings.TrimSpace(f.KeyID+" "+f.Key)
	}
	var parts []string
	if f.Probability > 0 && f.Probability < 1 {
		parts = append(parts, fmt.Sprintf("each with a probability of %v", f.Probability))
	}
	if f.Store {
		parts = append(parts, "stored first")
	}
	if text, _ := json.Marshal(f.Delay); f.Delay != (gencontrol.Delay{}) {
		parts = append(parts, "delay "+string(text))
	}
	if f.Status != 0 {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("answered %d %s", f.Status, f.Example)))
	}
	if f.Connection != "" {
		parts = append(parts, string(f.Connection))
	}
	if f.Drip.Chunks > 0 {
		parts = append(parts, fmt.Sprintf("sent in %d pieces", f.Drip.Chunks))
	}
	if f.Times == 0 {
		parts = append(parts, fmt.Sprintf("%d so far", f.Hits))
	}
	return calls + of + ": " + strings.Join(parts, ", ")
}

// In is the time of day in so many seconds.
func (v view) In(seconds int) string {
	return v.Now.Add(time.Duration(seconds) * time.Second).Local().Format(time.TimeOnly)
}

// AnswerValue is what the form sends for an answer.
func (v view) AnswerValue(a gencontrol.Answer) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", a.Status, a.Example))
}
