package result_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
)

func TestSeverity(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		provenance result.Provenance
		sure       result.Certainty
		lenient    result.Severity
		strict     result.Severity
	}{
		{result.Documented, result.Certain, result.Error, result.Error},
		{result.Assumed, result.Certain, result.Warning, result.Error},
		{result.Documented, result.Uncertain, result.Warning, result.Warning},
		{result.Assumed, result.Uncertain, result.Warning, result.Warning},
		{result.Documented, result.Observation, result.Notice, result.Notice},
		{result.Assumed, result.Observation, result.Notice, result.Notice},
	} {
		assert.Equal(t, tc.lenient, result.SeverityOf(tc.provenance, tc.sure, false), "%s %d", tc.provenance, tc.sure)
		assert.Equal(t, tc.strict, result.SeverityOf(tc.provenance, tc.sure, true), "%s %d, strict", tc.provenance, tc.sure)
	}
}
