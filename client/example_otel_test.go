package client_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/bitbybit-go/bitbybit-go/client"
)

// OpenTelemetry's transport fits as it is: one span for each attempt, and the trace is passed on.
func ExampleWithMiddleware_openTelemetry() {
	spans := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))

	trace := func(next http.RoundTripper) http.RoundTripper {
		return otelhttp.NewTransport(next, otelhttp.WithTracerProvider(provider))
	}
	c, err := client.New("bbb_test_key", client.WithBaseURL(baseURL), client.WithMiddleware(trace))
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

func TestOpenTelemetry(t *testing.T) {
	t.Parallel()
	spans := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
	trace := func(next http.RoundTripper) http.RoundTripper {
		return otelhttp.NewTransport(next, otelhttp.WithTracerProvider(provider),
			otelhttp.WithPropagators(propagation.TraceContext{}))
	}
	var passedOn []string
	var answers int
	c, _ := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		passedOn = append(passedOn, r.Header.Get("traceparent"))
		if answers++; answers == 1 {
			unavailable(w)
			return
		}
		ok(w)
	}, client.WithMiddleware(trace), client.WithRetry(client.RetryPolicy{Backoff: 1}))
	ctx, parent := provider.Tracer("test").Start(t.Context(), "import")
	_, err := c.CreateCustomer(ctx, jane())
	require.NoError(t, err)
	parent.End()

	ended := spans.Ended()
	require.Len(t, ended, 3, "a span for each attempt and the parent's")
	for i, span := range ended[:2] {
		assert.Equal(t, parent.SpanContext().SpanID(), span.Parent().SpanID())
		assert.Contains(t, passedOn[i], span.SpanContext().SpanID().String())
		for _, attr := range span.Attributes() {
			assert.NotContains(t, attr.Value.String(), testKey)
			assert.NotContains(t, attr.Value.String(), "jane")
		}
	}
}
