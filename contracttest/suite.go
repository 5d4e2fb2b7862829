package contracttest

import (
	"fmt"
	"net/url"

	"github.com/bitbybit-go/bitbybit-go/contracttest/judge"
)

// suite is one run: the contract, the target, and what both mean for the cases.
type suite struct {
	config Config
	judge  *judge.Judge
	root   *url.URL // the server's root
	base   string   // the path of the API
	mode   mode
	strict bool // assumed rules are errors too
	rules  *ruleBook
	tag    string // marks the customers that the run creates
	mask   masker
}

func newSuite(config Config) (*suite, error) {
	config, api, err := config.settle()
	if err != nil {
		return nil, err
	}
	s := &suite{
		config: config,
		judge:  config.Judge,
		root:   &url.URL{Scheme: api.Scheme, Host: api.Host},
		base:   api.EscapedPath(),
		rules:  rulesOf(config.Judge),
		tag:    fmt.Sprintf("contracttest-%08x", scramble(config.Seed)),
	}
	s.mask = newMasker(config.APIKey, s.rules)
	for _, op := range s.judge.Operations() {
		if name := requiredParameter(op); name != "" {
			return nil, fmt.Errorf(
				"%w: %s needs the parameter %s, and the suite sends no parameters; take the operation out of the document that is "+
					"judged, or make the parameter optional", ErrUnsupported, op.ID, name,
			)
		}
		if _, media := requestSchema(op); media != "" && !isJSON(media) {
			return nil, fmt.Errorf(
				"%w: %s takes a body of %s, and the suite sends JSON; take the operation out of the document that is judged",
				ErrUnsupported, op.ID, media,
			)
		}
		if config.APIKey == "" && credentialOf(s.judge.Document(), op.Spec) != nil {
			return nil, fmt.Errorf("contracttest: %s needs an API key; set Config.APIKey", op.ID)
		}
	}
	return s, nil
}

// scramble spreads a seed over 32 bits, so that the tags of the seeds 1 and 2 do not look alike.
func scramble(seed uint64) uint32 {
	seed = (seed + 0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9
	return uint32(seed >> 32)
}
