package reads

import (
	"bufio"
	"bytes"
	"context"
	"encoding/gob"
	"io"
	"net"
	"time"
)

// looks like R131
func (s *server) timed(c net.Conn) {
	defer c.Close()
	in := bufio.NewReader(c)
	for {
		c.SetReadDeadline(time.Now().Add(s.limit))
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		io.WriteString(c, s.handle(line))
	}
}

// The end of the context closes it under the read.
//
// looks like R131
func follow(ctx context.Context, addr string, out chan<- string) error {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		out <- lines.Text()
	}
	return lines.Err()
}

type deadlined struct {
	net.Conn
	limit time.Duration
}

func (d *deadlined) Read(b []byte) (int, error) {
	if err := d.Conn.SetReadDeadline(time.Now().Add(d.limit)); err != nil {
		return 0, err
	}
	return d.Conn.Read(b)
}

// looks like R131
func (s *server) wrapped(c net.Conn) ([]byte, error) {
	in := &deadlined{Conn: c, limit: s.limit}
	return io.ReadAll(in)
}

// A buffer is no connection.
//
// looks like R131
func decodeAll(raw []byte) (out []event, err error) {
	dec := gob.NewDecoder(bytes.NewReader(raw))
	for {
		var ev event
		if err = dec.Decode(&ev); err == io.EOF {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		out = append(out, ev)
	}
}
