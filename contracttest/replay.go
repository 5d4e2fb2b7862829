package contracttest

import "strings"

// addReplayed adds what was sent and what came of the one case that was asked for.
func (r *run) addReplayed(report *Report) {
	report.Replay = r.config.Case
	if report.Replay == "" {
		return
	}
	for i, v := range r.done {
		report.Cases[i].Curl, report.Cases[i].Answer = curlOf(v.exchange), v.answerShown()
	}
}

// answerShown is the answer as reports show it.
func (x *exchange) answerShown() *Answer {
	if x.answer == nil {
		return nil
	}
	body := cutBytes(x.mask.text(cutBytes(string(x.answer.body), 2*mostBody)), mostBody)
	return &Answer{Status: x.answer.status, Header: x.mask.header(x.answer.header), Body: body}
}

// cutBytes is the beginning of a text, in valid UTF-8.
func cutBytes(text string, most int) string {
	return strings.ToValidUTF8(text[:min(len(text), most)], "\ufffd")
}
