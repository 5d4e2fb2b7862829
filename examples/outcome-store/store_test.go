package outcomestore_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/outcome"
	"github.com/bitbybit-go/bitbybit-go/client/outcome/outcometest"
	"github.com/bitbybit-go/bitbybit-go/examples/outcome-store"
)

// open opens a database of SQLite as several processes do: each transaction waits for its turn, at most ten seconds, before it reads.
func open(file string) (*outcomestore.Store, error) {
	db, err := sql.Open("sqlite", file+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	return outcomestore.New(context.Background(), db)
}

// losing is a server that creates every customer and answers none.
func losing() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
}

// A call whose process has ended is settled by the next one.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "outcome-store")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	server := losing()
	defer server.Close()
	c, err := client.New("bbb_test_key", client.WithBaseURL(server.URL))
	if err != nil {
		log.Fatal(err)
	}
	start := func() *outcome.Tracker {
		store, err := open(filepath.Join(dir, "outcomes.db"))
		if err != nil {
			log.Fatal(err)
		}
		tracker, err := outcome.New(store, func(_ context.Context, o outcome.Outcome) error {
			fmt.Println(o.Ref, o.Status, o.CustomerID)
			return nil
		})
		if err != nil {
			log.Fatal(err)
		}
		return tracker
	}

	_, err = start().CreateCustomer(ctx, c, client.CustomerInput{Email: new("siti@example.com")}, "order 7")
	fmt.Println(errors.Is(err, client.ErrOutcomeUnknown))

	event := client.Customer{ID: "cust_1", Email: new("siti@example.com"), CreatedAt: time.Now()}
	if err := start().Created(ctx, event); err != nil {
		log.Fatal(err)
	}
	// Output:
	// true
	// order 7 created cust_1
}

func TestStore(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "outcomes.db")
	one, err := open(file)
	require.NoError(t, err)
	other, err := open(file)
	require.NoError(t, err)
	outcometest.Test(t, one, other)
}

// A process that is killed during a call leaves the call behind.
func TestAProcessThatIsKilled(t *testing.T) {
	if file := os.Getenv("OUTCOME_STORE_CRASH"); file != "" {
		crash(t, file)
	}
	t.Parallel()
	file := filepath.Join(t.TempDir(), "outcomes.db")
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	child.Env = append(os.Environ(), "OUTCOME_STORE_CRASH="+file)
	out, err := child.CombinedOutput()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit, "%s", out)
	require.Equal(t, 7, exit.ExitCode(), "%s", out)

	store, err := open(file)
	require.NoError(t, err)
	var told []outcome.Outcome
	later := time.Now().Add(outcome.MaxCall + time.Hour)
	tracker, err := outcome.New(store, func(_ context.Context, o outcome.Outcome) error {
		told = append(told, o)
		return nil
	}, outcome.WithClock(func() time.Time { return later }))
	require.NoError(t, err)
	require.NoError(t, tracker.Settle(t.Context()))
	require.NoError(t, tracker.Created(t.Context(), client.Customer{ID: "cust_1", Email: new("siti@example.com"), CreatedAt: time.Now()}))
	require.Len(t, told, 1)
	assert.Equal(t, "order 7", told[0].Ref)
	assert.Equal(t, "cust_1", told[0].CustomerID)
}

// dying ends the process when the request is on its way.
type dying struct{}

func (dying) CreateCustomer(context.Context, client.CustomerInput, ...client.CallOption) (*client.Customer, error) {
	os.Exit(7)
	return nil, nil
}

func crash(t *testing.T, file string) {
	store, err := open(file)
	require.NoError(t, err)
	tracker, err := outcome.New(store, func(context.Context, outcome.Outcome) error { return nil })
	require.NoError(t, err)
	_, _ = tracker.CreateCustomer(t.Context(), dying{}, client.CustomerInput{Email: new("siti@example.com")}, "order 7")
}
