package mockserver_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

func TestTheVendorsCurl(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	body := `{"email":"jsmith@example.com","phoneNumber":"<string>","tags":[],"addresses":[{"address1":"<string>","mainAddress":false,"city":""}]}`
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, mock.URL+"/customers", strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Api-Key", "bbb_test_1")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	assert.Equal(t, http.StatusCreated, response.StatusCode)
	t.Log(string(answer), response.Header)
}
