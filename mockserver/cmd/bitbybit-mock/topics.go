package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/bitbybit-go/bitbybit-go/gen"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// topics is what the help tells beside commands and flags.
func topics() string {
	var b strings.Builder
	b.WriteString(`A flag counts before its environment variable, and that before the default. Lists in a variable are separated by commas.

A KEY begins with ` + gen.KeyPrefixTest + ` or ` + gen.KeyPrefixLive + `. A SCOPE is customers, orders, products or messages, then a colon, then read,
write or delete; a CIDR is an address or a range of them. Without scopes a key may do everything, without addresses it is
good from anywhere. Creating a customer needs customers:write, as in

  --key ` + gen.KeyPrefixTest + `a --key ` + gen.KeyPrefixTest + `b=customers:read+orders:read --key ` + gen.KeyPrefixTest + `c=customers:write@127.0.0.1+10.0.0.0/9
`)
	b.WriteString("\nMagic values: a customer with this email or phoneNumber is not created but answered with\n\n")
	magic := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, trigger := range mockserver.Triggers() {
		fmt.Fprintf(magic, "  %s\t%s\t%d %s\n", trigger.Email, trigger.PhoneNumber, trigger.Status, trigger.Code)
	}
	_ = magic.Flush()
	b.WriteString(`
A header asks for an answer too: "Prefer: code=429", or "Prefer: code=400, example=MISSING_COMPANY_ID". An error is
answered to any request, a success (code=201) to a valid one alone; any other gets its 400. Neither stores anything.
`)
	b.WriteString("\nGET /_mock/ lists what else a running mock offers.\n")
	return b.String()
}
