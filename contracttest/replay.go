package contracttest

import (
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/check"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// addReplayed adds what was sent and what came of the one case that was asked for.
func (r *run) addReplayed(report *result.Report) {
	report.Replay = r.config.Case
	if report.Replay == "" {
		return
	}
	for i, v := range r.done {
		report.Cases[i].Curl, report.Cases[i].Answer = curlOf(v.Exchange), answerShown(v.Exchange)
	}
}

// answerShown is the answer as reports show it.
func answerShown(x *exchange.Exchange) *result.Answer {
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
