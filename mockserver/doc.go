// Package mockserver is bitbybit's create-customer API in memory: it behaves as the vendor documents it, says exactly what is wrong with a request,
// keeps what arrived to be looked at, and fails on demand.
//
// In a Go test, [Start] runs a server of the test's own:
//
//	mock := mockserver.Start(t)
//	c, err := client.New("bbb_test_key", client.WithBaseURL(mock.URL))
//
// A [Server] is an [http.Handler], so that it fits anywhere else as well; the program in cmd/bitbybit-mock runs one on a laptop.
//
// # How a request travels
//
// Every request walks one straight corridor, each door one small file:
//
//	recover → journal → cors → faults → key → address → rate limit → scope → contract (request) → operation → contract (response) → reply
//
// What the doors know of the request is in its exchange. Every door that turns a request away does so through refuse, which writes the vendor's
// error envelope. The answer is held until it is whole and judged; reply sends it.
package mockserver
