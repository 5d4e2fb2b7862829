package judge

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen/spec"
)

// BenchmarkExchange judges the documented exchange, both directions: as a shape does that is sure, and as kin-openapi does, to
// which a shape leaves every doubt.
func BenchmarkExchange(b *testing.B) {
	contract, err := build(spec.Document()) // one of its own, to take shapes away from
	require.NoError(b, err)
	op := contract.operations[0]
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
	exchange := func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if op.RequestViolations(header, request) != nil || op.Response(http.StatusCreated, header, response) != nil {
				b.Fatal("the documented exchange keeps the contract")
			}
		}
	}
	b.Run("quick", exchange)
	created := op.responses[http.StatusCreated]
	op.shapes, created.shapes = nil, nil
	b.Run("kin-openapi", exchange)
}
