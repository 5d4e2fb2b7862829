package mockserver_test

import (
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
)

func TestCloseWithinLetsShortWaitsEnd(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		fault    fault.Fault
		answered bool
		took     time.Duration // from the call, which comes a second before the server closes within five
	}{
		{"a delay that is over by then", fault.Fault{Delay: fault.Delay{Fixed: 6 * time.Second}}, true,
			6 * time.Second},
		{"a delay that is not", fault.Fault{Delay: fault.Delay{Fixed: 6*time.Second + 1}}, false,
			time.Second},
		{"a delay after the customer is stored", fault.Fault{Delay: fault.Delay{Fixed: 3 * time.Second},
			Store: true}, true, 3 * time.Second},
		{"drops that are", fault.Fault{Drip: fault.Drip{Chunks: 3, Over: 6 * time.Second}}, true,
			6 * time.Second},
		{"drops that are not", fault.Fault{Drip: fault.Drip{Chunks: 3, Over: 9 * time.Second}}, false,
			time.Second},
		{"a delay and drops", fault.Fault{Delay: fault.Delay{Fixed: 4 * time.Second},
			Drip: fault.Drip{Chunks: 1, Over: 2 * time.Second}}, true, 6 * time.Second},
		{"drops after a delay", fault.Fault{Delay: fault.Delay{Fixed: 4 * time.Second},
			Drip: fault.Drip{Chunks: 1, Over: 3 * time.Second}}, false, time.Second},
		{"no answer", fault.Fault{Connection: fault.NoResponse}, false, time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			mock := server(t, test.fault)
			begin := time.Now()
			time.AfterFunc(time.Second, func() { mock.CloseWithin(5 * time.Second); mock.CloseWithin(time.Hour) })
			assert.Equal(t, test.answered, serve(t.Context(), mock, httptest.NewRecorder()), test.name)
			assert.Equal(t, test.took, time.Since(begin), test.name)
		})
	}
}

func TestCloseEndsWhatCloseWithinLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mock := server(t, fault.Fault{Delay: fault.Delay{Fixed: 6 * time.Second}})
		begin := time.Now()
		mock.CloseWithin(8 * time.Second)
		time.AfterFunc(2*time.Second, mock.Close)
		assert.False(t, serve(t.Context(), mock, httptest.NewRecorder()))
		assert.Equal(t, 2*time.Second, time.Since(begin))
	})
}

func TestANilOptionIsAnError(t *testing.T) {
	t.Parallel()
	_, err := mockserver.New(mockserver.WithStrict(), nil)
	assert.EqualError(t, err, "mockserver: option 2 must not be nil")
}
