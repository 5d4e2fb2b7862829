package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// webhooks writes the headers, the event types and the numbers (x-webhook) of the callbacks. The document must have one callback, of one POST.
func webhooks(b *strings.Builder, doc *openapi3.T) error {
	operation, err := callback(doc)
	if err != nil {
		return err
	}
	for _, write := range []func(*strings.Builder, *openapi3.Operation) error{webhookHeaders, webhookNumbers} {
		if err := write(b, operation); err != nil {
			return fmt.Errorf("callback %s: %w", operation.OperationID, err)
		}
	}
	return nil
}

func callback(doc *openapi3.T) (*openapi3.Operation, error) {
	var found []*openapi3.Operation
	for _, item := range doc.Paths.Map() {
		for _, operation := range item.Operations() {
			for _, callback := range operation.Callbacks {
				for _, target := range callback.Value.Map() {
					if target.Post != nil {
						found = append(found, target.Post)
					}
				}
			}
		}
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("expected one callback with a POST, got %d", len(found))
	}
	return found[0], nil
}

func webhookHeaders(b *strings.Builder, operation *openapi3.Operation) error {
	names := map[string]string{} // of headers, by the end of their name
	enums := map[string]string{} // the one value of a header that has one
	for _, p := range operation.Parameters {
		end := p.Value.Name[strings.LastIndexByte(p.Value.Name, '-')+1:]
		names[end] = p.Value.Name
		if values := p.Value.Schema.Value.Enum; len(values) == 1 {
			enums[end], _ = values[0].(string)
		}
	}
	for _, end := range []string{"Id", "Event", "Timestamp", "Signature", "Agent"} {
		if names[end] == "" {
			return fmt.Errorf("expected a header whose name ends in -%s, got %v", end, slices.Sorted(maps.Values(names)))
		}
	}
	for _, end := range []string{"Event", "Agent"} {
		if enums[end] == "" {
			return fmt.Errorf("expected an enum of one value for the header %s, got none", names[end])
		}
	}
	fmt.Fprintf(b, "\n// The headers of a webhook, as the callback of the document spells them.\nconst (\n"+
		"WebhookIDHeader = %q // the event's identifier, the same in each retry\nWebhookEventHeader = %q // the event's type\n"+
		"WebhookTimestampHeader = %q // when it was sent, in seconds since 1970\nWebhookSignatureHeader = %q // t=<timestamp>,v1=<HMAC-SHA256, hexadecimal>\n)\n\n",
		names["Id"], names["Event"], names["Timestamp"], names["Signature"])
	fmt.Fprintf(b, "// WebhookUserAgent is the User-Agent of a webhook.\nconst WebhookUserAgent = %q\n\n", enums["Agent"])
	fmt.Fprintf(b, "// WebhookEventCustomerCreated is the event's type when a customer was created.\nconst WebhookEventCustomerCreated = %q\n\n", enums["Event"])
	return nil
}

func webhookNumbers(b *strings.Builder, operation *openapi3.Operation) error {
	numbers, _ := operation.Extensions["x-webhook"].(map[string]any)
	b.WriteString("// What the vendor's pages say of webhooks in numbers (x-webhook of the document).\nconst (\n")
	for _, c := range []struct{ name, key, unit, comment string }{
		{"WebhookAnswerTime", "answer-seconds", "* time.Second", "within which a receiver answers 2xx"},
		{"WebhookTolerance", "tolerance-seconds", "* time.Second", "how far from now a timestamp may be"},
		{"WebhookDeduplication", "deduplication-seconds", "* time.Second", "how long a receiver keeps the ids that it handled"},
		{"WebhookMaxPayload", "payload-bytes", "", "the largest payload, in bytes"},
		{"WebhookKeptAnswer", "kept-answer-bytes", "", "how much of a receiver's answer the history keeps, in bytes"},
		{"WebhookMaxEndpoints", "endpoints", "", "the endpoints that a company may have"},
	} {
		value, ok := numbers[c.key].(float64)
		if !ok || value <= 0 {
			return fmt.Errorf("expected x-webhook to have a number %s above 0, got %v", c.key, numbers[c.key])
		}
		fmt.Fprintf(b, "%s = %v %s // %s\n", c.name, int(value), c.unit, c.comment)
	}
	b.WriteString(")\n\n")
	retries, _ := numbers["retry-seconds"].([]any)
	if len(retries) == 0 {
		return fmt.Errorf("expected x-webhook to have a list retry-seconds, got %v", numbers["retry-seconds"])
	}
	b.WriteString("// WebhookRetries is how long after a failed delivery the next is sent, in order: no more follow.\nfunc WebhookRetries() []time.Duration {\nreturn []time.Duration{")
	for _, wait := range retries {
		fmt.Fprintf(b, "%v * time.Second,", wait)
	}
	b.WriteString("}\n}\n")
	return nil
}
