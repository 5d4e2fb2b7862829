package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/urfave/cli/v3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/commandline"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// rules is the command that prints the rules of the contract, and which of them the vendor documents.
func (p *program) rules() *cli.Command {
	return &cli.Command{
		Name: "rules", Usage: "print what the vendor documents, and what is assumed",
		Action: func(_ context.Context, c *cli.Command) error {
			if err := commandline.NoArguments(c); err != nil {
				return err
			}
			table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "PROVENANCE\tVENDOR'S PAGE\tPLACE\tRULE")
			for _, rule := range mockserver.Rules() {
				fmt.Fprintf(table, "%s\t%s\topenapi.yaml:%d\t%s\n", rule.Provenance, rule.Page, rule.Line, rule.Text)
			}
			return table.Flush()
		},
	}
}
