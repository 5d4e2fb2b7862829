//go:build race

package mockserver_test

// raceDetector makes tests of sheer number smaller: under the race detector a request costs ten times as much.
const raceDetector = true
