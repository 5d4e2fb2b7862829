package verify

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// past is a delivery as GET /_mock/webhooks/deliveries/{id} shows it. What is in it is not trusted: people paste it.
type past struct {
	ID          string        `json:"id"`
	State       string        `json:"state"`
	Reason      string        `json:"reason"`
	Payload     *string       `json:"payload"`
	PayloadSize int           `json:"payloadSize"`
	Attempts    []pastAttempt `json:"attempts"`
}

type pastAttempt struct {
	Time    time.Time   `json:"time"`
	Headers http.Header `json:"headers"`
	Body    *string     `json:"body"` // where a fault changed it
	Status  int         `json:"status"`
	Fault   string      `json:"fault"`
}

// readJSON reads a delivery of the mock's history, or the list that has one.
func readJSON(text []byte, attempt int) (Delivery, error) {
	var shown struct {
		past

		Data []past `json:"data"`
	}
	one := &shown.past
	// An error is no different from JSON of something else.
	if json.Unmarshal(text, &shown) != nil || !one.isDelivery() && (len(shown.Data) == 0 || !shown.Data[0].isDelivery()) {
		return Delivery{}, errors.New("has no headers, and is no delivery of GET /_mock/webhooks/deliveries/{id}: a body alone is given with --body, its headers with --header")
	}
	if !one.isDelivery() {
		if len(shown.Data) > 1 {
			return Delivery{}, severalOf(shown.Data)
		}
		one = &shown.Data[0]
	}
	return one.attempt(attempt)
}

func (p *past) isDelivery() bool { return p.Payload != nil || p.State != "" }

// severalOf says which deliveries a list has.
func severalOf(list []past) error {
	const most = 5
	var ids []string
	for _, p := range list[:min(len(list), most)] {
		ids = append(ids, p.name())
	}
	more := ""
	if len(list) > most {
		more = " …"
	}
	return fmt.Errorf("is not one delivery: this is the list; give one: %s%s, as in curl -s http://127.0.0.1:4010/_mock/webhooks/deliveries/%s | bitbybit-mock webhook verify",
		strings.Join(ids, ", "), more, ids[0])
}

var deliveryID = regexp.MustCompile(`^delivery_[0-9]{1,19}$`)

// name is the id of a delivery, or what stands for it where it has none.
func (p *past) name() string {
	if deliveryID.MatchString(p.ID) {
		return p.ID
	}
	return "{id}"
}

// attempt is one of the attempts as it came.
func (p *past) attempt(number int) (Delivery, error) {
	if len(p.Attempts) == 0 {
		return Delivery{}, p.unsent()
	}
	if number == 0 {
		number = p.refused()
	}
	if number < 1 || number > len(p.Attempts) {
		return Delivery{}, fmt.Errorf("has %s: --attempt takes a number from 1 to %d, got %d", count(len(p.Attempts), "attempt"), len(p.Attempts), number)
	}
	one := p.Attempts[number-1]
	d := Delivery{Header: http.Header{}, Time: one.Time, Attempt: p.title(number), Refused: one.Status != 0 && one.Status/100 != 2}
	switch {
	case one.Body != nil:
		d.Body = []byte(*one.Body)
	case p.Payload == nil || len(*p.Payload) != p.PayloadSize:
		shown := 0
		if p.Payload != nil {
			shown = len(*p.Payload)
		}
		return d, fmt.Errorf("is a delivery whose payload is not shown as it was sent: %d bytes of it are shown, it had %d", shown, p.PayloadSize)
	default:
		d.Body = []byte(*p.Payload)
	}
	for name, values := range one.Headers {
		for _, value := range values {
			d.Header.Add(name, value)
		}
	}
	return d, nil
}

// refused is the number of the last attempt that was not answered 2xx, or of the last one where all were.
func (p *past) refused() int {
	for i, attempt := range slices.Backward(p.Attempts) {
		if attempt.Status/100 != 2 {
			return i + 1
		}
	}
	return len(p.Attempts)
}

// title says which attempt it is, and what it was answered.
func (p *past) title(number int) string {
	text := fmt.Sprintf("Attempt %d of %d", number, len(p.Attempts))
	if deliveryID.MatchString(p.ID) {
		text += " of " + p.ID
	}
	one := p.Attempts[number-1]
	if one.Fault != "" {
		text += ", sent with the fault " + quote(one.Fault) + " of the mock"
	}
	if one.Status != 0 {
		text += ", answered " + strconv.Itoa(one.Status)
	} else {
		text += ", not answered"
	}
	if len(p.Attempts) > 1 {
		text += " (--attempt takes another)"
	}
	return text
}

// unsent says why a delivery has no attempts.
func (p *past) unsent() error {
	if p.State == "" || p.State == "PENDING" {
		return errors.New("is a delivery that was not sent yet: it has no attempts")
	}
	text := "is a delivery that was not sent and will not be: its state is " + quote(p.State)
	if p.Reason != "" {
		const longest = 200
		reason := []rune(p.Reason)
		text += ", its reason " + strconv.QuoteToGraphic(string(reason[:min(len(reason), longest)]))
	}
	if p.State == "SKIPPED" {
		text += "; POST /_mock/webhooks/deliveries/" + p.name() + "/redeliver sends it again"
	}
	return errors.New(text)
}
