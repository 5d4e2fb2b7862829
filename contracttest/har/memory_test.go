package har_test

import (
	"fmt"
	"io"
	"iter"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/har"
)

// stream is a text that is made up as it is read, and measures the heap meanwhile.
type stream struct {
	next func() (string, bool)
	rest string
	n    int

	heap  uint64 // the most that was live
	check int    // when it is measured next
}

func (s *stream) Read(p []byte) (int, error) {
	if s.n >= s.check {
		s.check = s.n + 4<<20
		s.measure()
	}
	for s.rest == "" {
		var ok bool
		if s.rest, ok = s.next(); !ok {
			return 0, io.EOF
		}
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	s.n += n
	return n, nil
}

func (s *stream) measure() {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	s.heap = max(s.heap, stats.HeapAlloc)
}

// entries is a file of entries: the text of each is begin, so many times more, and end.
func entries(n int, begin, more string, times int, end string) iter.Seq[string] {
	return func(yield func(string) bool) {
		proceed := yield(`{"log":{"entries":[{}`)
		for range n {
			proceed = proceed && yield(","+begin)
			for i := 0; i < times && proceed; i++ {
				proceed = yield(more)
			}
			proceed = proceed && yield(end)
		}
		_ = proceed && yield(`]}}`)
	}
}

// TestReaderMemory reads files that are made up as they are read, and measures what is live meanwhile. It is not parallel,
// so that it measures nothing else.
func TestReaderMemory(t *testing.T) {
	small, large := 32, 128 // MB
	if testing.Short() {
		small, large = 16, 16
	}
	const (
		body = `{"request":{"method":"POST","postData":{"text":"`
		both = `{"request":{"postData":{"text":"%s"}},"response":{"status":200,"content":{"text":"%[1]s","encoding":"%s"}}}`
	)
	x := strings.Repeat("x", 1<<20)
	_, ordinary, _ := strings.Cut(strings.TrimSuffix(string(recording(1)), `]}}`), `"entries": [`)
	deep := strings.Repeat(`{"`+x[:60<<10]+`":`, 120) + "1" + strings.Repeat("}", 120)
	for _, test := range []struct {
		name  string
		text  iter.Seq[string]
		bound uint64
	}{
		{"ordinary entries", entries(large<<20/len(ordinary), ordinary, "", 0, ""), 400 << 10},
		{"one body", entries(1, body, x, large, `"}}}`), 64 << 20},
		{"one body of escapes", entries(1, body, strings.Repeat(`\u00e4`, 1<<17), small, `"}}}`), 64 << 20},
		{"bodies as large as are kept", entries(small/8, fmt.Sprintf(both, strings.Repeat("x", har.MaxBody), ""), "", 0, ""), 64 << 20},
		{"the same of escapes", entries(small/16, fmt.Sprintf(both, strings.Repeat(`\n`, har.MaxBody), ""), "", 0, ""), 64 << 20},
		{"the same in base64", entries(small/11, fmt.Sprintf(both, `\t`+strings.Repeat("eHh4", har.MaxBody/3), "base64"), "", 0, ""), 64 << 20},
		{"headers", entries(1, `{"request":{"headers":[{}`, `,{"name":"a","value":"`+x[:1000]+`"}`, small<<10, "]}}"), 4 << 20},
		{"headers without values", entries(1, `{"request":{"headers":[{}`, `,{"name":"a"}`, small<<16, "]}}"), 4 << 20},
		{"parameters", entries(1, `{"request":{"postData":{"params":[{}`, `,{"name":"a","value":"`+x[:1000]+`"}`, small<<10, "]}}}"), 8 << 20},
		{"strings that are not read", entries(small, `{"a":["`, x, 1, `"]}`), 400 << 10},
		{"members that are not read", entries(1, `{"a":1`, `,"b":[1,{"c":null}]`, small<<15, "}"), 400 << 10},
		{"deep", entries(small/8, deep, "", 0, ""), 32 << 20},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &stream{}
			s.measure()
			before := s.heap
			next, stop := iter.Pull(test.text)
			defer stop()
			s.next = next
			reader := har.NewReader(s)
			n := -1
			var err error
			for ; err == nil; n++ {
				_, err = reader.Next()
			}
			require.ErrorIs(t, err, io.EOF)
			assert.Positive(t, n)
			assert.Less(t, s.heap-before, test.bound)
			t.Logf("%d MB, %d entries, at most %d KiB", s.n/1e6, n, (s.heap-before)>>10)
			runtime.KeepAlive(reader)
		})
	}
}
