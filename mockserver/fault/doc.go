// Package fault is what calls of the mock get instead of the answer that they would have got. A [Fault] says what; a [Set]
// keeps the faults that are set, and draws which call each of them hits and with what delay. A [Hit] delivers an answer late,
// slowly or in part, or breaks the connection that it is handed; waiting and sending are functions that it is handed too.
//
//	_, err := mock.AddFault(fault.Fault{Status: 429, Times: 2})
//
// A new kind of fault is a field of Fault with its bounds in check, its twin in control.yaml, and what plays it in
// [Hit.Deliver] or [Fault.Answer].
package fault
