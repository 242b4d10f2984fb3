package peer

import (
	"net/http"
	"syscall"

	"demo/service"
)

// linux/tcp.h; the syscall package lacks it.
const tcpRepair = 19

// serveVanish: /control/vanish closes every connection to the silent port without a FIN or RST (TCP_REPAIR, needs
// CAP_NET_ADMIN), as a machine does that loses power: the service's sockets are half-open afterwards.
func (s *silent) serveVanish(w http.ResponseWriter, _ *http.Request) {
	vanished := 0
	for _, conn := range s.take() {
		raw, err := conn.SyscallConn()
		if err != nil {
			continue
		}
		var failed error
		err = raw.Control(func(fd uintptr) { failed = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpRepair, 1) })
		if err == nil {
			err = failed
		}
		if err != nil {
			service.Refuse(w, err)
			return
		}
		conn.Close()
		vanished++
	}
	service.Answer(w, map[string]interface{}{"vanished": vanished})
}
