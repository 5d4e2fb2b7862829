package mockserver

import (
	"context"
	"net/http"
	"time"

	"github.com/bitbybit-go/bitbybit-go/gen/control"
)

// AddFault sets a fault for a key, or for every call.
func (o controlOperations) AddFault(
	_ context.Context,
	request control.AddFaultRequestObject,
) (control.AddFaultResponseObject, error) {
	fault, err := o.mock.AddFault(faultOf(given(request.Params.Key), *request.Body))
	if err != nil {
		return nil, &controlRefusal{http.StatusBadRequest, control.CodeInvalidRequest, err.Error()}
	}
	return control.AddFault201JSONResponse(controlFault(fault)), nil
}

// ListFaults lists the faults that are set.
func (o controlOperations) ListFaults(
	_ context.Context,
	request control.ListFaultsRequestObject,
) (control.ListFaultsResponseObject, error) {
	list := control.ListFaults200JSONResponse{Data: []control.Fault{}}
	for _, fault := range o.mock.Faults(given(request.Params.Key)) {
		list.Data = append(list.Data, controlFault(fault))
	}
	return list, nil
}

// DeleteFaults clears the faults.
func (o controlOperations) DeleteFaults(
	_ context.Context, request control.DeleteFaultsRequestObject,
) (control.DeleteFaultsResponseObject, error) {
	o.mock.ClearFaults(given(request.Params.Key))
	return control.DeleteFaults204Response{}, nil
}

func faultOf(key string, input control.FaultInput) Fault {
	return Fault{
		Key:     key,
		Status:  input.Status,
		Example: input.Example,
		Delay: Delay{
			Fixed:  fromMilliseconds(input.Delay.Milliseconds),
			Lower:  fromMilliseconds(input.Delay.LowerMilliseconds),
			Upper:  fromMilliseconds(input.Delay.UpperMilliseconds),
			Median: fromMilliseconds(input.Delay.MedianMilliseconds),
			Sigma:  input.Delay.Sigma,
		},
		Drip:        Drip{Chunks: input.Drip.Chunks, Over: fromMilliseconds(input.Drip.Milliseconds)},
		Connection:  ConnectionFault(input.Connection),
		Store:       input.Store,
		Times:       input.Times,
		Probability: input.Probability,
		Seed:        uint64(input.Seed), // control.yaml bounds it
	}
}

func controlFault(f Fault) control.Fault {
	fault := control.Fault{
		ID:      f.ID,
		Hits:    f.Hits,
		Status:  f.Status,
		Example: f.Example,
		Delay: control.Delay{
			Milliseconds:       int(f.Delay.Fixed.Milliseconds()),
			LowerMilliseconds:  int(f.Delay.Lower.Milliseconds()),
			UpperMilliseconds:  int(f.Delay.Upper.Milliseconds()),
			MedianMilliseconds: int(f.Delay.Median.Milliseconds()),
			Sigma:              f.Delay.Sigma,
		},
		Drip:        control.Drip{Chunks: f.Drip.Chunks, Milliseconds: int(f.Drip.Over.Milliseconds())},
		Connection:  control.ConnectionFault(f.Connection),
		Store:       f.Store,
		Times:       f.Times,
		Probability: f.Probability,
		Seed:        int64(f.Seed),
	}
	if f.Key != "" {
		fault.Key = maskKey(f.Key)
	}
	return fault
}

func inMilliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func fromMilliseconds(n int) time.Duration { return time.Duration(n) * time.Millisecond }
