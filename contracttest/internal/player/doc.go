// Package player is a server that plays a contract: it knows nothing but an OpenAPI document, and does what the
// document says.
//
// A [Player] refuses what its contract forbids, accepts the rest, and answers with what the contract's schemas
// describe, using what was sent where names agree. It takes every liberty that the contract leaves: what is optional
// comes, is null or is absent by turns, and open objects have a property more than documented.
//
// Given a second contract to differ from, it shows the difference: among all answers that its own contract allows it
// prefers those that the other forbids. A suite that reads the other contract must object, or it does not look at what
// is different.
//
// It is for tests alone: only _test.go files import it.
package player
