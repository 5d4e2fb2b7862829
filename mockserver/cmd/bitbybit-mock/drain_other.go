//go:build !linux

package main

import (
	"errors"
	"net"
)

// dropConnectionRequests needs what Linux alone has.
func dropConnectionRequests(net.Listener) error { return errors.ErrUnsupported }
