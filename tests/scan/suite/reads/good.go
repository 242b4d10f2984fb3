package reads

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// looks like R131
func limited(conn net.Conn) (string, error) {
	if err := conn.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
		return "", err
	}
	return bufio.NewReader(conn).ReadString('\n')
}

// looks like R131
func always(conn net.Conn, short bool) (string, error) {
	if short {
		_ = conn.SetDeadline(time.Now().Add(time.Second))
	} else {
		_ = conn.SetDeadline(time.Now().Add(time.Minute))
	}
	return bufio.NewReader(conn).ReadString('\n')
}

// looks like R131
func eachRound(conn net.Conn, buf []byte) error {
	for {
		_ = conn.SetReadDeadline(time.Now().Add(time.Second))
		if _, err := conn.Read(buf); err != nil {
			return err
		}
	}
}

// looks like R131
func file(f *os.File) (string, error) { return bufio.NewReader(f).ReadString('\n') }

// looks like R131
func text(s string) (string, error) { return bufio.NewReader(strings.NewReader(s)).ReadString('\n') }

// looks like R131
func buffer(b *bytes.Buffer, p []byte) (int, error) { return io.ReadFull(b, p) }

// looks like R131
func any(r io.Reader) ([]byte, error) { return io.ReadAll(r) }

// looks like R131
func writes(conn net.Conn, b []byte) (int, error) { return conn.Write(b) }

// looks like R131
func stdin() bool { return bufio.NewScanner(os.Stdin).Scan() }

func arm(conn net.Conn) error { return conn.SetReadDeadline(time.Now().Add(time.Second)) }

// looks like R131
func byHelper(conn net.Conn, buf []byte) (int, error) {
	if err := arm(conn); err != nil {
		return 0, err
	}
	return conn.Read(buf)
}

// looks like R131
func closedByContext(ctx context.Context, conn net.Conn, buf []byte) (int, error) {
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	return conn.Read(buf)
}

// looks like R131
func closedByOther(ctx context.Context, conn net.Conn) ([]byte, error) {
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case <-ctx.Done():
			conn.Close()
		case <-done:
		}
	}()
	return io.ReadAll(conn)
}

// looks like R131
func interrupted(ctx context.Context, conn net.Conn) ([]byte, error) {
	stop := context.AfterFunc(ctx, func() { conn.SetReadDeadline(time.Now()) })
	defer stop()
	return io.ReadAll(conn)
}

// looks like R131
func body(resp *http.Response) ([]byte, error) { return io.ReadAll(resp.Body) }

// looks like R131
func dialledWithLimit(addr string) ([]byte, error) {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return nil, err
	}
	return io.ReadAll(conn)
}
