package main

import "fmt"

// topics is what the help tells beside the flags.
func topics() string {
	return fmt.Sprintf(`A flag counts before its environment variable, and that before the default.

Exit codes:
  %-4d nothing was found that fails the run
  %-4d something was
  %-4d a wrong flag, or a file that cannot be read or written
  %-4d nothing could be judged
  %-4d interrupted by Ctrl+C or SIGTERM, whatever was found; the reports have what there was, and a second signal ends
       the program at once

Environment:
  BITBYBIT_API_KEY   the API key; there is no flag for it, since command lines can be seen by others
  BITBYBIT_BASE_URL  the URL where --url is not given
  BITBYBIT_WEBHOOK_SECRET
                     the secret of webhooks where --webhook-secret is not given; bitbybit-mock exec sets it
  HTTP_PROXY, HTTPS_PROXY, NO_PROXY
`, exitGood, exitFound, exitUsage, exitNothing, exitInterrupted)
}
