package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/bitbybit-go/bitbybit-go/contracttest/commandline"
	"github.com/bitbybit-go/bitbybit-go/contracttest/internal/wording"
	contract "github.com/bitbybit-go/bitbybit-go/contracttest/judge"
	"github.com/bitbybit-go/bitbybit-go/contracttest/result"
	"github.com/bitbybit-go/bitbybit-go/contracttest/traffic"
	"github.com/bitbybit-go/bitbybit-go/gen"
)

// proxyOptions are what the command line of proxy says.
type proxyOptions struct {
	watching
	target, listen string
	enforce        bool
}

// proxyCommand is the command that judges what passes through it.
func proxyCommand(getenv func(string) string, stdout, stderr io.Writer) *cli.Command {
	o, one := proxyOptions{watching: newWatching()}, 1
	e := commandline.Environment{Prefix: "BITBYBIT_CONTRACT_", Getenv: getenv}
	return &cli.Command{
		Name: "proxy", Usage: "judge what passes between others",
		UsageText: "bitbybit-contract proxy --target URL [flags] [-- COMMAND…]",
		Description: "Requests pass to the server of the URL and its answers back, unchanged. COMMAND finds the proxy in BITBYBIT_BASE_URL. When it ends,\n" +
			"or at Ctrl+C where there is none, the report is written. The exit code is COMMAND's if that is not 0, else that of the report.\n" +
			"Without a COMMAND, what is found for the first time is shown at once, too.\n" +
			"Signals are handed to COMMAND, which decides when to end.\n" +
			"GET /_contract/violations?after=N, at the proxy, lists the exchanges that broke the contract after the Nth of them.",
		Flags: slices.Concat([]cli.Flag{
			commandline.Flag(e, "target", &o.target, commandline.Text, "", "the `URL` where the API is found; the path of the contract is added where there is none at all, and a / alone is none of it"),
			commandline.Flag(e, "listen", &o.listen, address, "127.0.0.1:4012; any free port with a COMMAND", "listen at `ADDR` (host:port; port 0 is any that is free)"),
			commandline.Flag(e, "enforce", &o.enforce, commandline.YesOrNo, "", "answer 502 with the violations in place of an answer that breaks the contract"),
		}, o.flags(e)),
		StopOnNthArg: &one, // what follows the command's name is its own
		Action: func(ctx context.Context, c *cli.Command) error {
			return o.run(ctx, c.Args().Slice(), getenv, stdout, stderr)
		},
	}
}

// api is the URL of the API, with the path of the contract where the target has none.
func (o *proxyOptions) api(stderr io.Writer) (*url.URL, error) {
	if o.target == "" {
		return nil, commandline.Usagef("--target is needed, e.g. --target https://api.test.example")
	}
	u, err := url.Parse(o.target)
	if err != nil {
		return nil, commandline.Usagef("--target must be like https://host/path")
	}
	if u.Path == "" {
		u.Path = gen.BasePath
	}
	return u, notAnOperation(u, stderr)
}

// notAnOperation refuses the URL of an operation where that of the API is needed. A gateway may have such a path: where that of the contract does not
// stand before it, it is said alone.
func notAnOperation(u *url.URL, stderr io.Writer) error {
	for _, op := range contract.Contract().Operations() {
		path, repeated := strings.CutSuffix(strings.TrimSuffix(u.Path, "/"), op.Path)
		if !repeated || u.Host == "" {
			continue
		}
		ends := fmt.Sprintf("--target ends in the path of an operation, %s, which is added to it", op.Path)
		base := u.Scheme + "://" + u.Host + cmp.Or(path, "/")
		if strings.HasSuffix(path, gen.BasePath) {
			return commandline.Usagef("%s; use %s", ends, base)
		}
		fmt.Fprintf(stderr, "%s; if the API is not below that, use %s\n", ends, base)
		break
	}
	return nil
}

func (o *proxyOptions) run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	api, err := o.api(stderr)
	if err != nil {
		return err
	}
	proxy, err := traffic.Proxy(api.String())
	if err != nil {
		return commandline.Usagef("--target: %s", strings.TrimPrefix(err.Error(), "traffic: "))
	}
	if err := o.begin(&proxy.Observer, getenv); err != nil {
		return err
	}
	defer o.reports.close()
	proxy.Enforce, proxy.Logger = o.enforce, slog.New(slog.NewTextHandler(stderr, nil))
	recent := &recentViolations{}
	proxy.OnViolations = recent.add
	if len(args) == 0 {
		proxy.OnFinding = func(f result.Finding) { fmt.Fprintln(stderr, wording.Visible(f.Headline())) }
	}
	listen := cmp.Or(o.listen, "127.0.0.1:4012")
	if o.listen == "" && len(args) > 0 {
		listen = "127.0.0.1:0"
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /_contract/violations", recent.serve(proxy.Wait))
	server := &http.Server{ReadHeaderTimeout: time.Minute, DisableGeneralOptionsHandler: true, ErrorLog: log.New(io.Discard, "", 0), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/_contract/") {
			mux.ServeHTTP(w, r)
			return
		}
		proxy.ServeHTTP(w, r)
	})}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	if api.Host == listener.Addr().String() {
		return errors.Join(commandline.Usagef("--target must be another server than the proxy, which is at %s", listener.Addr()), listener.Close())
	}
	base := "http://" + listener.Addr().String() + strings.TrimSuffix(api.EscapedPath(), "/")
	fmt.Fprintf(stderr, "judging what passes %s on to %s\n", base, api)

	var failure error
	if len(args) > 0 {
		decides.Store(true) // when to end, however often it is told to
		failure = commandline.Command{
			Args: args, Environ: append(os.Environ(), "BITBYBIT_BASE_URL="+base), Stdin: os.Stdin, Stdout: stdout, Stderr: stderr, Name: "bitbybit-contract: proxy",
		}.Run(context.WithoutCancel(ctx))
	} else {
		select {
		case <-ctx.Done():
		case failure = <-served:
		}
	}
	if err := drain(server); err != nil && failure == nil {
		failure = err
	}
	proxy.Close()
	r := proxy.Report(api.String())
	if err := o.write(r, stdout, stderr); err != nil {
		return err
	}
	return cmp.Or(failure, o.exit(r))
}

// drainTime is how long exchanges may take to end that are under way when the program is to end.
const drainTime = 5 * time.Second

// drain lets exchanges end, and breaks those off that do not.
func drain(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return server.Close()
	}
	return err
}

// watching is what commands that judge traffic are told.
type watching struct {
	shared
	strict, strictRequests, showData bool
}

func newWatching() watching { return watching{shared: shared{failOn: string(result.Error)}} }

func (w *watching) flags(e commandline.Environment) []cli.Flag {
	return append(w.shared.flags(e),
		commandline.Flag(e, "strict", &w.strict, commandline.YesOrNo, "", "make rules that are assumed errors too"),
		commandline.Flag(e, "strict-requests", &w.strictRequests, commandline.YesOrNo, "",
			"make what requests break an error too, as for a program that never breaks the contract on purpose"),
		commandline.Flag(e, "show-data", &w.showData, commandline.YesOrNo, "",
			"show personal data in reports, whose letters and digits are replaced otherwise; API keys are never shown"),
	)
}

// begin sets an observer up, and opens the reports.
func (w *watching) begin(o *traffic.Observer, getenv func(string) string) (err error) {
	for _, id := range w.exclude {
		if !slices.ContainsFunc(result.Checks(), func(info result.CheckInfo) bool { return info.ID == id }) {
			return commandline.Usagef("there is no check %q; bitbybit-contract --list lists them", id)
		}
	}
	if o.Baseline, err = w.readBaseline(); err != nil {
		return err
	}
	o.Exclude, o.Strict, o.StrictRequests, o.ShowData, o.FailOn = w.exclude, w.strict, w.strictRequests, w.showData, w.severity()
	w.summary = getenv("GITHUB_STEP_SUMMARY")
	return w.reports.open()
}
