package page

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
)

// faultInput is what the form for a fault is filled in with, as text.
type faultInput struct {
	Times, Key, Answer, Connection, Delay string
	Store                                 bool
}

// emptyFault is what the form offers.
var emptyFault = faultInput{Times: "1"}

func faultIn(form url.Values) faultInput {
	if form.Get("do") != "fault" {
		return emptyFault
	}
	get := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	return faultInput{
		Times: get("times"), Key: get("key"), Answer: get("answer"), Connection: get("connection"), Delay: get("delay"), Store: get("store") != "",
	}
}

// masked is what is shown again of what was filled in.
func (f faultInput) masked() faultInput {
	f.Times, f.Answer, f.Connection, f.Delay = mask.Keys(f.Times), mask.Keys(f.Answer), mask.Keys(f.Connection), mask.Keys(f.Delay)
	return f // the key only chooses one of a list
}

// addFault sets the fault. An answer that is to be lost, and nothing more, is lost by a reset.
func addFault(ctx context.Context, api *gencontrol.Client, input faultInput) error {
	fault := gencontrol.FaultInput{Connection: gencontrol.ConnectionFault(input.Connection), Store: input.Store}
	var err error
	if fault.Times, err = number(input.Times); err != nil {
		return failure("The number of calls must be a whole number, 0 or more.")
	}
	if fault.Delay.Milliseconds, err = number(input.Delay); err != nil {
		return failure("The delay must be a whole number of milliseconds.")
	}
	status, example, _ := strings.Cut(input.Answer, " ")
	if fault.Status, err = number(status); err != nil {
		return failure("The answer must be one of the list.")
	}
	fault.Example = example
	if fault.Status == 0 && fault.Connection == "" && fault.Delay.Milliseconds == 0 {
		if !fault.Store {
			return failure("Choose an answer, a connection fault or a delay: the calls would be answered as they are.")
		}
		fault.Connection = gencontrol.CONNECTIONRESETBYPEER
	}
	return done(api.AddFault(ctx, &gencontrol.AddFaultParams{Key: set(input.Key)}, fault))
}

// number reads a whole number; 0 where nothing was filled in.
func number(text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	return strconv.Atoi(text)
}
