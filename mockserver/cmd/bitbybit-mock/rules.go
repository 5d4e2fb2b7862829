package main

import (
	"flag"
	"fmt"
	"strconv"
	"text/tabwriter"

	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// rules prints the rules of the contract, and which of them the vendor documents.
func (p *program) rules(args []string) error {
	flags := flag.NewFlagSet("rules", flag.ContinueOnError)
	if err := p.parse(flags, args); err != nil {
		return err
	}
	if err := noArguments(flags); err != nil {
		return err
	}
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "PROVENANCE\tVENDOR'S PAGE\tPLACE\tRULE")
	for _, rule := range mockserver.Rules() {
		fmt.Fprintf(
			table,
			"%s\t%s\topenapi.yaml:%s\t%s\n",
			rule.Provenance,
			rule.Page,
			strconv.Itoa(rule.Line),
			rule.Text,
		)
	}
	return table.Flush()
}
