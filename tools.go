//go:build generate

// Package tools pins the generators in go.mod and says what they make of openapi.yaml and mockserver/internal/control/control.yaml. The build
// tag keeps it out of every build; go generate sets it.
package tools

import (
	_ "github.com/jmattheis/goverter/cmd/goverter"
	_ "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen"
)

//go:generate go run ./contracttest/spec/document openapi.yaml gen/names.gen.go contracttest/spec/document.gen.go
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config gen/gen.cfg.yaml openapi.yaml
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config contracttest/spec/spec.cfg.yaml openapi.yaml
//go:generate cp openapi.yaml contracttest/spec/openapi.yaml
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config gen/control/control.cfg.yaml mockserver/internal/control/control.yaml
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config mockserver/internal/control/spec/spec.cfg.yaml mockserver/internal/control/control.yaml
//go:generate go run github.com/jmattheis/goverter/cmd/goverter gen ./mockserver/internal/store
