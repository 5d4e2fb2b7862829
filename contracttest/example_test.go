package contracttest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/bitbybit-go/bitbybit-go/contracttest"
	"github.com/bitbybit-go/bitbybit-go/contracttest/report"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/contracttest/traffic"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

func ExampleRun() {
	outcome, err := contracttest.Run(context.Background(), contracttest.Config{
		URL:    "https://api.bitbybit.studio",
		APIKey: os.Getenv("BITBYBIT_API_KEY"), // of the test environment: the run creates customers
		Safe:   true,                          // send only what is valid
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = report.Text(os.Stdout, outcome)
	if len(outcome.Open(result.Error)) > 0 {
		os.Exit(1)
	}
}

// A client's own tests can have their traffic judged: here a server forgets a header that the contract promises.
func ExampleTransport() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("RateLimit-Limit", "100")
		w.Header().Set("RateLimit-Remaining", "99")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = fmt.Fprint(w, `{"error":{"code":"INVALID_API_KEY","message":"The API key is invalid."}}`)
	}))
	defer server.Close()

	transport := traffic.Transport(nil)
	client := &http.Client{Transport: transport}
	body := strings.NewReader(`{"email":"jsmith@example.com"}`)
	request, _ := http.NewRequest(http.MethodPost, server.URL+gen.BasePath+"/customers", body)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(gen.KeyHeader, "bbb_test_a1b2c3")
	answer, err := client.Do(request)
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = answer.Body.Close()

	for _, finding := range transport.Findings() {
		fmt.Println(finding.Severity, finding.Check, finding.Message)
	}
	// Output: error required_headers header RateLimit-Reset: is required
}
