package store

import "github.com/bitbybit-go/bitbybit-go/gen"

// What a customer is created with becomes what is answered: the generated functions copy the properties that both types have. What else is
// answered is the mock's to set (see encode); where a property is required and that was forgotten, the judge of answers says so.
//
// goverter:variables
// goverter:output:file ./convert.gen.go
// goverter:output:format assign-variable
// goverter:skipCopySameType yes
// goverter:ignoreMissing yes
// goverter:enum no
var (
	// goverter:ignore ID CreatedAt UpdatedAt
	toCustomer func(input gen.CustomerInput) gen.Customer
	// goverter:ignore ID
	toAddress func(input gen.AddressInput) gen.Address
)
