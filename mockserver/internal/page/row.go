package page

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
)

// row is a request in the list.
type row struct {
	gencontrol.RequestEntry
	Address string
	Current bool
}

// chosen is the request that is shown.
type chosen struct {
	row
	Body, Answer []segment
	Members      []string // the members of the body, as JSON Pointers
	Edit         edit
	First        string // the address of the request that this one repeats
	BothCreated  bool   // that one and this one created a customer
}

// Clock is when the request arrived, by the clock of the machine that the mock runs on.
func (r row) Clock() string { return r.Time.Local().Format("15:04:05.000") }

// Arrived is the same with the date and the zone.
func (r row) Arrived() string { return r.Time.Local().Format(time.RFC3339Nano) }

// Took is how long it took.
func (r row) Took() string {
	text := strconv.FormatFloat(r.DurationMilliseconds, 'f', 1, 64) + " ms"
	if r.WaitMilliseconds > 0 {
		text += fmt.Sprintf(" + %.0f ms", r.WaitMilliseconds)
	}
	return text
}

// Outcome is the status in words.
func (r row) Outcome() string {
	if r.Status == 0 {
		return "no answer"
	}
	return strconv.Itoa(r.Status)
}

// Class is the first digit of the status; 0 where nothing was answered.
func (r row) Class() int { return r.Status / 100 }

// KeyText is the key as the page shows it.
func (r row) KeyText() string { return strings.TrimSpace(r.KeyID + " " + r.Key) }

// Why is the reason in one line.
func (r row) Why() string {
	const most = 300
	why := r.Reason
	if r.DuplicateOf != "" {
		why = strings.TrimPrefix(why+"; a double submit of "+r.DuplicateOf, "; ")
	}
	if runes := []rune(why); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return why
}

// Other is the reason that is no violation: those are listed.
func (c chosen) Other() string {
	if len(c.Violations) == 0 {
		return c.Reason
	}
	var texts []string
	for _, v := range c.Violations {
		texts = append(texts, v.Path+": "+v.Expected)
	}
	other, _, _ := strings.Cut(c.Reason, texts[0])
	return strings.TrimSuffix(other, "; ")
}

// HeaderText are the headers that came.
func (c chosen) HeaderText() string { return headerLines(c.Headers) }

// AnswerHeaderText are the headers that were answered.
func (c chosen) AnswerHeaderText() string { return headerLines(c.ResponseHeaders) }

// BodyCut is what is to be said of a body that is shown in part.
func (c chosen) BodyCut() string { return cut(c.BodySize) }

// AnswerCut is what is to be said of an answer that is shown in part.
func (c chosen) AnswerCut() string { return cut(c.ResponseBodySize) }

// mostKept is how many bytes of a body the journal keeps, as control.yaml says.
const mostKept = 64 << 10

func cut(size int) string {
	if size <= mostKept {
		return ""
	}
	return fmt.Sprintf("The first %d of %d bytes.", mostKept, size)
}

// membersOf are the members of a JSON object, as JSON Pointers, but for those whose name a form cannot carry.
func membersOf(body string) (pointers []string) {
	var object map[string]json.RawMessage
	if json.Unmarshal([]byte(body), &object) != nil {
		return nil
	}
	const most, longest = 100, 1000
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if len(name) > longest/2 || strings.ContainsAny(name, "\r\n\t…") || visible(name) != name {
			continue
		}
		if pointers = append(pointers, pointerTo(name)); len(pointers) == most {
			break
		}
	}
	return pointers
}

// headerLines are headers as HTTP/1.1 writes them, in the order of their names.
func headerLines(headers gencontrol.Headers) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		for _, value := range headers[name] {
			b.WriteString(name + ": " + value + "\n")
		}
	}
	return b.String()
}
