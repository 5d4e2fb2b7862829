//go:build !race

package contracttest_test

const underRace = false
