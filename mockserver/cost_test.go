package mockserver_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// mostBody is the largest body that the mock takes by default.
const mostBody = 1 << 20

// worstBodies are bodies of 1 MiB that cost as much as one can, each in a way of its own.
func worstBodies() map[string]string {
	// filled repeats an item as often as it fits, with commas between.
	filled := func(head, item, tail string) string {
		n := (mostBody - len(head) - len(tail) + 1) / (len(item) + 1)
		return head + strings.Repeat(item+",", n-1) + item + tail
	}
	numbered := func(head, before, after, tail string) string {
		var b strings.Builder
		b.WriteString(head)
		for i := 0; b.Len() < mostBody-len(tail)-20; i++ {
			b.WriteString(before + strconv.FormatInt(int64(i), 36) + after + ",")
		}
		return b.String() + before + "last" + after + tail
	}
	nested := func(open, within, shut string, times, fill int) string {
		one := strings.Repeat(open, times) + within + strings.Repeat(shut, times)
		return filled(`{"email":"a@b.co","x":[`, one, `]}`)[:fill] + `]}`
	}
	const tags, addresses = `{"email":"a@b.co","tags":[`, `{"email":"a@b.co","addresses":[`
	deep := func(within string) string {
		const depth = 9_000
		return strings.Repeat(`{"x":`, depth) + within + strings.Repeat(`}`, depth)
	}
	return map[string]string{
		"valid tags":                    filled(tags, `""`, `]}`),
		"valid tags, unknown name":      filled(`{"email":"a@b.co","x":0,"tags":[`, `""`, `]}`),
		"valid addresses":               filled(addresses, `{"address1":""}`, `]}`),
		"valid addresses, unknown name": filled(addresses, `{"address1":"","x":0}`, `]}`),
		"valid but for the last":        filled(tags, `"a"`, `,1]}`),
		"a giant string":                `{"email":"a@b.co","firstName":"` + strings.Repeat("x", mostBody-40) + `"}`,
		"a giant string of escapes":     `{"email":"a@b.co","firstName":"` + strings.Repeat(`\u0000`, mostBody/6-8) + `"}`,
		"a giant email":                 `{"email":"` + strings.Repeat("é", mostBody/2-10) + `"}`,
		"a giant unknown name":          `{"email":"a@b.co","` + strings.Repeat("x", mostBody-40) + `":1}`,
		"a giant unknown name twice": `{"email":"a@b.co","` + strings.Repeat("x", mostBody/2-40) + `":1,"` +
			strings.Repeat("x", mostBody/2-40) + `":1}`,
		"numbers for tags":           filled(tags, `1`, `]}`),
		"objects for tags":           filled(tags, `{}`, `]}`),
		"full objects for tags":      filled(tags, `{"":0}`, `]}`),
		"nulls for tags":             filled(tags, `null`, `]}`),
		"arrays for tags":            filled(tags, `[]`, `]}`),
		"numbers too large":          filled(tags, `1e999`, `]}`),
		"digits":                     `{"email":"a@b.co","x":` + strings.Repeat("1", mostBody-40) + `}`,
		"null addresses":             filled(addresses, `null`, `]}`),
		"empty addresses":            filled(addresses, `{}`, `]}`),
		"addresses of unknown names": filled(addresses, `{"":0}`, `]}`),
		"addresses of wrong types":   filled(addresses, `{"zip":0}`, `]}`),
		"addresses, wrong twice":     filled(addresses, `{"zip":0,"zip":0}`, `]}`),
		"addresses of nine":          filled(addresses, `{"zip":0,"":0,"a":0,"b":0,"c":0,"d":0,"e":0,"f":0,"g":0}`, `]}`),
		"wrong types everywhere":     filled(`{"email":[{}],"phoneNumber":{},"firstName":[],"tags":{},"addresses":[`, `[{"zip":[]}]`, `]}`),
		"no contact":                 filled(`{"tags":[`, `""`, `]}`),
		"no contact, numbers":        filled(`{"tags":[`, `1`, `]}`),
		"not an object":              filled(`[`, `{"":0}`, `]`),
		"numbers alone":              filled(`[`, `1`, `]`),
		"200,000 names":              numbered(`{"email":"a@b.co",`, `"`, `":0`, `}`),
		"names in names":             numbered(`{"email":"a@b.co","x":{`, `"`, `":{}`, `}}`),
		"one name again and again":   filled(`{"email":"a@b.co",`, `"":0`, `}`),
		"duplicates at the end":      filled(tags, `1`, `],"tags":[]}`),
		"duplicates everywhere":      filled(addresses, `{"":0,"":0}`, `]}`),
		"duplicates behind a giant name": filled(`{"email":"a@b.co","`+strings.Repeat("x", mostBody/2)+`":{`,
			`"":0`, `}}`),
		"duplicates far down":     deep(filled(`{`, `"":0`, `}`)[:mostBody-9_000*6-1] + `}`),
		"deep":                    deep(`0`),
		"too deep":                strings.Repeat(`[`, mostBody),
		"deep objects, often":     nested(`{"":`, `0`, `}`, 9_000, (9_000*5+2)*23+22),
		"deep arrays, often":      nested(`[`, `0`, `]`, 9_000, (9_000*2+2)*58+22),
		"deep known names, often": filled(addresses, strings.Repeat(`{"zip":`, 100)+`0`+strings.Repeat(`}`, 100), `]}`),
		"not JSON at the end":     filled(tags, `1`, `]`),
		"two values":              filled(tags, `1`, `]}0`),
		"not UTF-8 at the end":    filled(tags, `1`, "],\"\xff\":0}"),
		"white space":             strings.Repeat(" ", mostBody-2) + "{}",
	}
}

// costServers are servers that look at a body in different ways.
func costServers(t testing.TB) map[string]*mockserver.Server {
	t.Helper()
	log := mockserver.WithLogger(slog.New(slog.NewJSONHandler(io.Discard, nil))) //nolint:sloglint // lines cost too
	servers := map[string]*mockserver.Server{}
	for name, options := range map[string][]mockserver.Option{"plain": nil, "strict": {mockserver.WithStrict()}} {
		server, err := mockserver.New(append(options, log, mockserver.WithRateLimit(0))...)
		require.NoError(t, err)
		servers[name] = server
	}
	return servers
}

// TestNoBodyCostsMoreThanAFewTimesItsSize measures what one request makes the program allocate, the garbage included. It does not run beside other
// tests: the runtime counts for all of them.
func TestNoBodyCostsMoreThanAFewTimesItsSize(t *testing.T) { //nolint:paralleltest // see above
	if raceDetector || testing.Short() {
		t.Skip("the race detector allocates too")
	}
	const most = 64 << 20
	servers := costServers(t)
	for name, body := range worstBodies() {
		require.LessOrEqual(t, len(body), mostBody, name)
		require.Greater(t, len(body), mostBody/30, name)
		for kind, server := range servers {
			direct(t, server, goodKey, "{}") // what is made once is not a request's
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			direct(t, server, goodKey, body)
			runtime.ReadMemStats(&after)
			cost := after.TotalAlloc - before.TotalAlloc
			t.Logf("%6.1f MB %s: %s", float64(cost)/1e6, kind, name)
			assert.LessOrEqual(t, cost, uint64(most), "bytes allocated for %s, %s", name, kind)
		}
	}
}

// BenchmarkWorstBodies is what each of the bodies costs, in allocated bytes and in milliseconds of CPU; at most 500 are wanted.
func BenchmarkWorstBodies(b *testing.B) {
	servers := costServers(b)
	for name, body := range worstBodies() {
		for kind, server := range servers {
			b.Run(strings.ReplaceAll(name, " ", "_")+"/"+kind, func(b *testing.B) {
				b.ReportAllocs()
				before := cpuTime()
				for b.Loop() {
					request := httptest.NewRequest(http.MethodPost, judge.Contract().BasePaths()[0]+"/customers", strings.NewReader(body))
					request.Header = http.Header{"Content-Type": {"application/json"}, keyHeader: {goodKey}}
					server.ServeHTTP(httptest.NewRecorder(), request)
				}
				b.ReportMetric(float64((cpuTime()-before).Milliseconds())/float64(b.N), "CPU-ms/op")
			})
		}
	}
}
