// Package webhookstore shows a webhook.Store on database/sql. It claims an event in the transaction in which the application then writes what
// the event tells: a crash at any time leaves both or neither, and of several replicas one handles an event. It is a module of its own, so
// that the driver's modules are not in go.mod of those who import the client. Copy store.go, and change it as you like.
//
// The statements are those of SQLite and PostgreSQL. In PostgreSQL the placeholders are $1, $2 and so on, and replicas wait for each other at an
// event's row alone; SQLite has one writer at a time, for all events, and a wait that must be asked for: the tests have the settings.
package webhookstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/bitbybit-go/bitbybit-go/client/webhook"
)

// schema has the two things that a Store keeps: which delivery came for which event, and which event was handled.
const schema = `
CREATE TABLE IF NOT EXISTS webhook_deliveries (delivery TEXT PRIMARY KEY, event TEXT NOT NULL, keep_until BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS webhook_events (event TEXT PRIMARY KEY, keep_until BIGINT NOT NULL);
CREATE INDEX IF NOT EXISTS webhook_deliveries_keep_until ON webhook_deliveries (keep_until);
CREATE INDEX IF NOT EXISTS webhook_events_keep_until ON webhook_events (keep_until);`

// Store is a webhook.Store in a database, which all replicas of a receiver have in common.
type Store struct{ db *sql.DB }

var _ webhook.Store = (*Store)(nil)

// New returns a Store whose tables are in db, and makes them if they are not there.
func New(ctx context.Context, db *sql.DB) (*Store, error) {
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, fmt.Errorf("make the tables of webhooks: %w", err)
	}
	return &Store{db: db}, nil
}

type txKey struct{}

// Tx is the transaction in which the event was claimed, for the function that handles it: what it writes there is kept if the function
// returns nil, together with the fact that the event was handled. The function neither commits nor rolls back.
func Tx(ctx context.Context) *sql.Tx { return ctx.Value(txKey{}).(*sql.Tx) }

// Claim notes the delivery, which stays, then begins the transaction and writes into it that the event was handled. If another replica has
// claimed the event, the database waits for the end of that one's transaction.
func (s *Store) Claim(ctx context.Context, c webhook.Claim) (context.Context, error) {
	if err := s.note(ctx, c); err != nil {
		return nil, err
	}
	tx, err := s.db.BeginTx(ctx, nil) // rolled back if the request ends
	if err != nil {
		return nil, err
	}
	claimed, err := insert(ctx, tx, `INSERT INTO webhook_events (event, keep_until) VALUES (?, ?) ON CONFLICT (event) DO NOTHING`,
		c.Event, c.EventUntil.Unix())
	if err == nil && !claimed {
		err = webhook.ErrDuplicate
	}
	if err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return context.WithValue(ctx, txKey{}, tx), nil
}

// note writes down for which event the delivery came, in a transaction of its own: a replay is told even if the event's handling fails. It drops
// what has passed its time.
func (s *Store) note(ctx context.Context, c webhook.Claim) error {
	for _, table := range []string{"webhook_deliveries", "webhook_events"} {
		if _, err := s.db.ExecContext(ctx, `DELETE FROM `+table+` WHERE keep_until <= ?`, c.At.Unix()); err != nil {
			return err
		}
	}
	_, err := s.db.ExecContext(ctx, `INSERT INTO webhook_deliveries (delivery, event, keep_until) VALUES (?, ?, ?) ON CONFLICT (delivery) DO NOTHING`,
		c.Delivery, c.Event, c.DeliveryUntil.Unix())
	if err != nil {
		return err
	}
	var event string
	var handled bool
	err = s.db.QueryRowContext(ctx, `SELECT event, EXISTS (SELECT 1 FROM webhook_events e WHERE e.event = d.event)
		FROM webhook_deliveries d WHERE delivery = ?`, c.Delivery).Scan(&event, &handled)
	switch {
	case err != nil:
		return err
	case event == c.Event:
		return nil
	case handled:
		return webhook.ErrReplay
	}
	return webhook.ErrInProgress
}

// Commit ends the transaction: both writes are kept.
func (s *Store) Commit(ctx context.Context, _ webhook.Claim) error { return Tx(ctx).Commit() }

// Release ends the transaction: neither is. The end of the request may have done that.
func (s *Store) Release(ctx context.Context, _ webhook.Claim) error {
	if err := Tx(ctx).Rollback(); !errors.Is(err, sql.ErrTxDone) {
		return err
	}
	return nil
}

// insert reports whether a statement wrote a row.
func insert(ctx context.Context, tx *sql.Tx, statement string, args ...any) (bool, error) {
	result, err := tx.ExecContext(ctx, statement, args...)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}
