package bubble

import (
	"os"
	"runtime/pprof"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Blocks goroutines inside a synctest bubble and prints debug=2. Go 1.25+.
func TestBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stop := make(chan int)
		var group sync.WaitGroup
		group.Add(1)
		go func() { <-stop }()
		go func() { time.Sleep(time.Hour) }()
		go group.Wait()
		synctest.Wait()
		pprof.Lookup("goroutine").WriteTo(os.Stdout, 2)
		group.Done()
		close(stop)
	})
}
