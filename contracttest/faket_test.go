package contracttest_test

import (
	"context"
	"testing"
)

// fakeT is a *testing.T whose failures are looked at.
type fakeT struct {
	t      *testing.T
	name   string
	failed map[string]bool
	ran    []string
	parent *fakeT
}

func (f *fakeT) Helper()                      {}
func (f *fakeT) Context() context.Context     { return f.t.Context() }
func (f *fakeT) Logf(string, ...any)          {}
func (f *fakeT) Errorf(string, ...any)        { f.root().failed[f.name] = true }
func (f *fakeT) Fatalf(text string, a ...any) { f.t.Fatalf(text, a...) }

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
