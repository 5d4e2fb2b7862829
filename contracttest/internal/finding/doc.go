// Package finding groups the problems that checks found into the findings of a report, one for each cause, and shows the exchange of each.
package finding
