package main

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// literal is a source file with the document as a Go function that returns it, references resolved. Parsing the document takes longer than
// starting an HTTP server does. What the function does instead takes next to no time.
func literal(doc *openapi3.T) (string, error) {
	w := writer{names: map[uintptr]string{}, counts: map[string]int{}}
	root := w.value(reflect.ValueOf(doc))
	return "package spec\n\nimport \"github.com/getkin/kin-openapi/openapi3\"\n\n" +
		"// Document is openapi.yaml as it was when the code was generated, without parsing it: the same as [GetSpec], " +
		"made anew by every call.\nfunc Document() *openapi3.T {\n" + w.statements.String() + "return " + root + "\n}\n", nil
}

// writer turns values into expressions. What a pointer points to becomes a variable, so that what was shared stays shared.
type writer struct {
	statements strings.Builder
	names      map[uintptr]string
	counts     map[string]int
}

func (w *writer) value(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Pointer:
		return w.pointer(v)
	case reflect.Interface:
		if v.IsNil() {
			return "nil"
		}
		return w.value(v.Elem())
	case reflect.Struct:
		var fields strings.Builder
		for field, value := range v.Fields() {
			if field.IsExported() && !value.IsZero() {
				fields.WriteString(field.Name + ": " + w.value(value) + ",\n")
			}
		}
		return typeName(v.Type()) + "{\n" + fields.String() + "}"
	case reflect.Map:
		var entries strings.Builder
		for _, key := range sorted(v) {
			entries.WriteString(strconv.Quote(key.String()) + ": " + w.value(v.MapIndex(key)) + ",\n")
		}
		return typeName(v.Type()) + "{\n" + entries.String() + "}"
	case reflect.Slice:
		var items strings.Builder
		for i := range v.Len() {
			items.WriteString(w.value(v.Index(i)) + ",\n")
		}
		return typeName(v.Type()) + "{\n" + items.String() + "}"
	case reflect.String:
		return strconv.Quote(v.String())
	case reflect.Bool, reflect.Float64, reflect.Int, reflect.Uint64:
		return fmt.Sprintf("%s(%v)", typeName(v.Type()), v)
	}
	panic("a value of type " + v.Type().String() + " is new to an OpenAPI document: add it here")
}

func (w *writer) pointer(v reflect.Value) string {
	if v.IsNil() {
		return "nil"
	}
	if name, ok := w.names[v.Pointer()]; ok {
		if name == "" {
			panic("a " + v.Type().String() + " contains itself, which a literal cannot say")
		}
		return name
	}
	w.names[v.Pointer()] = ""
	name := strings.ToLower(v.Type().Elem().Name())
	w.counts[name]++
	name += strconv.Itoa(w.counts[name])
	value := "new(" + w.value(v.Elem()) + ")"
	switch of := v.Interface().(type) {
	case *openapi3.Paths:
		value += w.entries(name, reflect.ValueOf(of.Map()))
	case *openapi3.Callback:
		value += w.entries(name, reflect.ValueOf(of.Map()))
	case *openapi3.Responses:
		value += w.entries(name, reflect.ValueOf(of.Map()))
	}
	w.statements.WriteString(name + " := " + value + "\n")
	w.names[v.Pointer()] = name
	return name
}

// entries fills what hides its map behind Set.
func (w *writer) entries(name string, m reflect.Value) string {
	var b strings.Builder
	for _, key := range sorted(m) {
		b.WriteString("\n" + name + ".Set(" + strconv.Quote(key.String()) + ", " + w.value(m.MapIndex(key)) + ")")
	}
	return b.String()
}

func sorted(m reflect.Value) []reflect.Value {
	return slices.SortedFunc(m.Seq(), func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
}

func typeName(t reflect.Type) string { return strings.ReplaceAll(t.String(), "interface {}", "any") }
