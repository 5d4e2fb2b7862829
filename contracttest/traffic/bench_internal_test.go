package traffic

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/exchange"
	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

const sentBody = `{"email":"jsmith@example.com","phoneNumber":"+6281234567890","firstName":"Siti","lastName":"Rahma","tags":["vip","a"],` +
	`"addresses":[{"address1":"Jl. Sudirman No. 1","city":"Jakarta Selatan","mainAddress":true}]}`

func BenchmarkObserve(b *testing.B) {
	mock, err := mockserver.New(mockserver.WithRateLimit(0))
	require.NoError(b, err)
	r := httptest.NewRequest(http.MethodPost, "http://api.test"+gen.BasePath+"/customers", strings.NewReader(sentBody))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(gen.KeyHeader, "bbb_test_1")
	w := httptest.NewRecorder()
	mock.ServeHTTP(w, r)
	answer := w.Result()
	body, err := io.ReadAll(answer.Body)
	require.NoError(b, err)
	ids := regexp.MustCompile(`(cust|addr)_`).Split(string(body), -1)
	require.Len(b, ids, 3)
	var o Observer
	b.ReportAllocs()
	for i := range b.N {
		now := time.Now()
		o.judge(observed{
			origin: "http://api.test", request: requestOf(r, []byte(sentBody)), sent: now, received: now,
			answer: &exchange.Response{Status: answer.StatusCode, Header: answer.Header, Body: []byte(strings.Join(ids, "id_"+strconv.Itoa(i)))},
		})
	}
	require.NoError(b, o.Err())
	require.Equal(b, b.N, o.Judged())
}
