// Package commandline is what the command lines of bitbybit-mock and bitbybit-contract share, on top of
// github.com/urfave/cli/v3: flags with an environment variable each, and one way to run a program and to say what is
// wrong with a call.
//
// A program makes its flags with [Flag], its commands as a *cli.Command, and hands them to [Run]. To add a flag, add a
// line where the program lists its flags: help, completion, suggestions and the environment variable follow from it.
package commandline
