module github.com/bitbybit-go/bitbybit-go/client

go 1.26.0

require (
	github.com/bitbybit-go/bitbybit-go/gen v0.1.0
	github.com/go-json-experiment/json v1.27.2
	github.com/stretchr/testify v1.11.1
)

require (
	github.com/apapsch/go-jsonmerge/v2 v2.0.0 // indirect
	github.com/davecgh/go-spew v1.1.1 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/oapi-codegen/runtime v1.8.0 // indirect
	github.com/pmezard/go-difflib v1.0.0 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect
)
