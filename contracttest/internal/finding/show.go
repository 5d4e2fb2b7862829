package finding

import (
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/curl"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
)

// Show adds what was sent and what came. embedded is set where the contract is openapi.yaml, whose lines are known.
func (g *Group) Show(embedded bool) {
	g.Message, g.Rule, g.Delivery = g.Problem.Message, Located(g.Problem.Rule, embedded), g.Problem.Delivery
	x := g.Exchange
	if x == nil {
		return
	}
	g.Case, g.Message, g.Curl = x.Case.ID, x.Mask.Text(g.Message), Curl(x)
	g.Answer = Answer(x)
}

// Located is a rule with its line, which is known where embedded says that the contract is openapi.yaml.
func Located(r result.Rule, embedded bool) result.Rule {
	if embedded {
		r.Line = spec.Line(r.Pointer)
	}
	return r
}

// mostSent is how many bytes of a body of somebody else's request are shown.
const mostSent = 8 << 10

// Curl is the command that sends an exchange's request again; empty where its body is too large to be shown.
func Curl(x *exchange.Exchange) string {
	r := x.Case.Request
	if x.Contract.Mode == exchange.Watching && len(r.Body) > mostSent {
		return ""
	}
	return curl.Line(curl.Request{Method: r.Method, URL: x.Origin + r.Target(), Header: r.Header, Body: r.Body, Key: x.Mask.Key})
}

// Answer is the answer as reports show it.
func Answer(x *exchange.Exchange) *result.Answer {
	if x.Answer == nil {
		return nil
	}
	body := cutBytes(x.Mask.Text(cutBytes(string(x.Answer.Body), 2*check.MostBody)), check.MostBody)
	return &result.Answer{Status: x.Answer.Status, Header: x.Mask.Header(x.Answer.Header), Body: body}
}

// cutBytes is the beginning of a text, in valid UTF-8.
func cutBytes(text string, most int) string {
	return strings.ToValidUTF8(text[:min(len(text), most)], "\ufffd")
}
