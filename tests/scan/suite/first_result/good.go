// rules R163

package firstresult

import (
	"context"
	"sync"
)

// looks like R163
func roomForEach(hosts []string) int {
	answers := make(chan int, len(hosts))
	for _, h := range hosts {
		go func() {
			v, _ := ask(h)
			answers <- v
		}()
	}
	return <-answers
}

// looks like R163
func orGivesUp(ctx context.Context, hosts []string) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answers := make(chan int)
	for _, h := range hosts {
		go func() {
			v, _ := ask(h)
			select {
			case answers <- v:
			case <-ctx.Done():
			}
		}()
	}
	return <-answers
}

// looks like R163
func dropsLate(hosts []string) int {
	answers := make(chan int, 1)
	for _, h := range hosts {
		go func() {
			v, _ := ask(h)
			select {
			case answers <- v:
			default:
			}
		}()
	}
	return <-answers
}

// looks like R163
func takesAll(hosts []string) (best int) {
	answers := make(chan int)
	for _, h := range hosts {
		go func() {
			v, _ := ask(h)
			answers <- v
		}()
	}
	for range hosts {
		best = max(best, <-answers)
	}
	return best
}

// looks like R163
func drained(hosts []string) int {
	answers := make(chan int)
	var wg sync.WaitGroup
	for _, h := range hosts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			v, _ := ask(h)
			answers <- v
		}()
	}
	go func() {
		wg.Wait()
		close(answers)
	}()
	sum := 0
	for v := range answers {
		sum += v
	}
	return sum
}

// looks like R163
func byIndex(hosts []string) []int {
	out := make([]int, len(hosts))
	var wg sync.WaitGroup
	for i, h := range hosts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			out[i], _ = ask(h)
		}()
	}
	wg.Wait()
	return out
}

// A channel a round.
// looks like R163
func oneAtATime(hosts []string) (sum int) {
	for _, h := range hosts {
		answer := make(chan int)
		go func() {
			v, _ := ask(h)
			answer <- v
		}()
		sum += <-answer
	}
	return sum
}

// looks like R163
func countedDown(hosts []string) (sum int) {
	answers := make(chan int)
	for _, h := range hosts {
		go func() {
			v, _ := ask(h)
			answers <- v
		}()
	}
	for left := len(hosts); left > 0; left-- {
		sum += <-answers
	}
	return sum
}

// The token goes round.
// looks like R163
func token(stop, hangup <-chan struct{}) {
	again := make(chan bool, 1)
	again <- true
	for <-again {
		again <- false
		go func() {
			select {
			case <-hangup:
				<-again
				again <- true
			case <-stop:
			}
		}()
		<-stop
	}
}
