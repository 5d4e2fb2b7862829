package contracttest

import "context"

// Run judges a server and reports what it found. The error is for a run that could not be made or that judged nothing ([ErrNothingJudged]);
// findings are no error.
func Run(ctx context.Context, config Config) (Report, error) {
	_, _, err := config.settle()
	return Report{}, err
}
