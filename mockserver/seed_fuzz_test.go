package mockserver_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// Whatever a file of seeds has in it, New says what is wrong with it or takes each of them.
func FuzzSeed(f *testing.F) {
	for _, array := range []string{
		twoSeeds, `[]`, ``, ` `, `null`, `{}`, `[null]`, `[[]]`, `[{}]`, `[{"email":"plain","addresses":[{}]},5]`,
		`[{"email":"a@example.com","email":"b@example.com"}]`, `[{"email":"a@example.com","x":1e400}]`,
		`[{"phoneNumber":"\ud83d\ude00\u0000"}]`, "[{\"email\":\"\xff\"}]", `[{"phoneNumber":""}][]`,
		strings.Repeat("[", 20_000), `[{"phoneNumber":"1","addresses":[{"address1":"1","mainAddress":true}]}]`,
		"[" + deepNumbers + "]",
	} {
		f.Add([]byte(array))
	}
	f.Fuzz(func(t *testing.T, array []byte) {
		server, err := mockserver.New(mockserver.WithSeed(array))
		if err != nil {
			assert.ErrorContains(t, err, "mockserver: WithSeed: ")
			assert.Less(t, len(err.Error()), mostOfMessage, "errors are bounded")
			return
		}
		sent, violations := judge.ReadJSON(array)
		require.Empty(t, violations, "only JSON is taken")
		customers := server.Customers(goodKey)
		require.Len(t, customers, len(sent.([]any)))
		for i, customer := range customers {
			email, there := sent.([]any)[i].(map[string]any)["email"].(string)
			require.Equal(t, there, customer.Email != nil)
			if there {
				assert.Equal(t, email, *customer.Email)
			}
		}
	})
}
