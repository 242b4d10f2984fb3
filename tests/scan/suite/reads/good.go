package reads

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"os"
	"strings"
	"time"
)

func limited(conn net.Conn) (string, error) {
	if err := conn.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
		return "", err
	}
	return bufio.NewReader(conn).ReadString('\n')
}

func always(conn net.Conn, short bool) (string, error) {
	if short {
		_ = conn.SetDeadline(time.Now().Add(time.Second))
	} else {
		_ = conn.SetDeadline(time.Now().Add(time.Minute))
	}
	return bufio.NewReader(conn).ReadString('\n')
}

func eachRound(conn net.Conn, buf []byte) error {
	for {
		_ = conn.SetReadDeadline(time.Now().Add(time.Second))
		if _, err := conn.Read(buf); err != nil {
			return err
		}
	}
}

func file(f *os.File) (string, error) { return bufio.NewReader(f).ReadString('\n') }

func text(s string) (string, error) { return bufio.NewReader(strings.NewReader(s)).ReadString('\n') }

func buffer(b *bytes.Buffer, p []byte) (int, error) { return io.ReadFull(b, p) }

func any(r io.Reader) ([]byte, error) { return io.ReadAll(r) }

func writes(conn net.Conn, b []byte) (int, error) { return conn.Write(b) }

func stdin() bool { return bufio.NewScanner(os.Stdin).Scan() }
