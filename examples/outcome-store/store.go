// Package outcomestore shows an outcome.Store on database/sql, which keeps calls beyond the end of a process and lets several share it. It is a module of its
// own, so that the driver's modules are not in go.mod of those who import the client. Copy store.go, and change it as you like.
//
// The statements are those of SQLite and PostgreSQL. In PostgreSQL the placeholders are $1, $2 and so on, the type BLOB is BYTEA, and the transaction must keep others from the row before it
// reads it, there or not: begin it with SELECT pg_advisory_xact_lock(hashtext($1)). SQLite has one writer at a time: the tests have the settings. With SQLite, use another file than that of a webhook.Store
// whose transaction is open while the event is handled, as that of examples/webhook-store is, since the one would wait for the other.
package outcomestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/bitbybit-go/bitbybit-go/client/outcome"
)

const schema = `
CREATE TABLE IF NOT EXISTS outcomes (key TEXT PRIMARY KEY, value BLOB NOT NULL, due BIGINT NOT NULL, calls BIGINT NOT NULL);
CREATE INDEX IF NOT EXISTS outcomes_due ON outcomes (due);`

// Store is an outcome.Store in a database, for one company.
type Store struct{ db *sql.DB }

var _ outcome.Store = (*Store)(nil)

// New returns a Store whose table is in db, and makes it if it is not there.
func New(ctx context.Context, db *sql.DB) (*Store, error) {
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, fmt.Errorf("make the table of outcomes: %w", err)
	}
	return &Store{db: db}, nil
}

// Change is of the interface outcome.Store.
func (s *Store) Change(ctx context.Context, key string, change func(value []byte) (outcome.Entry, error)) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit there is nothing to roll back
	var value []byte
	err = tx.QueryRowContext(ctx, `SELECT value FROM outcomes WHERE key = ?`, key).Scan(&value)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	was := value != nil
	entry, err := change(value)
	if err != nil {
		return err
	}
	switch {
	case entry.Value != nil:
		_, err = tx.ExecContext(ctx, `INSERT INTO outcomes (key, value, due, calls) VALUES (?, ?, ?, ?)
			ON CONFLICT (key) DO UPDATE SET value = excluded.value, due = excluded.due, calls = excluded.calls`,
			key, entry.Value, entry.Due.UnixMilli(), entry.Calls)
	case was:
		_, err = tx.ExecContext(ctx, `DELETE FROM outcomes WHERE key = ?`, key)
	}
	if err != nil {
		return err
	}
	return tx.Commit()
}

// Due is of the interface outcome.Store.
func (s *Store) Due(ctx context.Context, now time.Time) ([]string, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT key FROM outcomes WHERE due <= ?`, now.UnixMilli())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var keys []string
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, rows.Err()
}
