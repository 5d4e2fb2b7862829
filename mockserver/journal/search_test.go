package journal_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
	"github.com/bitbybit-go/bitbybit-go/mockserver/internal/apikey"
	"github.com/bitbybit-go/bitbybit-go/mockserver/journal"
)

func ids(requests []journal.Request) []string {
	list := []string{}
	for _, r := range requests {
		list = append(list, r.ID)
	}
	return list
}

func TestATextIsFoundInEveryPart(t *testing.T) {
	t.Parallel()
	const key = "bbb_test_0123456789abcdef"
	x := &journal.Exchange{
		Key: key, Method: "PATCH", Target: "/Path?q=Straße", Host: "mock.Example:4010",
		Header: http.Header{apikey.Header: {key}, "X-Note": {"first", "Second Note"}},
		Body:   []byte("{\"firstName\":\"ÄNNE Ωmega\"}\xff BINARY"), ResponseBody: []byte(`{"error":"İstanbul"}`),
		Refusal: "Refused on purpose", CORSRefused: "origin Not Allowed", Customer: "cust_01ABC",
		Preference: "code=429",
	}
	violating := &journal.Exchange{Violations: judge.Violations{{Path: "addresses[0].City", Expected: "must be A String", Got: "the number 5"}}}
	hit := &journal.Exchange{Wait: 1500 * time.Millisecond, Fault: &fault.Fault{
		ID: "fault_17", Status: 503, Example: "serviceUnavailable", Connection: fault.NoResponse, Store: true, Key: "bbb_test_otherone"}}
	triggered := &journal.Exchange{Trigger: "notFound"}
	all := []*journal.Exchange{x, violating, hit, triggered}
	for text, want := range map[string]string{
		"/path":              "req_1",
		"Q=STRASSE":          "",
		"q=STRAßE":           "req_1",
		"straße":             "req_1",
		"patch":              "req_1",
		"MOCK.example":       "req_1",
		"x-note":             "req_1",
		"SECOND note":        "req_1",
		"änne ωMEGA":         "req_1",
		"Ωmega":              "req_1",
		"binary":             "req_1",
		"istanbul":           "req_1",
		"İSTANBUL":           "req_1",
		"refused ON":         "req_1",
		"not allowed":        "req_1",
		"CUST_01abc":         "req_1",
		"Code=429":           "req_1",
		"prefer asked":       "req_1",
		key:                  "",
		strings.ToUpper(key): "", // what is masked is not found
		"89abcdef":           "",
		"city: MUST":         "req_2",
		"the number 5":       "req_2",
		"FAULT_17":           "req_3",
		"answered 503 serv":  "", // none was sent
		"no_response":        "req_3",
		"delayed by 1.5S":    "req_3",
		"Carried out first":  "req_3",
		"notfound":           "req_4",
		"nowhere to be seen": "",
		"\xff":               "req_1",
		"first\nsecond":      "req_1",
	} {
		j := journal.New()
		for _, x := range all {
			j.Add(x)
		}
		found := []string{}
		if want != "" {
			found = []string{want}
		}
		assert.Equal(t, found, ids(j.Requests(journal.Filter{Text: text})), "%q", text)
	}
}

func TestATextIsLookedForAmongTheEntriesThatPass(t *testing.T) {
	t.Parallel()
	j := journal.New()
	for i := range 10 {
		x := exchange("bbb_test_one")
		x.Body = []byte(map[bool]string{true: "Even", false: "odd"}[i%2 == 1])
		x.Status = http.StatusCreated
		if i >= 6 {
			x.Key, x.Status = "bbb_test_two", http.StatusNotFound
		}
		j.Add(x)
	}
	for name, test := range map[string]struct {
		filters []journal.Filter
		want    []string
	}{
		"the newest of them":     {[]journal.Filter{{Text: "even", Limit: 2}}, []string{"req_8", "req_10"}},
		"of a key":               {[]journal.Filter{{Text: "even", Key: "bbb_test_one", Limit: 2}}, []string{"req_4", "req_6"}},
		"before one":             {[]journal.Filter{{Text: "even", Before: "req_8", Limit: 2}}, []string{"req_4", "req_6"}},
		"two texts":              {[]journal.Filter{{Text: "even"}, {Text: "odd"}}, []string{}},
		"the same twice":         {[]journal.Filter{{Text: "even", Limit: 3}, {Text: "EVEN", Limit: 1}}, []string{"req_10"}},
		"before, no text":        {[]journal.Filter{{Before: "req_3"}}, []string{"req_1", "req_2"}},
		"before the first":       {[]journal.Filter{{Before: "req_1"}}, []string{}},
		"before what is to come": {[]journal.Filter{{Before: "req_999", Limit: 1}}, []string{"req_10"}},
		"before two":             {[]journal.Filter{{Before: "req_3"}, {Before: "req_2"}}, []string{"req_1"}},
		"before what is none":    {[]journal.Filter{{Before: "req_01"}}, []string{}},
		"before another thing":   {[]journal.Filter{{Before: "cust_1"}}, []string{}},
		"refused":                {[]journal.Filter{{Refused: true, Limit: 2}}, []string{"req_9", "req_10"}},
		"refused, with a text":   {[]journal.Filter{{Refused: true, Text: "odd"}}, []string{"req_7", "req_9"}},
	} {
		assert.Equal(t, test.want, ids(j.Requests(test.filters...)), name)
	}
	j.Add(&journal.Exchange{CORSRefused: "origin", Status: http.StatusNoContent})
	j.Add(&journal.Exchange{})
	assert.Equal(t, []string{"req_11"}, ids(j.Requests(journal.Filter{Refused: true, Limit: 1})), "a page was, and no answer is no error")
}

func TestTheReasonOfARequest(t *testing.T) {
	t.Parallel()
	broken := judge.Violations{{Path: "email", Expected: "is required"}, {Path: "tags", Expected: "must be an array"}}
	for want, r := range map[string]journal.Request{
		"":                                       {Status: http.StatusCreated},
		"not here":                               {Refusal: "not here"},
		broken.String():                          {Violations: broken, Refusal: "The request is invalid."},
		broken.String() + "; and 3 more":         {Violations: broken, MoreViolations: 3},
		"Prefer asked for this answer: code=429": {Preference: "code=429"},
		"a magic value asked for this answer: absent":                      {Trigger: "absent"},
		"a page in a browser was refused (CORS): x":                        {CORSRefused: "x"},
		"no; a page in a browser was refused (CORS): x":                    {Refusal: "no", CORSRefused: "x"},
		"fault_1 hit it: answered 429":                                     {Fault: &fault.Fault{ID: "fault_1", Status: 429}},
		"fault_1 hit it: answered 429 limited; " + broken.String():         {Fault: &fault.Fault{ID: "fault_1", Status: 429, Example: "limited"}, Violations: broken},
		"fault_1 hit it: carried out first, delayed by 1s, EMPTY_RESPONSE": {Fault: &fault.Fault{ID: "fault_1", Store: true, Connection: fault.EmptyResponse}, Wait: time.Second},
		"fault_1 hit it: sent in pieces":                                   {Fault: &fault.Fault{ID: "fault_1", Drip: fault.Drip{Chunks: 3}}},
		"fault_1 hit it":                                                   {Fault: &fault.Fault{ID: "fault_1", Delay: fault.Delay{Upper: time.Nanosecond}}},
	} {
		assert.Equal(t, want, r.Reason())
	}
}

func TestWhatArrivedIsToBeSentAgain(t *testing.T) {
	t.Parallel()
	const key = "bbb_test_0123456789abcdef"
	j := journal.New()
	j.Add(exchange(key))
	long := exchange(key)
	long.Body = make([]byte, journal.MaxBody+1)
	j.Add(long)
	for name, test := range map[string]struct {
		key, id   string
		whole, ok bool
	}{
		"whole":          {"", "req_1", true, true},
		"of its key":     {key, "req_1", true, true},
		"of another":     {"bbb_test_two", "req_1", true, false},
		"kept in part":   {"", "req_2", false, true},
		"not there":      {"", "req_3", true, false},
		"no id":          {"", "x", true, false},
		"another number": {"", "req_01", true, false},
	} {
		x, whole, ok := j.Arrived(test.key, test.id)
		assert.Equal(t, test.ok, ok, name)
		if ok {
			assert.Equal(t, test.whole, whole, name)
			assert.Equal(t, key, x.Header.Get(apikey.Header), "%s: not masked", name)
		}
	}
}
