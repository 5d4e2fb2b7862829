package webhookstore_test

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
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/bitbybit-go/bitbybit-go/client"
	"github.com/bitbybit-go/bitbybit-go/client/webhook"
	"github.com/bitbybit-go/bitbybit-go/client/webhook/webhooktest"
	"github.com/bitbybit-go/bitbybit-go/examples/webhook-store"
)

const secret = "whsec_test_secret"

// open opens a database of SQLite as several replicas do: each transaction waits for its turn, at most ten seconds, before it reads.
func open(file string) (*sql.DB, error) {
	return sql.Open("sqlite", file+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_txlock=immediate")
}

// save is the application: it writes the customer in the transaction in which the event was claimed.
func save(ctx context.Context, e webhook.Event) error {
	_, err := webhookstore.Tx(ctx).ExecContext(ctx, `INSERT INTO customers (id, email) VALUES (?, ?)`, e.Customer.ID, e.Customer.Email)
	return err
}

// An endpoint that writes each customer once, whatever happens in between.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "webhook-store")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	db, err := open(filepath.Join(dir, "app.db"))
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	if _, err = db.ExecContext(ctx, `CREATE TABLE customers (id TEXT, email TEXT)`); err != nil {
		log.Fatal(err)
	}

	store, err := webhookstore.New(ctx, db)
	if err != nil {
		log.Fatal(err)
	}
	receiver, err := webhook.New([]string{secret}, webhook.WithStore(store))
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(receiver.Handler(save))
	defer server.Close()

	delivery := webhooktest.New(client.Customer{ID: "cust_1", Email: new("siti@example.com")}, secret)
	for range 2 {
		resp, err := http.DefaultClient.Do(delivery.Request(server.URL))
		if err != nil {
			log.Fatal(err)
		}
		resp.Body.Close()
		fmt.Println(resp.Status)
	}
	var n int
	if err = db.QueryRowContext(ctx, `SELECT count(*) FROM customers`).Scan(&n); err != nil {
		log.Fatal(err)
	}
	fmt.Println(n, "customer")
	// Output:
	// 200 OK
	// 200 OK
	// 1 customer
}

// replica is a receiver with a connection of its own to the database in a file, as another process has it.
func replica(t *testing.T, file string, opts ...webhook.Option) (*webhook.Receiver, *sql.DB) {
	t.Helper()
	db, err := open(file)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	_, err = db.ExecContext(t.Context(), `CREATE TABLE IF NOT EXISTS customers (id TEXT, email TEXT)`)
	require.NoError(t, err)
	store, err := webhookstore.New(t.Context(), db)
	require.NoError(t, err)
	r, err := webhook.New([]string{secret}, append(opts, webhook.WithStore(store))...)
	require.NoError(t, err)
	return r, db
}

func file(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "app.db")
}

// event is a delivery that verified.
func event(t *testing.T, r *webhook.Receiver, d webhooktest.Delivery) webhook.Event {
	t.Helper()
	e, err := r.Verify(d.Payload, d.Header())
	require.NoError(t, err)
	return e
}

func rows(t *testing.T, db *sql.DB, table string) (n int) {
	t.Helper()
	require.NoError(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM `+table).Scan(&n))
	return n
}

// Two replicas get each event at the same time, several times, and fail now and then after they have written: each customer is there once.
func TestTwoReplicas(t *testing.T) {
	t.Parallel()
	path := file(t)
	first, db := replica(t, path)
	second, _ := replica(t, path)
	const events = 20
	var group sync.WaitGroup
	for i := range events {
		d := webhooktest.New(client.Customer{ID: fmt.Sprint("cust_", i)}, secret)
		failures := make(chan error, 2) // of the two first attempts that get that far
		failures <- errors.New("failed")
		failures <- errors.New("failed")
		for _, r := range []*webhook.Receiver{first, second, first, second} {
			e := event(t, r, d)
			group.Go(func() {
				for { // as the vendor: until the answer is 200
					err := r.Handle(t.Context(), e, func(ctx context.Context, e webhook.Event) error {
						if err := save(ctx, e); err != nil {
							return err
						}
						select {
						case err := <-failures:
							return err
						default:
							return nil
						}
					})
					if webhook.StatusCode(err) == http.StatusOK {
						return
					}
					if !errors.Is(err, webhook.ErrHandler) {
						assert.ErrorIs(t, err, webhook.ErrInProgress)
					}
				}
			})
		}
	}
	group.Wait()
	assert.Equal(t, events, rows(t, db, "customers"))
	assert.Equal(t, events, rows(t, db, "(SELECT DISTINCT id FROM customers)"))
	assert.Equal(t, events, rows(t, db, "webhook_events"))
	assert.Equal(t, events, rows(t, db, "webhook_deliveries"))
}

// A process that dies between its write and the commit leaves neither. The retry is handled by another one.
func TestCrashInBetween(t *testing.T) {
	t.Parallel()
	const variable = "WEBHOOK_STORE_CRASHES_ON"
	if path := os.Getenv(variable); path != "" { // the process that dies
		r, _ := replica(t, path)
		d := webhooktest.New(client.Customer{ID: "cust_1"}, secret)
		d.ID = "evt_1"
		_ = r.Handle(t.Context(), event(t, r, d), func(ctx context.Context, e webhook.Event) error {
			if err := save(ctx, e); err != nil {
				return err
			}
			os.Exit(42)
			return nil
		})
		return
	}
	path := file(t)
	r, db := replica(t, path)
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCrashInBetween$")
	command.Env = append(os.Environ(), variable+"="+path)
	out, err := command.CombinedOutput()
	exit, ok := errors.AsType[*exec.ExitError](err)
	require.True(t, ok, "%v\n%s", err, out)
	require.Equal(t, 42, exit.ExitCode(), "%s", out)
	assert.Zero(t, rows(t, db, "customers"))
	assert.Zero(t, rows(t, db, "webhook_events"))

	d := webhooktest.New(client.Customer{ID: "cust_1"}, secret)
	d.ID = "evt_1"
	d.Timestamp = d.Timestamp.Add(30 * time.Second) // a retry is signed anew
	require.NoError(t, r.Handle(t.Context(), event(t, r, d), save))
	require.ErrorIs(t, r.Handle(t.Context(), event(t, r, d), save), webhook.ErrDuplicate)
	assert.Equal(t, 1, rows(t, db, "customers"))
}

// What is known of an event and of a delivery, as webhook.Store asks for it.
func TestStore(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 9, 30, 0, 0, time.UTC)
	clock := webhook.WithClock(func() time.Time { return now })
	r, db := replica(t, file(t), clock)
	first := webhooktest.New(client.Customer{ID: "cust_1"}, secret)
	first.Timestamp = now
	replay, retry := first, first
	replay.ID = "evt_replay"
	retry.Timestamp = now.Add(time.Second)
	replayOfRetry := retry
	replayOfRetry.ID = "evt_replay"
	failed := errors.New("failed")
	fail := func(ctx context.Context, e webhook.Event) error { return errors.Join(save(ctx, e), failed) }
	panics := func(ctx context.Context, e webhook.Event) error { panic(fail(ctx, e)) }
	leaves := func(ctx context.Context, e webhook.Event) error { return context.Cause(ctx) }

	assert.ErrorIs(t, r.Handle(t.Context(), event(t, r, first), fail), failed)
	assert.Panics(t, func() { _ = r.Handle(t.Context(), event(t, r, first), panics) })
	ended, cancel := context.WithCancel(t.Context())
	assert.Error(t, r.Handle(ended, event(t, r, first), func(ctx context.Context, e webhook.Event) error {
		err := save(ctx, e)
		cancel()
		return errors.Join(err, leaves(ctx, e))
	}))
	assert.Zero(t, rows(t, db, "customers"), "what fails leaves nothing")
	assert.ErrorIs(t, r.Handle(t.Context(), event(t, r, replay), save), webhook.ErrInProgress, "a replay of what failed")
	assert.NoError(t, r.Handle(t.Context(), event(t, r, first), save))
	assert.ErrorIs(t, r.Handle(t.Context(), event(t, r, first), save), webhook.ErrDuplicate)
	assert.ErrorIs(t, r.Handle(t.Context(), event(t, r, replay), save), webhook.ErrReplay)
	assert.ErrorIs(t, r.Handle(t.Context(), event(t, r, retry), save), webhook.ErrDuplicate)
	assert.ErrorIs(t, r.Handle(t.Context(), event(t, r, replayOfRetry), save), webhook.ErrReplay)
	assert.Equal(t, 1, rows(t, db, "customers"))

	now = now.Add(24*time.Hour + time.Second)
	other := webhooktest.New(client.Customer{ID: "cust_2"}, secret)
	other.Timestamp = now
	assert.NoError(t, r.Handle(t.Context(), event(t, r, other), save))
	assert.Equal(t, 1, rows(t, db, "webhook_events"), "what is over is dropped")
	assert.Equal(t, 1, rows(t, db, "webhook_deliveries"))

	require.NoError(t, db.Close())
	other.ID = "evt_3"
	err := r.Handle(t.Context(), event(t, r, other), save)
	require.Error(t, err)
	assert.Equal(t, http.StatusServiceUnavailable, webhook.StatusCode(err), "without its database an event comes again")
}
