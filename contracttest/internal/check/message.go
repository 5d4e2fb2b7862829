package check

import (
	"net/http"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// shownByTheMock is how many violations the mock's message spells out. Of more it says how many.
const shownByTheMock = 20

// messageCheck asks whether the refusal of an invalid body names every field that is wrong, by its path. Only the mock
// promises that: the vendor documents no more than that there is a message.
var messageCheck = check{
	ids: []result.Check{result.MessageNamesFields}, rules: []string{"error-message"}, needs: success, exchange: (*Verdict).messageNames,
}

func (v *Verdict) messageNames() {
	message := v.message()
	if v.Contract.Mode != exchange.Mock || v.Case.Asked != nil || v.Class.Check != result.NegativeRejected ||
		v.Answer.Status != http.StatusBadRequest || message == "" || !v.makes(result.MessageNamesFields) {
		return // that there is no message, error_envelope says
	}
	var lost []string
	for i, wrong := range v.Class.Violations {
		if wrong.Pointer == "" || i >= shownByTheMock || names(message, wrong.Path) {
			continue
		}
		lost = append(lost, wrong.Path)
	}
	if len(lost) > 0 {
		v.fail(Problem{
			Check: result.MessageNamesFields, Place: "error.message", Variant: "lost", Rule: v.Contract.Rules.Of("error-message"),
			Message: "expected a message that names " + strings.Join(lost, ", ") + ", got " + wording.Cut(v.Mask.Text(message), 200),
		})
	}
}

// names reports whether a text has a path as a whole, and not as a part of a longer one.
func names(text, path string) bool {
	for rest := text; ; {
		i := strings.Index(rest, path)
		if i < 0 {
			return false
		}
		before, after := rest[:i], rest[i+len(path):]
		rest = rest[i+1:]
		inLonger := strings.ContainsAny(before[max(0, len(before)-1):], pathLetters+"]") ||
			strings.ContainsAny(after[:min(1, len(after))], pathLetters+"[")
		if !inLonger {
			return true
		}
	}
}

const pathLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_."
