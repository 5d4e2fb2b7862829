// Package control is the API of the mock's own under /_mock/: control.yaml, its guard against pages of other origins, the
// judging of requests against control.yaml, and the operations. It sees the mock through [Mock]. An operation that is
// added to control.yaml needs its method of the generated server interface after "make generate".
package control
