package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
	"github.com/bitbybit-go/bitbybit-go/mockserver/webhook"
)

const root = "../../../"

// Whoever has only the program, curl and a receiver finds out how deliveries are signed, and how to call webhook verify.
func TestTheGuideSaysHowToVerify(t *testing.T) {
	t.Parallel()
	text := guide(t, "webhooks.md")
	for _, want := range []string{"`curl -v` with `--body`", "bitbybit-mock webhook verify delivery.txt", "over `<t>.<raw body bytes>`", "$ " + secretVariable + "="} {
		assert.Contains(t, text, want)
	}
	_, help, _ := call(t, nil, "webhook", "verify", "--help")
	assert.Contains(t, help, "together with --body, since curl does not show the body that it sends")
}

func TestTheGuideListsTheFaultsOfWebhooks(t *testing.T) {
	t.Parallel()
	text := guide(t, "webhooks.md")
	for _, kind := range webhook.Kinds() {
		assert.Contains(t, text, "| `"+string(kind)+"` |")
	}
}

func TestTheGuideListsTheMagicValues(t *testing.T) {
	t.Parallel()
	text := guide(t, "faults.md")
	for _, trigger := range mockserver.Triggers() {
		assert.Contains(t, text, "| "+trigger.Email+" | "+trigger.PhoneNumber+" |")
	}
}

// guide is a page of docs/. The tests there run its commands.
func guide(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(root + "docs/" + name)
	require.NoError(t, err)
	return string(text)
}
