package contracttest

import (
	"context"
	"net/http"
	"time"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// healthPath is where the mock says that it is one.
const healthPath = "/_mock/health"

// greeting is how long a server may take to say whether it is the mock.
const greeting = 5 * time.Second

// isMock asks the server whether it is bitbybit-mock. The key is not sent.
func (s *sender) isMock(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, greeting)
	defer cancel()
	answer, err := s.send(ctx, request{method: http.MethodGet, path: healthPath, header: http.Header{}})
	if err != nil || answer.status != http.StatusOK {
		return false
	}
	value, _ := judge.ReadJSON(answer.body)
	health, _ := value.(map[string]any)
	return health["status"] == "ok"
}
