// Package contracttest tells whether a server keeps the contract, openapi.yaml: the mock, anyone's own
// implementation, or the vendor's test environment.
//
//	report, err := contracttest.Run(ctx, contracttest.Config{URL: "http://127.0.0.1:4010", APIKey: "bbb_test_key"})
//
// In a Go test, [Test] makes a subtest of each case and check. [Transport] and [Handler] judge the traffic of
// somebody else with the same checks.
//
// # How a run goes
//
// The cases come from the contract, not from a list: its examples, then each constraint kept and broken (phase
// coverage), then random bodies of a seed (phase fuzz). What the contract says of a request, its class, is computed
// from the bytes that are sent, by the strict reader of package judge, and never remembered from how they were made.
// Each answer is then asked what [result.Checks] lists: whether it fits the class of the request, and whether it keeps the
// contract itself. What several cases, properties or statuses show of one rule is one [result.Finding], with the smallest
// request that still shows it.
//
// # What counts
//
// Every finding names the [result.Rule] that it rests on, and x-rules of openapi.yaml say whether that rule is documented or
// assumed. A documented rule binds every server: to break it is an error. An assumed one, such as the order of 401 and
// 400 or the status for another method, is an error at the mock, which is held to our reading of the contract, and a
// warning at any other server; [Config.Strict] changes that. A customer in a 201 that differs from what was sent is an
// error everywhere, whatever is in it and however long it is; a property that comes back in some answers only is one
// where something that was sent explains when it does not. A 5xx is one, too, and so is a 503 to the same request twice.
// A finding of severity error fails a run, and one of severity warning where [Config.FailOn] says so.
// [result.CoverageReport] says what the run saw: a check that had nothing to look at is not passed, it is missing. A run in
// which no valid request was read by the server is never a success, but [result.ErrNothingJudged].
//
// # Manners
//
// Against anything but the mock, requests are sent one at a time, wait when RateLimit-Remaining is 0, and are 90 at
// most unless told otherwise, the most telling first; eight of them are kept for making the requests of findings smaller.
// Customers carry the run's tag, in their tags or their email address. The API key is never printed,
// nor what is recognisable of it; a key that a server transformed (base64, hexadecimal, reversed) is not found.
//
// A 429 is sent again after Retry-After and RateLimit-Reset, as package client does, and a 503 once, after Retry-After
// or a second, for five requests of a run or one of twenty. The first answer of each is judged too. No wait is longer than 65 seconds, a window and some: where a 429 asks for
// more, the run ends. The mock's own limit is judged once and then not waited for: the run begins new windows through
// the mock's control API, which leaves its customers, requests and faults alone.
//
// # Webhooks
//
// With [Config.Webhooks] a run takes the webhooks of the customers that it creates, and judges them as it judges answers. The server must
// know the address already. Webhooks of other customers, and of other types, are counted and not judged. Of what is missing after
// [Webhooks.Wait] a finding is an error where assumed rules are, or where the wait was 45 seconds and more, since a first try can be lost on
// its way; else it is a warning. Where webhooks are not taken, or a rule of theirs was not seen, the coverage says so.
//
// # Servers that do harm
//
// An answer has 15 seconds, up to the last byte of its body. After three in a row that take longer, or ten in all, no
// further request is sent, and the run is reported. An answer with more than 64 KiB of headers, 4 MiB of body or 20,000
// JSON values is none. A run keeps 128 MiB of answers whole, and of those beyond it what a finding shows; it needs some
// 512 MiB of memory at most. When the context of a run ends, [Run] returns what there was, even while it shrinks
// findings.
//
// # Where things are
//
// What a run found is package result, and what writes it package report; the run knows no report. What the contract says
// of a request is internal/exchange, which requests are sent internal/plan, what is asked of the answers internal/check, of webhooks
// internal/delivery, and what of the contract was seen internal/coverage. This package sends, waits, and collects.
package contracttest
