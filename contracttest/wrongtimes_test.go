package contracttest_test

import (
	"strings"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

// wrongTimesAndIDs answers with times and ids that are well-formed and wrong, or not well-formed.
func wrongTimesAndIDs() (servers []wrongServer) {
	add := func(name string, check result.Check, change func(customer map[string]any)) {
		servers = append(servers, wrongServer{name: name, check: check, after: inCustomer(change)})
	}
	both := func(change func(now time.Time) string) func(customer map[string]any) {
		return func(customer map[string]any) {
			for _, name := range []string{"createdAt", "updatedAt"} {
				text, _ := customer[name].(string)
				if now, err := time.Parse(time.RFC3339, text); err == nil {
					customer[name] = change(now)
				}
			}
		}
	}
	layout := func(layout string) func(customer map[string]any) {
		return both(func(now time.Time) string { return now.Format(layout) })
	}
	add("times have no zone", result.ResponseFormat, layout("2006-01-02T15:04:05.000"))
	add("times have a space", result.ResponseFormat, layout("2006-01-02 15:04:05.000Z"))
	add("times are dates", result.ResponseFormat, layout("2006-01-02"))
	add("times are those of e-mails", result.ResponseFormat, layout(time.RFC1123))
	add("updatedAt has no zone", result.ResponseFormat, func(customer map[string]any) {
		customer["updatedAt"] = strings.TrimSuffix(customer["updatedAt"].(string), "Z")
	})
	add("times are local", result.Timestamps, both(func(now time.Time) string {
		return now.In(time.FixedZone("WIB", 7*60*60)).Format("2006-01-02T15:04:05.000-07:00")
	}))
	add(
		"local times are called UTC",
		result.Timestamps,
		both(func(now time.Time) string { return now.Add(7 * time.Hour).Format("2006-01-02T15:04:05.000Z") }),
	)
	add("times have no milliseconds", result.Timestamps, layout("2006-01-02T15:04:05Z"))
	add("times are zero", result.Timestamps, both(func(time.Time) string { return "0001-01-01T00:00:00.000Z" }))
	add(
		"times are those of 1970",
		result.Timestamps,
		both(func(time.Time) string { return "1970-01-01T00:00:00.000Z" }),
	)
	add("updatedAt is later than createdAt", result.Timestamps, func(customer map[string]any) {
		if now, err := time.Parse(time.RFC3339, customer["updatedAt"].(string)); err == nil {
			customer["updatedAt"] = now.Add(time.Millisecond).Format("2006-01-02T15:04:05.000Z")
		}
	})
	add("every id is the same", result.IDUnique, func(customer map[string]any) { customer["id"] = "cust_abc123" })
	add(
		"the email is the id",
		result.IDUnique,
		func(customer map[string]any) { customer["id"] = "cust_" + text(customer["phoneNumber"]) },
	)
	add("addresses of a customer share an id", result.IDUnique, func(customer map[string]any) {
		addresses, _ := customer["addresses"].([]any)
		for i := range addresses {
			addresses[i].(map[string]any)["id"] = "addr_" + text(customer["id"])
		}
	})
	add("addresses are numbered in each customer anew", result.IDUnique, func(customer map[string]any) {
		addresses, _ := customer["addresses"].([]any)
		for i := range addresses {
			addresses[i].(map[string]any)["id"] = "addr_" + string(rune('a'+i))
		}
	})
	return servers
}

func text(value any) string {
	s, _ := value.(string)
	return s
}
