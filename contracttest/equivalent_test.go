package contracttest_test

import "strings"

// equivalents are mutants that say the same as the contract, as far as HTTP can show, with the reason. The rule: a
// mutant is equivalent where no exchange between a client and a server that both keep the contract breaks the mutant,
// and none that keeps the mutant breaks the contract. A name that ends in * stands for all mutants that begin so.
var equivalents = []struct{ name, reason string }{
	{
		"/components/schemas/AddressInput/properties/mainAddress: default *",
		"a default is not sent: the answer has no mainAddress, so that nobody sees what it became",
	},
	{
		"/components/schemas/NewCustomer/anyOf/0: allOf becomes anyOf",
		"of one schema, any and one are all",
	},
	{
		"/components/schemas/NewCustomer/anyOf/0: allOf becomes oneOf",
		"as above",
	},
	{
		"/components/schemas/NewCustomer/anyOf/0: allOf has a branch that allows anything",
		"what allows anything asks for nothing more",
	},
	{
		"/components/schemas/NewCustomer/anyOf/1: allOf becomes anyOf",
		"as above",
	},
	{
		"/components/schemas/NewCustomer/anyOf/1: allOf becomes oneOf",
		"as above",
	},
	{
		"/components/schemas/NewCustomer/anyOf/1: allOf has a branch that allows anything",
		"as above",
	},
	{
		"/components/schemas/Customer/properties: an optional property is added",
		"objects are open: a server may send more properties, and need not send this one",
	},
	{
		"/components/schemas/Address/properties: an optional property is added",
		"as above",
	},
	{
		"/components/schemas/CustomerResponse/properties: an optional property is added",
		"as above",
	},
	{
		"/components/schemas/Error/properties: an optional property is added",
		"as above",
	},
	{
		"/components/schemas/ErrorResponse/properties: an optional property is added",
		"as above",
	},
	{
		"/components/schemas/Customer/properties/addresses: uniqueItems true is added",
		"addresses have ids of their own, which id_unique asks for: no two are equal",
	},
	{
		"/components/headers/RateLimit-Limit/schema: may be null",
		"a header is a text: there is no way to write null",
	},
	{
		"/components/headers/RateLimit-Remaining/schema: may be null",
		"as above",
	},
	{
		"/components/headers/RateLimit-Reset/schema: may be null",
		"as above",
	},
}

// equivalent is the reason for which a mutant is equivalent; empty where it is not.
func equivalent(name string) string {
	for _, e := range equivalents {
		if prefix, ok := strings.CutSuffix(e.name, "*"); name == e.name || ok && strings.HasPrefix(name, prefix) {
			return e.reason
		}
	}
	return ""
}
