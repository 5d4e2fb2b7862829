// Package fault lets calls of the mock fail on demand: another status, an answer that comes late or in pieces, a connection that breaks.
//
// A [Fault] says what calls get. A [Set] holds the faults that are set, and draws the one that hits a call. The [Hit] delivers what is to be
// answered, or breaks the connection that it is given. How long is waited, and how an answer is sent that nothing breaks, is handed in; so are
// the documented answers of the contract, by the operation that is called.
package fault
