package har_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/har"
)

// recording is a file of about so many bytes, with entries as browsers write them: a stack trace, some 20 headers, and JSON
// of some KiB, escaped.
func recording(size int) []byte {
	var fields []string
	for i := range 10 {
		fields = append(fields, fmt.Sprintf(`{"name": "x-header-%d", "value": "%s"}`, i, strings.Repeat("v", 30)))
	}
	headers := strings.Join(fields, ", ")
	item := `{\"id\":\"cus_01HZ8\",\"name\":\"Zoë 😀\",\"tags\":[\"a\",\"b\"]},`
	var b bytes.Buffer
	b.WriteString(`{"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "entries": [`)
	for i := 0; i == 0 || b.Len() < size; i++ {
		if i > 0 {
			b.WriteString(",\n")
		}
		body := `{\"items\":[` + strings.Repeat(item, 1+i%80) + `0]}`
		fmt.Fprintf(&b, `      {
        "_initiator": {"type": "script", "stack": {"callFrames": [%s{"functionName": "", "scriptId": "1", "url": "https://shop.example.com/app.js", "lineNumber": 1, "columnNumber": 2}]}},
        "startedDateTime": "2026-11-03T09:15:00.250Z", "time": 12.75,
        "request": {"method": "POST", "url": "https://api.example.com/things", "httpVersion": "h2", "headers": [%s], "queryString": [], "cookies": [], "headersSize": -1, "bodySize": -1,
          "postData": {"mimeType": "application/json", "text": "%s"}},
        "response": {"status": 200, "statusText": "", "httpVersion": "h2", "headers": [%s], "cookies": [], "content": {"size": 0, "mimeType": "application/json", "text": "%s"},
          "redirectURL": "", "headersSize": -1, "bodySize": -1},
        "cache": {}, "timings": {"send": 0, "wait": 12.75, "receive": 0}
      }`, strings.Repeat(`{"functionName": "", "scriptId": "1", "url": "https://shop.example.com/app.js", "lineNumber": 1, "columnNumber": 2}, `, 8), headers, body, headers, body)
	}
	b.WriteString("]}}")
	return b.Bytes()
}

// BenchmarkReader reads 16 MB, and decodes the same with encoding/json into structs of what a Reader reads, in turn.
func BenchmarkReader(b *testing.B) {
	text := recording(16 << 20)
	own, standard := time.Hour, time.Hour // the shortest, which says most on a machine with other work
	for b.Loop() {
		start := time.Now()
		reader := har.NewReader(bytes.NewReader(text))
		n := 0
		for {
			if _, err := reader.Next(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				b.Fatal(err)
			}
			n++
		}
		own = min(own, time.Since(start))

		start = time.Now()
		var file struct{ Log struct{ Entries []jsonEntry } }
		require.NoError(b, json.Unmarshal(text, &file))
		require.Len(b, file.Log.Entries, n)
		standard = min(standard, time.Since(start))
	}
	megabytes := float64(len(text)) / 1e6
	b.ReportMetric(megabytes/own.Seconds(), "MB/s")
	b.ReportMetric(megabytes/standard.Seconds(), "encoding/json-MB/s")
	b.ReportMetric(standard.Seconds()/own.Seconds(), "speed/encoding-json")
	b.ReportMetric(0, "ns/op")
}

type jsonEntry struct {
	StartedDateTime time.Time
	Time            float64
	Request         struct {
		Method, URL string
		Headers     []struct{ Name, Value string }
		PostData    struct{ Text string }
	}
	Response struct {
		Status  int
		Headers []struct{ Name, Value string }
		Content struct{ Text, Encoding string }
	}
}
