package mockserver_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
)

const valid = `{"email":"siti@example.com"}`

// try posts a customer over a connection of its own, as call does, but does not judge the answer: it may be a fault's,
// or none.
func try(t testing.TB, mock *mockserver.Running, body string, header ...string) (answer, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, mock.URL+"/customers", strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	request.Close = true
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(keyHeader, mock.Key)
	for i := 0; i < len(header); i += 2 {
		request.Header.Del(header[i])
	}
	for i := 0; i < len(header); i += 2 {
		if header[i+1] != "" {
			request.Header.Add(header[i], header[i+1])
		}
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	return answer{status: response.StatusCode, header: response.Header, body: string(got)}, err
}

// tried is try where there must be an answer.
func tried(t testing.TB, mock *mockserver.Running, body string, header ...string) answer {
	t.Helper()
	got, err := try(t, mock, body, header...)
	require.NoError(t, err)
	return got
}

// add sets a fault.
func add(t testing.TB, mock *mockserver.Running, fault fault.Fault) fault.Fault {
	t.Helper()
	set, err := mock.AddFault(fault)
	require.NoError(t, err)
	return set
}
