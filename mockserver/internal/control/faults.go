package control

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/example"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/untrusted"
)

// AddFault sets a fault for a key, or for every call.
func (o operations) AddFault(
	_ context.Context, request gencontrol.AddFaultRequestObject,
) (gencontrol.AddFaultResponseObject, error) {
	set, err := o.Faults.Add(faultOf(o.key(request.Params.Key), *request.Body))
	if err != nil {
		return nil, &refusal{http.StatusBadRequest, gencontrol.CodeInvalidRequest, withoutPackage(err)}
	}
	return gencontrol.AddFault201JSONResponse(o.shown(set)), nil
}

// ListFaults lists the faults that are set.
func (o operations) ListFaults(
	_ context.Context, request gencontrol.ListFaultsRequestObject,
) (gencontrol.ListFaultsResponseObject, error) {
	list := gencontrol.ListFaults200JSONResponse{Data: []gencontrol.Fault{}}
	for _, f := range o.Faults.List(o.key(request.Params.Key)) {
		list.Data = append(list.Data, o.shown(f))
	}
	return list, nil
}

// DeleteFaults clears the faults.
func (o operations) DeleteFaults(
	_ context.Context, request gencontrol.DeleteFaultsRequestObject,
) (gencontrol.DeleteFaultsResponseObject, error) {
	o.Faults.Clear(o.key(request.Params.Key))
	return gencontrol.DeleteFaults204Response{}, nil
}

// DeleteFault clears one fault.
func (o operations) DeleteFault(
	_ context.Context, request gencontrol.DeleteFaultRequestObject,
) (gencontrol.DeleteFaultResponseObject, error) {
	if !o.Faults.Remove(o.key(request.Params.Key), request.ID) {
		message := "There is no fault " + untrusted.Quote(request.ID) + " here; it may have hit as often as it should."
		return nil, &refusal{http.StatusNotFound, gencontrol.CodeNotFound, message}
	}
	return gencontrol.DeleteFault204Response{}, nil
}

// ListAnswers lists what a fault can answer.
func (o operations) ListAnswers(
	context.Context, gencontrol.ListAnswersRequestObject,
) (gencontrol.ListAnswersResponseObject, error) {
	list := gencontrol.ListAnswers200JSONResponse{Data: []gencontrol.Answer{}}
	for _, e := range example.All() {
		list.Data = append(list.Data, gencontrol.Answer{Status: e.Status, Example: e.Name, Code: string(e.Code), Summary: e.Summary})
	}
	for _, status := range fault.ProxyStatuses() {
		list.Data = append(list.Data, gencontrol.Answer{
			Status: status, Summary: http.StatusText(status) + ", as a proxy in front of the vendor answers it.",
		})
	}
	slices.SortStableFunc(list.Data, func(a, b gencontrol.Answer) int { return a.Status - b.Status })
	return list, nil
}

func faultOf(key string, input gencontrol.FaultInput) fault.Fault {
	return fault.Fault{
		Key:     key,
		Status:  input.Status,
		Example: input.Example,
		Delay: fault.Delay{
			Fixed:  fromMilliseconds(input.Delay.Milliseconds),
			Lower:  fromMilliseconds(input.Delay.LowerMilliseconds),
			Upper:  fromMilliseconds(input.Delay.UpperMilliseconds),
			Median: fromMilliseconds(input.Delay.MedianMilliseconds),
			Sigma:  input.Delay.Sigma,
		},
		Drip:        fault.Drip{Chunks: input.Drip.Chunks, Over: fromMilliseconds(input.Drip.Milliseconds)},
		Connection:  fault.Connection(input.Connection),
		Store:       input.Store,
		Times:       input.Times,
		Probability: input.Probability,
		Seed:        uint64(input.Seed), // control.yaml bounds it
	}
}

// shown is a fault that is set, with the id of its key.
func (o operations) shown(f fault.Fault) gencontrol.Fault {
	shown := toControl(f)
	if f.Key != "" {
		shown.KeyID = o.Limiter.IDOf(f.Key)
	}
	return shown
}

func toControl(f fault.Fault) gencontrol.Fault {
	shown := gencontrol.Fault{
		ID:      f.ID,
		Hits:    f.Hits,
		Status:  f.Status,
		Example: f.Example,
		Delay: gencontrol.Delay{
			Milliseconds:       int(f.Delay.Fixed.Milliseconds()),
			LowerMilliseconds:  int(f.Delay.Lower.Milliseconds()),
			UpperMilliseconds:  int(f.Delay.Upper.Milliseconds()),
			MedianMilliseconds: int(f.Delay.Median.Milliseconds()),
			Sigma:              f.Delay.Sigma,
		},
		Drip:        gencontrol.Drip{Chunks: f.Drip.Chunks, Milliseconds: int(f.Drip.Over.Milliseconds())},
		Connection:  gencontrol.ConnectionFault(f.Connection),
		Store:       f.Store,
		Times:       f.Times,
		Probability: f.Probability,
		Seed:        int64(f.Seed),
	}
	if f.Key != "" {
		shown.Key = mask.Key(f.Key)
	}
	return shown
}

func inMilliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func fromMilliseconds(n int) time.Duration { return time.Duration(n) * time.Millisecond }
