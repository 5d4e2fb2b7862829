package store

import "github.com/bitbybit-go/bitbybit-go/gen"

// What a customer is created with becomes what is answered: the generated functions copy the properties that both types have, and do not
// compile where the answer has one that comes from nowhere.
//
// goverter:variables
// goverter:output:file ./convert.gen.go
// goverter:output:format assign-variable
// goverter:skipCopySameType yes
var (
	// goverter:ignore ID CreatedAt UpdatedAt
	toCustomer func(input gen.CustomerInput) gen.Customer
	// goverter:ignore ID
	toAddress func(input gen.AddressInput) gen.Address
)
