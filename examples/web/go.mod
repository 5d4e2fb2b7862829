module github.com/bitbybit-go/bitbybit-go/examples/web

go 1.26.0

// The modules of this repository are these folders, until v0.1.0 is released. A program of your own has no such lines.
replace (
	github.com/bitbybit-go/bitbybit-go => ../..
	github.com/bitbybit-go/bitbybit-go/client => ../../client
	github.com/bitbybit-go/bitbybit-go/gen => ../../gen
)

require (
	github.com/bitbybit-go/bitbybit-go v0.1.0
	github.com/bitbybit-go/bitbybit-go/client v0.1.0
	github.com/bitbybit-go/bitbybit-go/gen v0.1.0
	github.com/stretchr/testify v1.12.1
)

require (
	github.com/apapsch/go-jsonmerge/v2 v2.0.0 // indirect
	github.com/getkin/kin-openapi v0.153.0 // indirect
	github.com/go-json-experiment/json v1.27.2 // indirect
	github.com/go-openapi/jsonpointer v0.23.1 // indirect
	github.com/go-openapi/swag/jsonname v0.26.0 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/hashicorp/golang-lru/v2 v2.0.7 // indirect
	github.com/lmittmann/tint v1.2.1 // indirect
	github.com/mattn/go-colorable v0.1.16 // indirect
	github.com/mattn/go-isatty v0.0.22 // indirect
	github.com/mitchellh/colorstring v0.0.0-20190213212951-d06e56a500db // indirect
	github.com/oapi-codegen/runtime v1.8.0 // indirect
	github.com/rivo/uniseg v0.4.7 // indirect
	github.com/rs/cors v1.11.1 // indirect
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3 // indirect
	github.com/schollz/progressbar/v3 v3.19.1 // indirect
	github.com/urfave/cli/v3 v3.14.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	go.yaml.in/yaml/v4 v4.0.0 // indirect
	golang.org/x/net v0.62.0 // indirect
	golang.org/x/sys v0.50.0 // indirect
	golang.org/x/term v0.48.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)

tool (
	github.com/bitbybit-go/bitbybit-go/contracttest/cmd/bitbybit-contract
	github.com/bitbybit-go/bitbybit-go/mockserver/cmd/bitbybit-mock
)
