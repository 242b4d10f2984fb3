package netconn

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/rpc"
	"net/smtp"
	"os"
	"time"
)

// looks like R132
func goodBanner(addr string) (string, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	return bufio.NewReader(conn).ReadString('\n')
}

// looks like R132
func goodProbe(addr string) bool {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// looks like R132
func goodTwo(addr string) error {
	a, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer a.Close()
	b, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer b.Close()
	return nil
}

// looks like R132
func upgrade(addr string) (*tls.Conn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	t := tls.Client(conn, &tls.Config{ServerName: addr})
	return t, nil
}

type peer struct {
	net.Conn
	name string
}

// looks like R132
func connect(addr string) (*peer, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &peer{Conn: c, name: addr}, nil
}

// looks like R132
func serveForever(addr string) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	defer l.Close()
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go handle(c)
	}
}

// looks like R132
func handle(c net.Conn) {
	defer c.Close()
	io.Copy(c, c)
}

// looks like R132
func started(addr string) error {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	go handle(c)
	return nil
}

// looks like R132
func proxy(dst string, src net.Conn) {
	c, err := net.Dial("tcp", dst)
	if err != nil {
		src.Close()
		return
	}
	done := make(chan struct{}, 2)
	go func() { io.Copy(c, src); c.Close(); done <- struct{}{} }()
	go func() { io.Copy(src, c); done <- struct{}{} }()
	<-done
}

// looks like R132
func mail(addr string) (*smtp.Client, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return smtp.NewClient(c, "host")
}

// looks like R132
func rpcClient(addr string) (*rpc.Client, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return rpc.NewClient(c), nil
}

// looks like R132
func firstOf(addrs []string) (net.Conn, error) {
	var last error
	for _, a := range addrs {
		c, err := net.Dial("tcp", a)
		if err == nil {
			return c, nil
		}
		last = err
	}
	return nil, last
}

// looks like R132
func eitherOr(addr string, secure bool) (err error) {
	var c net.Conn
	if secure {
		c, err = tls.Dial("tcp", addr, nil)
	} else {
		c, err = net.Dial("tcp", addr)
	}
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = c.Write([]byte("x"))
	return err
}

// looks like R132
func fatal(addr string) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		log.Fatal(err)
	}
	if err := check(); err != nil {
		log.Fatal(err)
	}
	l.Close()
}

func check() error { return nil }

// looks like R144
func bothEnds() error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	defer w.Close()
	return nil
}

// looks like R144
func withError(dst io.Writer, fail bool) error {
	pr, pw := io.Pipe()
	go func() {
		io.Copy(dst, pr)
	}()
	if fail {
		err := errors.New("no")
		pw.CloseWithError(err)
		return err
	}
	return pw.Close()
}

// looks like R144
func producer(write func(io.Writer) error) io.Reader {
	pr, pw := io.Pipe()
	go func() {
		pw.CloseWithError(write(pw))
	}()
	return pr
}

type namedListener struct {
	net.Listener
	name string
}

type namedPackets struct {
	net.PacketConn
	name string
}

// looks like R132
func wrapped(network, address string) (any, error) {
	var opened io.Closer
	var err error
	if network == "udp" {
		opened, err = net.ListenPacket(network, address)
	} else {
		opened, err = net.Listen(network, address)
	}
	if err != nil {
		return nil, err
	}
	switch each := opened.(type) {
	case net.Listener:
		return namedListener{each, address}, nil
	case net.PacketConn:
		return namedPackets{each, address}, nil
	default:
		opened.Close()
		return nil, errors.New(network)
	}
}

type halfCloser interface{ CloseWrite() error }

func halves(address string) (net.Conn, halfCloser, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, nil, err
	}
	return conn, conn.(*net.TCPConn), nil
}

// looks like R132
func oneHalf(address string) error {
	conn, _, err := halves(address)
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = conn.Write([]byte("x"))
	return err
}
