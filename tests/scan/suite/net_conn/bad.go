package netconn

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/rpc"
	"os"
	"time"
)

func banner(addr string) (string, error) {
	conn, err := net.Dial("tcp", addr) // want R132
	if err != nil {
		return "", err
	}
	return bufio.NewReader(conn).ReadString('\n')
}

func send(addr string, data []byte) error {
	conn, err := net.DialTimeout("tcp", addr, time.Second) // want R132
	if err != nil {
		return err
	}
	if _, err := conn.Write(data); err != nil {
		return err
	}
	return conn.Close()
}

func probe(addr string) bool {
	_, err := net.DialTimeout("tcp", addr, time.Second) // want R132
	return err == nil
}

func secure(addr string) error {
	conn, err := tls.Dial("tcp", addr, nil) // want R132
	if err != nil {
		return err
	}
	if len(conn.ConnectionState().PeerCertificates) == 0 {
		return errors.New("no certificate")
	}
	conn.Close()
	return nil
}

func dialer(addr string) error {
	d := net.Dialer{Timeout: time.Second}
	c, err := d.Dial("tcp", addr) // want R132
	if err != nil {
		return err
	}
	fmt.Fprintln(c, "hello")
	return nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // want R132
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, nil
}

func two(addr string) error {
	a, err := net.Dial("tcp", addr) // want R132
	if err != nil {
		return err
	}
	b, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer a.Close()
	defer b.Close()
	return nil
}

func packets(addr string) error {
	c, err := net.ListenPacket("udp", addr) // want R132
	if err != nil {
		return err
	}
	buf := make([]byte, 1500)
	_, _, err = c.ReadFrom(buf)
	return err
}

func everyHost(hosts []string) {
	for _, h := range hosts {
		c, err := net.Dial("tcp", h)
		if err != nil {
			continue
		}
		defer c.Close() // want R106
		io.WriteString(c, "hi")
	}
}

func callRPC(addr string) error {
	client, err := rpc.Dial("tcp", addr) // want R132
	if err != nil {
		return err
	}
	var out int
	return client.Call("A.B", 1, &out)
}

// --- R144 ---

func pipeWriterLeft() error {
	r, w, err := os.Pipe() // want R144
	if err != nil {
		return err
	}
	defer r.Close()
	if _, err := w.Write([]byte("x")); err != nil {
		return err
	}
	return w.Close()
}

func pipeReaderLeft() error {
	r, w, err := os.Pipe() // want R144
	if err != nil {
		return err
	}
	w.Close()
	_, err = io.ReadAll(r)
	return err
}

func ioPipe(dst io.Writer, fail bool) error {
	pr, pw := io.Pipe() // want R144
	go func() {
		io.Copy(dst, pr)
	}()
	if fail {
		return errors.New("no")
	}
	return pw.Close()
}

type writeCloser interface{ CloseWrite() error }

func both(address string) (net.Conn, writeCloser, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, nil, err
	}
	return conn, conn.(*net.TCPConn), nil
}

func neither(address string) error {
	conn, _, err := both(address) // want R132
	if err != nil {
		return err
	}
	_, err = conn.Write([]byte("x"))
	return err
}
