package traffic

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// What a report shows of an exchange is made from a masked copy of it, which the checks judge once more: so nothing of the original gets into
// a message, wherever the message is made.

// masker makes the masked copy of one exchange, when it is needed.
type masker struct {
	*Observer
	of     *check.Verdict
	masked func() *mask.Exchange
	copy   *check.Verdict
}

// verdict is that on the masked copy.
func (m *masker) verdict() *check.Verdict {
	if m.copy == nil {
		m.copy = check.Judge(m.exchange(), m.wanted)
	}
	return m.copy
}

func (m *masker) exchange() *exchange.Exchange {
	x := m.of.Exchange
	r := x.Case.Request
	body, header, path, query := m.body(), m.masks.Header, m.maskedPath, mask.Data
	if m.ShowData {
		header, path, query = mask.Header, mask.Keys, mask.Keys
	}
	r.Header, r.Path, r.Query, r.Body = header(r.Header), path(r.Path), query(r.Query), body(r.Body)
	if credential := m.contract.CredentialOf(x.Operation()); credential != nil && x.Mask.Key != "" {
		credential.Apply(&r, x.Mask.Key) // a variable takes its place in the command that sends the request again
	}
	masked := m.contract.Exchange(exchange.Case{ID: x.Case.ID, Request: r, Asked: x.Case.Asked}, x.Origin)
	masked.Mask, masked.Sent, masked.Received, masked.Doubtful = x.Mask, x.Sent, x.Received, x.Doubtful
	if x.Answer == nil {
		masked.Take(nil, x.Err)
		return masked
	}
	answer := *x.Answer
	answer.Header, answer.Body = header(answer.Header), body(answer.Body)
	masked.Take(&answer, nil)
	return masked
}

// body masks the bodies of the exchange.
func (m *masker) body() func([]byte) []byte {
	if m.ShowData {
		return func(body []byte) []byte { return []byte(mask.Keys(string(body))) }
	}
	return m.masked().Body
}

// masked masks the bodies of an exchange.
func (o *Observer) masked(x *exchange.Exchange) *mask.Exchange {
	if x.Answer == nil {
		return o.masks.Exchange(x.Case.Request.Body)
	}
	return o.masks.Exchange(x.Case.Request.Body, x.Answer.Body)
}

// ofRun is a problem that several exchanges show together, with the message that a report shows.
func (m *masker) ofRun(p check.Problem) check.Problem {
	if m.ShowData {
		p.Message = mask.Keys(p.Message)
	} else {
		p.Message = quoted.ReplaceAllStringFunc(p.Message, func(text string) string {
			if id := strings.Trim(text, `"`); p.Check == result.IDUnique && mask.IsID(id) {
				return text
			}
			return mask.Data(text)
		})
	}
	return p
}

// ofOne is a problem that one exchange shows, with the place and the message that a report shows.
func (m *masker) ofOne(p check.Problem) check.Problem {
	if m.ShowData {
		p.Place, p.Message = mask.Keys(p.Place), mask.Keys(p.Message)
		return p
	}
	like, nearest := 0, check.Problem{}
	for _, own := range m.verdict().Problems {
		if own.Check != p.Check || own.Rule.ID != p.Rule.ID {
			continue
		}
		alike := 1
		if own.Variant == p.Variant { // which can have a word that is masked
			alike += 2
		}
		if own.Place == p.Place {
			alike++
		}
		if alike > like {
			like, nearest = alike, own
		}
	}
	if like > 0 {
		p.Place, p.Message = nearest.Place, nearest.Message
		return p
	}
	was := p.Place
	p.Place = m.place(p.Place)
	if text, found := strings.CutPrefix(p.Message, was+": "); found && p.Check == result.KeySecret { // the masked copy has no key
		p.Message = p.Place + ": " + text
		return p
	}
	p.Message = fmt.Sprintf("%s: breaks this rule, which its masked values do not show: %s", p.Place, p.Rule.Text)
	return p
}

// quoted is a text in a message.
var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// leftOut is the problem of a property that did not come back.
func (m *masker) leftOut(of check.Placed) check.Problem {
	for _, one := range m.verdict().Sightings {
		if one.Place == of.Place && !one.Back {
			return m.of.LeftOut(one)
		}
	}
	of.Sent = "…"
	return m.of.LeftOut(of)
}

// placeWord is a word of a place.
var placeWord = regexp.MustCompile(`[^\s.\[\]]+`)

// place is where a problem shows: the names in it that are not the contract's are masked.
func (m *masker) place(place string) string {
	switch place {
	case m.of.ClassName(), "answer", "body", "status":
		return place
	}
	if name, isHeader := strings.CutPrefix(place, "header "); isHeader {
		return "header " + m.masks.HeaderName(name)
	}
	return placeWord.ReplaceAllStringFunc(place, m.of.Mask.Names)
}
