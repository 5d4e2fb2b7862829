// Package otel_test shows the client with OpenTelemetry. It is a module of its own, so that OpenTelemetry's modules are
// not in go.mod of those who import the client.
package otel_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/fault"
)

// OpenTelemetry's transport fits as it is: one span for each attempt, and the trace is passed on.
func Example() {
	mock, err := mockserver.New()
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(mock)
	defer server.Close()
	spans := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))

	trace := func(next http.RoundTripper) http.RoundTripper {
		return otelhttp.NewTransport(next, otelhttp.WithTracerProvider(provider))
	}
	c, err := client.New("bbb_test_key", client.WithBaseURL(server.URL), client.WithMiddleware(trace))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := c.CreateCustomer(context.Background(), client.CustomerInput{Email: new("ana@example.com")}); err != nil {
		log.Fatal(err)
	}
	for _, span := range spans.Ended() {
		fmt.Println(span.Name(), span.SpanKind())
	}
	// Output: HTTP POST client
}

func TestASpanForEachAttempt(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	_, err := mock.AddFault(fault.Fault{Status: http.StatusServiceUnavailable, Times: 1})
	require.NoError(t, err)
	spans := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
	trace := func(next http.RoundTripper) http.RoundTripper {
		return otelhttp.NewTransport(next, otelhttp.WithTracerProvider(provider),
			otelhttp.WithPropagators(propagation.TraceContext{}))
	}
	const key = "bbb_test_0123456789"
	c, err := client.New(key, client.WithBaseURL(mock.URL), client.WithMiddleware(trace),
		client.WithRetry(client.RetryPolicy{Backoff: time.Nanosecond}))
	require.NoError(t, err)
	ctx, parent := provider.Tracer("test").Start(t.Context(), "import")
	_, err = c.CreateCustomer(ctx, client.CustomerInput{Email: new("jane@example.com")})
	require.NoError(t, err)
	parent.End()

	ended, arrived := spans.Ended(), mock.Requests()
	require.Len(t, ended, 3, "a span for each attempt and the parent's")
	require.Len(t, arrived, 2)
	for i, span := range ended[:2] {
		assert.Equal(t, parent.SpanContext().SpanID(), span.Parent().SpanID())
		assert.Contains(t, arrived[i].Header.Get("Traceparent"), span.SpanContext().SpanID().String())
		for _, attr := range span.Attributes() {
			assert.NotContains(t, attr.Value.String(), key)
			assert.NotContains(t, attr.Value.String(), "jane")
		}
	}
}
