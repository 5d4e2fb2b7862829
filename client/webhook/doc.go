// Package webhook receives the vendor's webhooks.
package webhook
