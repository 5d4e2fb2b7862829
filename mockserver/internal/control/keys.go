package control

import (
	"cmp"
	"context"

	"github.com/bitbybit-go/bitbybit-go/contracttest/mask"
	gencontrol "github.com/bitbybit-go/bitbybit-go/gen/control"
)

// keysPerList is the default of "limit" in control.yaml.
const keysPerList = 100

// ListKeys lists the keys that called, with their windows of the rate limit.
func (o operations) ListKeys(
	_ context.Context, request gencontrol.ListKeysRequestObject,
) (gencontrol.ListKeysResponseObject, error) {
	list := gencontrol.ListKeys200JSONResponse{Data: []gencontrol.KeyEntry{}}
	for i, window := range o.Limiter.Windows() {
		if i == cmp.Or(given(request.Params.Limit), keysPerList) {
			break
		}
		entry := gencontrol.KeyEntry{
			ID: window.ID, Key: mask.Key(window.Key), Customers: o.Store.Count(window.Key), Limit: o.Limiter.Limit(), ResetSeconds: 60,
		}
		if entry.Limit > 0 {
			quota := o.Limiter.Peek(window, o.Now())
			entry.Remaining, entry.ResetSeconds = quota.Remaining, quota.Reset
		}
		list.Data = append(list.Data, entry)
	}
	return list, nil
}
