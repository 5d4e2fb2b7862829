// Package control is the control API of the mock, under /_mock/: what arrived, what is stored, which faults are set, a reset.
//
// control.yaml describes it, and the generated server of gen/control calls [operations]; an operation is added there first. A request passes
// log, recover, guard (no page of another origin), the page for browsers (package page) and contract (control.yaml), each a middleware in the file
// of its name. The package sees of the mock what is in [Mock], and nothing else.
package control
