// possible
// rules R131
package reads

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"encoding/json"
	"io"
	"net"
	"net/textproto"
	"time"
)

type poller struct {
	limit time.Duration
	conn  net.Conn
}

func line(conn net.Conn) (string, error) {
	return bufio.NewReader(conn).ReadString('\n') // want R131
}

func plain(conn *net.TCPConn, buf []byte) (int, error) {
	return conn.Read(buf) // want R131
}

func (p *poller) whenLimited() (string, error) {
	if p.limit > 0 {
		_ = p.conn.SetDeadline(time.Now().Add(p.limit))
	}
	return bufio.NewReader(p.conn).ReadString('\n') // want R131
}

func header(conn net.Conn) ([]byte, error) {
	head := make([]byte, 8)
	_, err := io.ReadFull(conn, head) // want R131
	return head, err
}

func lines(conn net.Conn, got func(string)) {
	scanner := bufio.NewScanner(conn)
	for scanner.Scan() { // want R131
		got(scanner.Text())
	}
}

func message(conn net.Conn, v interface{}) error {
	decoder := json.NewDecoder(bufio.NewReader(conn))
	return decoder.Decode(v) // want R131
}

func dialled(addr string) ([]byte, error) {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	return io.ReadAll(conn) // want R131
}

func onlyWrites(conn net.Conn, buf []byte) (int, error) {
	if err := conn.SetWriteDeadline(time.Now().Add(time.Second)); err != nil {
		return 0, err
	}
	return conn.Read(buf) // want R131
}

// The deadline is taken away again before the read.
func greeted(conn net.Conn, buf []byte) (int, error) {
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	if _, err := conn.Write([]byte("hello\n")); err != nil {
		return 0, err
	}
	_ = conn.SetDeadline(time.Time{})
	return conn.Read(buf) // want R131
}

func secure(conn *tls.Conn, buf []byte) (int, error) {
	return conn.Read(buf) // want R131
}

func number(conn net.Conn) (n uint32, err error) {
	err = binary.Read(conn, binary.BigEndian, &n) // want R131
	return n, err
}

func response(conn net.Conn) (string, error) {
	text := textproto.NewReader(bufio.NewReader(conn))
	return text.ReadLine() // want R131
}

func copied(to io.Writer, conn net.Conn) error {
	_, err := io.Copy(to, conn) // want R131
	return err
}
