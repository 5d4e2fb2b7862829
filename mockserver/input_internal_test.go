package mockserver

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestIntegersMayHaveAnExponent(t *testing.T) {
	t.Parallel()
	var got struct {
		A *int
		B int32
		C int64
		D string
	}
	require.NoError(t, decodeInput([]byte(`{"A":1.0,"B":1e2,"C":-9007199254740992.0,"D":"1.0"}`), &got))
	assert.Equal(t, 1, *got.A)
	assert.Equal(t, int32(100), got.B)
	assert.Equal(t, int64(-1<<53), got.C)
	assert.Equal(t, "1.0", got.D)

	for body, place := range map[string]string{
		`{"A":1.5}`:         ", which is not so at /A",
		`{"A":1,"B":1e10}`:  ", which is not so at /B",
		`{"C":9.3e18}`:      ", which is not so at /C",
		`{"D":"x","B":"1"}`: ", which is not so at /B",
		`[]`:                "",
	} {
		err := decodeInput([]byte(body), &got)
		require.Error(t, err, body)
		assert.Equal(t, place, placeOf(err), body)
	}
}
