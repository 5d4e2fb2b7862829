package judge

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/spec"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// BenchmarkExchange judges the documented exchange, both directions: its time with shapes over that of kin-openapi alone, to
// which a shape leaves every doubt. The two take turns.
func BenchmarkExchange(b *testing.B) {
	request := []byte(`{"email":"jsmith@example.com","phoneNumber":"<string>","firstName":"<string>","lastName":"<string>",` +
		`"imageUrl":"<string>","tags":["<string>"],"addresses":[{"address1":"<string>","firstName":"<string>",` +
		`"lastName":"<string>","phone":"<string>","address2":"<string>","city":"<string>","province":"<string>",` +
		`"country":"<string>","zip":"<string>","mainAddress":false}]}`)
	response := []byte(`{"data":{"addresses":[{"address1":"<string>","address2":"<string>","city":"<string>",` +
		`"country":"<string>","firstName":"<string>","id":"addr_01kb1x7m5v0000000000000001","lastName":"<string>",` +
		`"phone":"<string>","province":"<string>","zip":"<string>"}],"email":"jsmith@example.com","firstName":"<string>",` +
		`"id":"cust_01kb1x7m5v9q3r8t2w4y6z0abc","imageUrl":"<string>","lastName":"<string>","phoneNumber":"<string>",` +
		`"tags":["<string>"],"createdAt":"2026-11-23T08:30:00.000Z","updatedAt":"2026-11-23T08:30:00.000Z"}}`)
	header := http.Header{
		"Content-Type": {"application/json"}, "Ratelimit-Limit": {"100"}, "Ratelimit-Remaining": {"99"}, "Ratelimit-Reset": {"60"},
	}
	timed := func(op *Operation) float64 {
		start := time.Now()
		for range 100 {
			if op.RequestViolations(header, request) != nil || op.Response(http.StatusCreated, header, response) != nil {
				b.Fatal("the documented exchange keeps the contract")
			}
		}
		return float64(time.Since(start))
	}
	alone, err := build(spec.Document())
	require.NoError(b, err)
	slow, quick := alone.Operation(gen.OperationCreateCustomer), Contract().Operation(gen.OperationCreateCustomer)
	slow.shapes, slow.responses[http.StatusCreated].shapes = nil, nil
	var ratios []float64
	for b.Loop() {
		ratios = append(ratios, timed(quick)/timed(slow))
	}
	slices.Sort(ratios)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(ratios[len(ratios)/2], "quick/kin-openapi")
}
