package outcome

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/internal/decode"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

func TestWhatIsCompared(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		sent  string
		event string
		same  bool
	}{
		"what the server chooses": {
			`{"email":"a@b.cd","addresses":[{"address1":"x","mainAddress":true}]}`,
			`{"id":"cust_1","email":"a@b.cd","addresses":[{"id":"addr_1","address1":"x"}],"createdAt":"2026-11-23T08:30:00Z","updatedAt":"2026-11-23T08:30:00Z"}`, true,
		},
		"null":                     {`{"email":"a@b.cd"}`, `{"email":"a@b.cd","phoneNumber":null,"tags":null,"addresses":null}`, true},
		"empty lists":              {`{"email":"a@b.cd"}`, `{"email":"a@b.cd","tags":[],"addresses":[]}`, true},
		"an empty text as null":    {`{"email":"a@b.cd","lastName":""}`, `{"email":"a@b.cd","lastName":null}`, true},
		"an address of nothing":    {`{"email":"a@b.cd","addresses":[{"address1":""}]}`, `{"email":"a@b.cd","addresses":[]}`, false},
		"another text":             {`{"email":"a@b.cd"}`, `{"email":"A@b.cd"}`, false},
		"less":                     {`{"email":"a@b.cd","firstName":"A"}`, `{"email":"a@b.cd"}`, false},
		"more":                     {`{"email":"a@b.cd"}`, `{"email":"a@b.cd","firstName":"A"}`, false},
		"another field":            {`{"email":"a@b.cd","firstName":"A"}`, `{"email":"a@b.cd","lastName":"A"}`, false},
		"another order of tags":    {`{"email":"a@b.cd","tags":["a","b"]}`, `{"email":"a@b.cd","tags":["b","a"]}`, false},
		"an empty tag":             {`{"email":"a@b.cd","tags":["a",""]}`, `{"email":"a@b.cd","tags":["a"]}`, false},
		"tags that join alike":     {`{"email":"a@b.cd","tags":["a,b"]}`, `{"email":"a@b.cd","tags":["a","b"]}`, false},
		"in an address":            {`{"email":"a@b.cd","addresses":[{"address1":"x","zip":"1"}]}`, `{"email":"a@b.cd","addresses":[{"address1":"x","zip":"2"}]}`, false},
		"another order in a list":  {`{"email":"a@b.cd","addresses":[{"address1":"x"},{"address1":"y"}]}`, `{"email":"a@b.cd","addresses":[{"address1":"y"},{"address1":"x"}]}`, false},
		"composed and decomposed":  {`{"firstName":"\u00e9"}`, `{"firstName":"e\u0301"}`, false},
		"spelled another way":      {`{"firstName":"\u00e9\u0026"}`, `{"firstName":"é&"}`, true},
		"what nobody knows beside": {`{"email":"a@b.cd","x":1}`, `{"email":"a@b.cd","y":2}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var in client.CustomerInput
			var event client.Customer
			require.NoError(t, json.Unmarshal([]byte(test.sent), &in))
			require.NoError(t, json.Unmarshal([]byte(test.event), &event))
			sent, _, err := content(in)
			require.NoError(t, err)
			got, _, err := content(event)
			require.NoError(t, err)
			assert.Equal(t, test.same, sent == got)
			assert.Len(t, sent, 64)
		})
	}
}

// Whatever the contract has comes to be compared without an edit here: every property that is in both, but for the ids of addresses.
func TestEveryPropertyIsCompared(t *testing.T) {
	t.Parallel()
	answered := map[string]bool{}
	for _, name := range decode.NamesOf(reflect.TypeFor[client.Customer]()) {
		answered[name.Text] = true
	}
	sent := decode.NamesOf(reflect.TypeFor[client.CustomerInput]())
	require.NotEmpty(t, sent)
	for _, name := range sent {
		assert.Equal(t, answered[name.Text], has(compared, name.Text), "%s", name.Text)
	}
	sent = decode.NamesOf(reflect.TypeFor[client.AddressInput]())
	require.NotEmpty(t, sent)
	for _, name := range sent {
		assert.Equal(t, name.Text != "mainAddress", has(compared["addresses"], name.Text), "%s", name.Text)
	}
	assert.NotContains(t, compared, "id")
	assert.NotContains(t, compared["addresses"], "id")
}

func has(n names, name string) bool {
	_, found := n[name]
	return found
}

// Properties of other kinds than there are today: the contract may get them.
func TestOtherKindsOfProperties(t *testing.T) {
	t.Parallel()
	type nested struct {
		A *string        `json:"a,omitempty"`
		M map[string]any `json:"m,omitzero"`
		B bool           `json:"b"`
		N float64        `json:"n"`
		T time.Time      `json:"t,omitzero"`
		S struct {
			X []float64 `json:"x"`
		} `json:"s"`
		Untagged int
	}
	both := common(decode.NamesOf(reflect.TypeFor[nested]()), decode.NamesOf(reflect.TypeFor[*nested]()))
	assert.Equal(t, names{"a": nil, "m": nil, "b": nil, "n": nil, "t": nil, "s": {"x": nil}}, both)
	value := map[string]any{"a": "x", "m": map[string]any{"z": ""}, "b": false, "n": 0.0, "s": map[string]any{"x": []any{}}, "o": 1.0}
	assert.Equal(t, map[string]any{"a": "x", "m": map[string]any{"z": ""}}, reduce(value, both))
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	large := client.CustomerInput{Email: new("a@b.cd"), FirstName: new(strings.Repeat("x", gen.WebhookMaxPayload-2*added))}
	_, length, err := content(large)
	require.NoError(t, err)
	assert.False(t, tooLarge(large, length))
	large.Addresses = make([]client.AddressInput, 1)
	assert.True(t, tooLarge(large, length))
}

// An outage that is dropped from the list counts all the same.
func TestOutagesAreBounded(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	c := &call{State: unknown, Begun: now, Ended: now}
	r := receiver{Alive: now}
	for range 2 * maxOutages {
		now = now.Add(time.Minute)
		r.lives(now, now, now)
	}
	assert.Len(t, r.Outages, maxOutages)
	assert.Len(t, r.Heard, 2*maxOutages)
	assert.Equal(t, "the receiver was down for 3h20m0s, or its clock was wrong", r.doubts(c))
	now = now.Add(2 * remembered)
	r.lives(now, now, now)
	assert.Len(t, r.Outages, 1)
	assert.Len(t, r.Heard, 1)
}

// The id of a customer is compared whole, however long it is, and kept in bounds.
func TestMark(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 64)
	assert.Equal(t, "cust_1", mark("cust_1"))
	assert.Equal(t, long, mark(long))
	assert.NotEqual(t, mark(long+"a"), mark(long+"b"))
	assert.Len(t, mark(strings.Repeat("x", 1<<20)), 64)
}

// A customer that is answered as it was sent has the content that was sent, and none other.
func FuzzContent(f *testing.F) {
	f.Add(`{"email":"a@b.cd","tags":["a"],"addresses":[{"address1":"x","mainAddress":true}]}`, "x")
	f.Add(`{"email":"","addresses":[{}],"firstName":"\u0000é\ud83d\ude00"}`, "")
	f.Add(`{"phoneNumber":null,"tags":[null,""],"addresses":null}`, "\u2028")
	f.Fuzz(func(t *testing.T, sent, other string) {
		var in client.CustomerInput
		if json.Unmarshal([]byte(sent), &in) != nil || !utf8.ValidString(other) {
			t.Skip()
		}
		digest, _, err := content(in)
		require.NoError(t, err)
		text, err := json.Marshal(in)
		require.NoError(t, err)
		var back client.Customer
		require.NoError(t, json.Unmarshal(text, &back))
		back.ID, back.CreatedAt = "cust_1", time.Unix(0, 0)
		for i := range back.Addresses {
			back.Addresses[i].ID = "addr_1"
		}
		same, _, err := content(back)
		require.NoError(t, err)
		require.Equal(t, digest, same)

		changed := in.LastName == nil && other != "" || in.LastName != nil && *in.LastName != other
		in.LastName = &other
		different, _, err := content(in)
		require.NoError(t, err)
		require.Equal(t, changed, digest != different)
	})
}

// What a Store returns is read or refused, and what was read is written as it was.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"calls":[{"id":"x","ref":"r","state":"unknown","begun":"2026-11-28T09:00:00Z","ended":"2026-11-28T09:00:01Z"}],"events":[{"customer":"c","at":"2026-11-28T09:00:00Z"}]}`))
	f.Add([]byte(`{"calls":[{"state":"created","customer":"c"},{"state":"done"},{"state":"?"},{"state":"under way"}]}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, value []byte) {
		var g group
		if read(value, &g) != nil {
			t.Skip()
		}
		now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
		_ = g.arrive("cust_1", now, now)
		g.decide(now, receiver{Alive: now})
		g.told([]call{{ID: "x", State: missing}, {ID: "x", State: created}}, now)
		entry, err := g.entry()
		if err != nil || entry.Value == nil {
			return // a year of more than four digits
		}
		var again group
		require.NoError(t, read(entry.Value, &again))
		second, err := again.entry()
		require.NoError(t, err)
		require.True(t, bytes.Equal(entry.Value, second.Value))
	})
}
