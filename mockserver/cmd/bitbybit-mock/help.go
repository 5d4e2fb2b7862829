package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// help prints every command, flag and magic value.
func (p *program) help() {
	fmt.Fprint(p.stdout, `bitbybit-mock answers bitbybit's create-customer API from memory, and fails on demand.

  bitbybit-mock [flags]                                   serve until Ctrl+C, SIGTERM or SIGHUP
  bitbybit-mock health [--addr A] [--wait [--timeout D]]  ask a running mock whether it serves
  bitbybit-mock exec [flags] [--strict-exit] -- COMMAND…  run a command with a mock of its own on a free port (no
                                                          --addr), which is told to it in BITBYBIT_BASE_URL and
                                                          BITBYBIT_API_KEY; --strict-exit fails if a request broke the
                                                          contract
  bitbybit-mock rules                                     what the vendor documents, and what is assumed
  bitbybit-mock --version

A flag counts before its environment variable, and that before the default. Lists in a variable are separated by commas.

`)
	flags := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, setting := range newSettings().table() {
		usage := setting.usage
		if setting.initial != "" {
			usage += " (" + setting.initial + ")"
		}
		flag := strings.TrimSpace("--" + setting.name + " " + setting.placeholder)
		fmt.Fprintf(flags, "  %s\t%s\t%s\n", flag, setting.environment, usage)
	}
	_ = flags.Flush()

	fmt.Fprint(p.stdout, `
A KEY begins with bbb_test_ or bbb_live_. A SCOPE is customers, orders, products or messages, then a colon, then read,
write or delete; a CIDR is an address or a range of them. Without scopes a key may do everything, without addresses it is
good from anywhere. Creating a customer needs customers:write, as in

  --key bbb_test_a --key bbb_test_b=customers:read+orders:read --key bbb_test_c=customers:write@127.0.0.1+10.0.0.0/9
`)
	fmt.Fprint(
		p.stdout,
		"\nMagic values: a customer with this email or phoneNumber is not created but answered with\n\n",
	)
	magic := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, trigger := range mockserver.Triggers() {
		fmt.Fprintf(magic, "  %s\t%s\t%d %s\n", trigger.Email, trigger.PhoneNumber, trigger.Status, trigger.Code)
	}
	_ = magic.Flush()
	fmt.Fprint(p.stdout, `
A header asks for an answer too: "Prefer: code=429", or "Prefer: code=400, example=MISSING_COMPANY_ID". An error is
answered to any request, a success (code=201) to a valid one alone; any other gets its 400. Neither stores anything.
`)
	fmt.Fprint(p.stdout, "\nGET /_mock/ lists what else a running mock offers.\n")
}
