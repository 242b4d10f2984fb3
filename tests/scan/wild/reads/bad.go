// rules R131
// possible

package reads

import (
	"bufio"
	"encoding/binary"
	"encoding/gob"
	"io"
	"net"
	"time"
)

// --- R131 ---

type server struct {
	handle func(string) string
	limit  time.Duration
}

func (s *server) Serve(l net.Listener) error {
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go s.session(c)
	}
}

func (s *server) session(c net.Conn) {
	defer c.Close()
	lines := bufio.NewScanner(c)
	for lines.Scan() { // want R131
		if _, err := io.WriteString(c, s.handle(lines.Text())); err != nil {
			return
		}
	}
}

func readFrames(conn net.Conn, frames chan<- []byte) {
	defer close(frames)
	var size [4]byte
	for {
		if _, err := io.ReadFull(conn, size[:]); err != nil { // want R131
			return
		}
		frame := make([]byte, binary.BigEndian.Uint32(size[:])&0xffff)
		if _, err := conn.Read(frame); err != nil { // want R131
			return
		}
		frames <- frame
	}
}

// Only the writing has a limit.
func (s *server) ask(addr, question string) (answer string, err error) {
	conn, err := net.DialTimeout("tcp", addr, s.limit)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if err = conn.SetWriteDeadline(time.Now().Add(s.limit)); err != nil {
		return "", err
	}
	if _, err = io.WriteString(conn, question+"\n"); err != nil {
		return "", err
	}
	return bufio.NewReader(conn).ReadString('\n') // want R131
}

type events struct {
	conn *net.UnixConn
	on   func(event)
}

type event struct{ Name string }

func (e *events) loop() error {
	dec := gob.NewDecoder(e.conn)
	for {
		var ev event
		if err := dec.Decode(&ev); err != nil { // want R131
			return err
		}
		e.on(ev)
	}
}
