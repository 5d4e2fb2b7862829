package contracttest_test

import (
	"context"
	"fmt"
	"testing"
)

// fakeT is a *testing.T whose failures are looked at.
type fakeT struct {
	t      *testing.T
	name   string
	failed map[string]bool
	ran    []string
	told   []string // what was printed
	parent *fakeT
}

func (f *fakeT) Helper()                      {}
func (f *fakeT) Context() context.Context     { return f.t.Context() }
func (f *fakeT) Fatalf(text string, a ...any) { f.t.Fatalf(text, a...) }

func (f *fakeT) Logf(text string, a ...any) {
	f.root().told = append(f.root().told, fmt.Sprintf(text, a...))
}

func (f *fakeT) Errorf(text string, a ...any) {
	f.Logf(text, a...)
	f.root().failed[f.name] = true
}

func (f *fakeT) Run(name string, do func(*fakeT)) bool {
	sub := &fakeT{t: f.t, name: name, parent: f}
	if f.name != "" {
		sub.name = f.name + "/" + name
	}
	f.root().ran = append(f.root().ran, sub.name)
	do(sub)
	return !f.root().failed[sub.name]
}

func (f *fakeT) root() *fakeT {
	for f.parent != nil {
		f = f.parent
	}
	return f
}
