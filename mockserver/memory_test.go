package mockserver_test

import (
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
)

func TestAnswersThatAreNotReadAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mock, err := mockserver.New(mockserver.WithRateLimit(0))
		require.NoError(t, err)
		_, dial := overPipes(t, mock)
		begin, whole := time.Now(), customerOf(1<<20)
		var first net.Conn
		for range 200 {
			client := dial()
			if first == nil {
				first = client
			}
			go func() { _, _ = io.WriteString(client, whole) }()
			synctest.Wait()
		}
		require.Equal(t, begin, time.Now())
		assert.LessOrEqual(t, len(mock.Customers("")), 136, "128 MiB of answers, and those of the 8 MiB that are worked on")
		client := dial()
		go func() { _, _ = io.WriteString(client, customerOf(100<<10)) }()
		assert.Equal(t, http.StatusCreated, answerOf(t, client))
		assert.LessOrEqual(t, time.Since(begin), 10*time.Second, "time of the bubble")
		<-time.After(time.Second)
		_, err = io.ReadAll(first)
		assert.NoError(t, err)
		assert.LessOrEqual(t, time.Since(begin), 10*time.Second, "the connection is closed")
	})
}

func TestWhatADelayHoldsIsBounded(t *testing.T) {
	t.Parallel()
	for _, store := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			mock, err := mockserver.New(mockserver.WithRateLimit(0))
			require.NoError(t, err)
			_, err = mock.AddFault(fault.Fault{Delay: fault.Delay{Fixed: time.Hour}, Store: store})
			require.NoError(t, err)
			_, dial := overPipes(t, mock)
			whole := customerOf(1 << 20)
			var last net.Conn
			for range 150 {
				last = dial()
				go func() { _, _ = io.WriteString(last, whole) }()
				synctest.Wait()
			}
			recorded := 0 // the journal itself has dropped some
			for _, request := range mock.Requests() {
				number, err := strconv.Atoi(strings.TrimPrefix(request.ID, "req_"))
				require.NoError(t, err)
				recorded = max(recorded, number)
			}
			assert.Greater(t, recorded, 100)
			assert.LessOrEqual(t, recorded, 136, "the others wait for a share before they are read")
			mock.ClearFaults("")
			<-time.After(30 * time.Second) // time of the bubble: those for whom there is no room are let go
			begin := time.Now()
			client := dial()
			go func() { _, _ = io.WriteString(client, customerOf(60<<10)) }()
			assert.Equal(t, http.StatusCreated, answerOf(t, client))
			assert.Equal(t, begin, time.Now(), "what is small need not wait")
			mock.Close()
		})
	}
}

func TestStoppingDoesNotWaitForAReaderThatStalls(t *testing.T) {
	t.Parallel()
	for _, read := range []int{0, 300 << 10} {
		synctest.Test(t, func(t *testing.T) {
			mock, err := mockserver.New()
			require.NoError(t, err)
			server, dial := overPipes(t, mock)
			server.RegisterOnShutdown(func() { mock.CloseWithin(7 * time.Second) })
			client := dial()
			_, err = io.WriteString(client, customerOf(1<<20))
			require.NoError(t, err)
			_, err = io.CopyN(io.Discard, client, int64(read))
			require.NoError(t, err)
			synctest.Wait()
			begin := time.Now()
			assert.NoError(t, server.Shutdown(t.Context()))
			assert.LessOrEqual(t, time.Since(begin), 4*time.Second, "%d: time of the bubble", read)
		})
	}
}
