// possible
// rules R131
package reads

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
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
