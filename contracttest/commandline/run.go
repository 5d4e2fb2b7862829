package commandline

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/bitbybit-go/bitbybit-go/gen"
)

// ExitUsage is the exit code of a [UsageError].
const ExitUsage = 2

// UsageError is a call that cannot be carried out as it was written.
type UsageError struct{ error }

// Unwrap is the error without its kind.
func (e UsageError) Unwrap() error { return e.error }

// Usagef makes a [UsageError].
func Usagef(format string, args ...any) error { return UsageError{fmt.Errorf(format, args...)} }

// Exit is the exit code of a failure that has been told already, or that is another program's.
type Exit int

func (e Exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// errDone ends a call that only asked for the version.
var errDone = errors.New("the version was asked for")

// Run carries a command line out and returns the exit code. It gives root the flags --help and --version (of
// root.Version), the commands help and completion, and suggestions. What goes wrong is one line on root.ErrWriter, in which no API key is shown; the
// exit code is then [ExitUsage] where the call is wrong, otherwise failure. An action that returns an [Exit] has said
// what went wrong.
func Run(ctx context.Context, root *cli.Command, args []string, failure int) int {
	err := run(ctx, root, append([]string{root.Name}, args...))
	if code, ok := errors.AsType[Exit](err); ok || err == nil {
		return int(code)
	}
	message := strings.ReplaceAll(err.Error(), "\n", " ")
	if _, ok := errors.AsType[UsageError](err); ok {
		message += " (" + called(root, args) + " --help lists the flags)"
		failure = ExitUsage
	}
	fmt.Fprintf(root.ErrWriter, "%s: %s\n", root.Name, withoutKeys(message))
	return failure
}

// called is the name of the command that a command line calls.
func called(root *cli.Command, args []string) string {
	command := root
	for _, arg := range args {
		next := command.Command(arg)
		if next == nil || arg == "help" {
			break
		}
		command = next
	}
	return command.FullName()
}

// key is an API key in a message: one that stands in the place of another value, or within one.
var key = regexp.MustCompile(`(` + gen.KeyPrefixTest + `|` + gen.KeyPrefixLive + `)[0-9A-Za-z_-][!#-&(-~]*`)

// withoutKeys leaves the prefixes of keys.
func withoutKeys(message string) string { return key.ReplaceAllString(message, "$1…") }

// run carries out a command line that begins with the program's name. A call that is wrong is a UsageError, and any
// other error is that of an action.
func run(ctx context.Context, root *cli.Command, args []string) error {
	root.Suggest, root.HideVersion, root.EnableShellCompletion = true, true, true
	root.ConfigureShellCompletionCommand = func(c *cli.Command) { c.Hidden = false }
	root.ExitErrHandler = func(context.Context, *cli.Command, error) {} // exiting is left to the caller
	root.Flags = append(root.Flags, &cli.BoolFlag{Name: "version", Usage: "print the version", Local: true, HideDefault: true})
	_ = root.Walk(func(command *cli.Command) error {
		command.HideHelpCommand = command != root // its arguments are its own
		command.OnUsageError = usageError
		return nil
	})
	understood := false
	root.Before = func(ctx context.Context, _ *cli.Command) (context.Context, error) {
		if first := root.Args().First(); root.Command(first) != nil && args[1] != first {
			return ctx, Usagef("the flags of %s come after it, as in %s %s %s", first, root.Name, first, args[1])
		}
		understood = true
		if root.Bool("version") {
			fmt.Fprintf(root.Writer, "%s %s %s %s/%s\n", root.Name, root.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return ctx, errDone
		}
		return ctx, nil
	}
	err := root.Run(ctx, args)
	_, ofLibrary := errors.AsType[cli.ExitCoder](err) // as of a topic that help does not have
	switch {
	case err == nil, errors.Is(err, errDone):
		return nil
	case !understood || ofLibrary:
		return UsageError{err}
	}
	return err
}

// usageError spells flags as the help does, and suggests one for a flag that is not there.
func usageError(_ context.Context, cmd *cli.Command, err error, _ bool) error {
	text := strings.Replace(err.Error(), " for flag -", " for flag --", 1)
	if before, name, unknown := strings.Cut(text, "not defined: -"); unknown {
		text = fmt.Sprintf("%snot defined: --%s%s", before, name, didYouMean(cli.SuggestFlag(cmd.Flags, name, false)))
	}
	return Usagef("%s", text)
}

func didYouMean(suggestion string) string {
	if suggestion == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", suggestion)
}

// NoArguments is the [UsageError] of a command that has arguments and takes none. If it has commands of its own, the
// first argument is taken for the name of one.
func NoArguments(cmd *cli.Command) error {
	if !cmd.Args().Present() {
		return nil
	}
	text := fmt.Sprintf("%s takes no arguments, got %q", cmd.Name, cmd.Args().Slice())
	if len(cmd.Commands) > 0 {
		first := cmd.Args().First()
		text += fmt.Sprintf("; there is no command %q%s", first, didYouMean(cli.SuggestCommand(cmd.Commands, first)))
	}
	return Usagef("%s", text)
}
