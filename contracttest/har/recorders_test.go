package har_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/har"
)

// readAll reads the entries of a text, and the error that ends it, io.EOF apart.
func readAll(r io.Reader) ([]har.Entry, error) {
	var entries []har.Entry
	for reader := har.NewReader(r); ; {
		entry, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return entries, nil
		}
		if err != nil {
			return entries, err
		}
		entries = append(entries, entry)
	}
}

func line(e har.Entry) string {
	body := func(b har.Body) string { return fmt.Sprintf("%q %s", b.Bytes, b.State) }
	return fmt.Sprintf("%s %s %s > %s %d %s", e.Request.Method, e.Request.URL, body(e.Request.Body),
		e.Response.Source, e.Response.Status, body(e.Response.Body))
}

func TestRecorders(t *testing.T) {
	t.Parallel()
	const zoe = `"{\"name\":\"Zoë 😀\"}" whole`
	for name, want := range map[string][]string{
		"chrome": {
			`POST https://api.example.com/things?dry=false ` + zoe + ` > server 201 "{\"id\":\"t1\"}\n" whole`,
			`GET https://shop.example.com/logo.png "" whole > cache 200 "\x89PNG" whole`,
			`POST https://api.example.com/things "{}" whole > none 0 "" whole`,
			`GET https://api.example.com/things "" whole > server 200 "{\"items\":[" cut`,
			`GET https://api.example.com/things/t1 "" whole > script 200 "{}" whole`,
			`GET https://api.example.com/things/t2 "" whole > server 200 "" omitted`,
		},
		"firefox": {
			`POST https://api.example.com/things ` + zoe + ` > server 201 "{\"id\":\"t1\"}" whole`,
			`GET https://api.example.com/things "" whole > server 200 "{\"items\":[{\"id\":\"t1\"}," cut`,
			`POST https://api.example.com/things "{\"name\":\"" cut > server 200 "" omitted`,
			`GET https://blocked.example.com/ "" whole > none 0 "" whole`,
			`GET https://shop.example.com/ "" whole > server 304 "" whole`,
		},
		"safari": {
			`POST https://api.example.com/things "{}" whole > server 400 "{\"error\":null}" whole`,
			`GET https://shop.example.com/app.js "" whole > cache 200 "0;" whole`,
			`GET https://shop.example.com/late.js "" whole > script 200 "0;" whole`,
		},
		"playwright": {
			`POST https://api.example.com/things "{\"name\":\"Zo\"}" whole > server 201 "{\"id\":\"t1\"}" whole`,
			`POST https://api.example.com/things "" omitted > none 0 "" whole`,
			`GET https://api.example.com/things "" whole > script 200 "[]" whole`,
			`POST https://api.example.com/form "a=1+2&b=%C3%A4" whole > server 200 "" omitted`,
			`POST https://api.example.com/things "" omitted > server 201 "" omitted`,
		},
		"charles": {
			`POST https://api.example.com/things "{\"name\":\"Zo\"}" whole > server 201 "{\"id\":\"t1\"}" whole`,
			`POST https://api.example.com/form "a=1+2&b=%C3%A4" whole > server 503 "<html>" cut`,
		},
		"mitmproxy": {
			`POST https://api.example.com/things ` + zoe + ` > server 201 "{\"id\":\"t1\"}" whole`,
			`POST https://api.example.com/things "" whole > none 0 "" whole`,
			`GET https://api.example.com/raw "" whole > server 200 "\x00\x01\xfe\xff" whole`,
		},
		"redocly": {
			`POST http://127.0.0.1:4010/things "{\"name\":\"Zo\"}" whole > server 201 "{\"id\":\"t1\"}" whole`,
			`POST http://127.0.0.1:4010/raw "\x00\x01\xfe\xff" whole > server 200 "{\"id\":\"t1\"}" whole`,
			`GET http://127.0.0.1:4010/things "" whole > server 502 "" whole`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, err := os.Open("testdata/" + name + ".har")
			require.NoError(t, err)
			defer file.Close()
			entries, err := readAll(file)
			require.NoError(t, err)
			var got []string
			for _, entry := range entries {
				got = append(got, line(entry))
				assert.False(t, entry.Oversize)
			}
			assert.Equal(t, want, got)
			assert.Equal(t, "2026-11-03T09:15:00.25Z", entries[0].Started.Format(time.RFC3339Nano))
			for _, entry := range entries {
				for _, header := range []http.Header{entry.Request.Header, entry.Response.Header} {
					assert.NotNil(t, header)
					for field := range header {
						assert.Equal(t, http.CanonicalHeaderKey(field), field)
						assert.False(t, strings.HasPrefix(field, ":"), field)
						assert.NotEqual(t, "Transfer-Encoding", field)
						if len(entry.Response.Body.Bytes) > 0 {
							assert.NotEqual(t, "Content-Encoding", field)
						}
					}
				}
			}
		})
	}
}
