package traffic_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/contracttest/traffic"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// TestAnotherBase has the API at a path of somebody's own: what is found says the same, and can be sent again.
func TestAnotherBase(t *testing.T) {
	t.Parallel()
	for _, broken := range brokenAnswers {
		mock := broken.inFrontOf(newMock(t))
		target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.URL.Path = gen.BasePath + "/customers"
			mock.ServeHTTP(w, r)
		}))
		t.Cleanup(target.Close)
		body := broken.body
		if body == "" {
			body = fullBody
		}
		messages := map[string][]string{}
		for _, base := range []string{gen.BasePath, "/mybase"} {
			proxy, url := serveProxy(t, target.URL+base, nil)
			send(t, client(t), http.MethodPost, url+base+"/customers", body, nil)
			proxy.Close()
			for _, f := range proxy.Report("").Open(result.Error) {
				messages[base] = append(messages[base], string(f.Check)+" "+strings.Split(f.Message, "{")[0])
				assert.Contains(t, f.Curl, base+"/customers'", broken.name)
			}
		}
		require.NotEmpty(t, messages["/mybase"], broken.name)
		assert.Equal(t, messages[gen.BasePath], messages["/mybase"], broken.name)
	}
}

// TestPathsPassAsTheyAreSpelled even where net/url would spell them otherwise.
func TestPathsPassAsTheyAreSpelled(t *testing.T) {
	t.Parallel()
	came := make(chan string, 1)
	target := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { came <- r.RequestURI }))
	t.Cleanup(target.Close)
	target.Config.DisableGeneralOptionsHandler = true
	_, url := serveProxy(t, target.URL, nil)
	for _, line := range []string{"GET /a|b^c{d}\"<>\\", "GET /é?x=é", "GET /a%2fb/%7e", "GET /a#b?c", "GET //a//b", "POST /a;b=c", "GET /?"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		require.NoError(t, err)
		_, err = io.WriteString(conn, line+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, conn)
		require.NoError(t, err)
		require.NoError(t, conn.Close())
		_, uri, _ := strings.Cut(line, " ")
		assert.Equal(t, uri, <-came)
	}
}

// TestARecordingWithoutHeaders says nothing of them.
func TestARecordingWithoutHeaders(t *testing.T) {
	t.Parallel()
	var o traffic.Observer
	require.NoError(t, o.ReadHAR(strings.NewReader(`{"log":{"entries":[
		{"request":{"method":"POST","url":"https://x.example`+gen.BasePath+`/customers","headers":[],"postData":{"mimeType":"application/json","text":"{}"}},"response":{"status":201,"headers":[{"name":"Date","value":"x"}],"content":{"text":"{}"}}},
		{"request":{"method":"POST","url":"https://x.example`+gen.BasePath+`/customers","headers":[{"name":"Content-Length","value":"2"}],"postData":{"mimeType":"application/json","text":"{}"}},"response":{"status":201,"content":{"text":"{}"}}}
	]}}`)))
	r := o.Report("")
	assert.Empty(t, r.Findings)
	require.Len(t, r.Traffic.LeftOut, 1)
	assert.Equal(t, 2, r.Traffic.LeftOut[0].Count)
	assert.Contains(t, r.Traffic.LeftOut[0].Reason, "headers that the recording does not have")
}

// TestWhatTheMaskedCopyDoesNotShow is told all the same: a key, and a status where a value is called like a word of the message.
func TestWhatTheMaskedCopyDoesNotShow(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status int
		answer string
		want   string
	}{
		"a key":    {http.StatusCreated, `{"data":{"debug":"` + testKey + `"}}`, "body: expected no API key and no part of one, got an answer that shows it"},
		"a status": {http.StatusConflict, `{"error":{"code":"CONFLICT","message":"Wilhelmina is there"}}`, "expected a valid request to be carried out, got 409 "},
	} {
		server := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(tc.status)
			_, _ = io.WriteString(w, tc.answer)
		})
		r := watchers["proxy"](t, server, func(*traffic.Observer) {}, func(c *http.Client, url string) {
			send(t, c, http.MethodPost, url+gen.BasePath+"/customers", `{"email":"wilhelmina@example.com","lastName":"status"}`, nil)
		})
		var messages []string
		for _, f := range r.Findings {
			messages = append(messages, f.Message)
		}
		all := strings.Join(messages, "\n")
		assert.Contains(t, all, tc.want, name)
		assert.NotContains(t, all, "which its masked values do not show", name)
	}
}
