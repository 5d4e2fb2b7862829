package mockserver_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bitbybit-go/bitbybit-go/gen/control"
	"github.com/bitbybit-go/bitbybit-go/mockserver"
)

// The examples of control.yaml are what people paste: each of them is set, and comes back as it was asked for.
func TestControlSetsEveryExampleOfAFault(t *testing.T) {
	t.Parallel()
	operation, _ := controlJudge().Route(http.MethodPost, "/_mock/faults")
	examples := operation.Spec.RequestBody.Value.Content["application/json"].Examples
	require.GreaterOrEqual(t, len(examples), 6)
	for name, example := range examples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := mockserver.Start(t)
			asked, err := json.Marshal(example.Value.Value)
			require.NoError(t, err)
			got := callControl(t, mock, http.MethodPost, "/_mock/faults?key="+goodKey, string(asked))
			require.Equal(t, http.StatusCreated, got.status, got.body)

			var fault map[string]any
			require.NoError(t, json.Unmarshal([]byte(got.body), &fault))
			assert.Equal(t, "fault_1", fault["id"])
			assert.NotContains(t, got.body, goodKey, "the key is masked")
			delete(fault, "id")
			delete(fault, "key")
			delete(fault, "hits")
			var want map[string]any
			require.NoError(t, json.Unmarshal(asked, &want))
			assert.Equal(t, want, fault)
			assert.Len(t, mock.Faults(goodKey), 1)
		})
	}
}

func TestControlFaultHitsTheCallsOfItsKey(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	client := controlClient(t, mock)
	key := "bbb_test_hit"
	added, err := client.AddFaultWithResponse(
		t.Context(),
		&control.AddFaultParams{Key: &key},
		control.FaultInput{Status: 503, Times: 2},
	)
	require.NoError(t, err)
	require.NotNil(t, added.JSON201, string(added.Body))

	assert.Equal(t, http.StatusCreated, create(t, mock, `{"email":"a@example.com"}`).status, "another key")
	assert.Equal(
		t,
		http.StatusServiceUnavailable,
		create(t, mock, `{"email":"a@example.com"}`, keyHeader, key).status,
	)
	listed, err := client.ListFaultsWithResponse(t.Context(), &control.ListFaultsParams{Key: &key})
	require.NoError(t, err)
	require.Len(t, listed.JSON200.Data, 1)
	assert.Equal(t, 1, listed.JSON200.Data[0].Hits)
	assert.Equal(t, added.JSON201.ID, listed.JSON200.Data[0].ID)
	assert.Equal(
		t,
		http.StatusServiceUnavailable,
		create(t, mock, `{"email":"a@example.com"}`, keyHeader, key).status,
	)
	assert.Equal(
		t,
		http.StatusCreated,
		create(t, mock, `{"email":"a@example.com"}`, keyHeader, key).status,
		"both calls were hit",
	)
	listed, err = client.ListFaultsWithResponse(t.Context(), nil)
	require.NoError(t, err)
	assert.Empty(t, listed.JSON200.Data)
}

func TestControlClearsFaults(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	client := controlClient(t, mock)
	key := "bbb_test_clear"
	for _, k := range []*string{&key, nil} {
		_, err := client.AddFaultWithResponse(
			t.Context(),
			&control.AddFaultParams{Key: k},
			control.FaultInput{Status: 503},
		)
		require.NoError(t, err)
	}
	_, err := client.DeleteFaultsWithResponse(t.Context(), &control.DeleteFaultsParams{Key: &key})
	require.NoError(t, err)
	assert.Len(t, mock.Faults(""), 1)
	_, err = client.DeleteFaultsWithResponse(t.Context(), nil)
	require.NoError(t, err)
	assert.Empty(t, mock.Faults(""))
}

// An integer is what has no fraction, however it is written.
func TestControlTakesIntegersAsJSONWritesThem(t *testing.T) {
	t.Parallel()
	mock := mockserver.Start(t)
	got := callControl(t, mock, http.MethodPost, "/_mock/faults", `{"status":5.03e2,"times":1.0,"seed":9007199254740991.0}`)
	require.Equal(t, http.StatusCreated, got.status, got.body)
	faults := mock.Faults("")
	require.Len(t, faults, 1)
	assert.Equal(t, 503, faults[0].Status)
	assert.Equal(t, 1, faults[0].Times)
	assert.Equal(t, uint64(9007199254740991), faults[0].Seed)
}
