// rules R163

package firstresult

import (
	"context"
	"errors"
	"time"
)

func ask(string) (int, error) { return 0, nil }

// Whoever answers after the first blocks.
func fastest(hosts []string) int {
	answers := make(chan int)
	for _, h := range hosts {
		go func() {
			v, _ := ask(h)
			answers <- v // want R163
		}()
	}
	select {
	case v := <-answers:
		return v
	case <-time.After(time.Second):
		return -1
	}
}

func firstError(ctx context.Context, hosts []string) error {
	errs := make(chan error)
	for i := range hosts {
		go func(h string) {
			if _, err := ask(h); err != nil {
				errs <- err // want R163
			}
		}(hosts[i])
	}
	select {
	case err := <-errs:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// The loop that receives is left early.
func quorum(hosts []string, need int) (int, error) {
	votes := make(chan int)
	for _, h := range hosts {
		go func() {
			v, _ := ask(h)
			votes <- v // want R163
		}()
	}
	sum := 0
	for range hosts {
		sum += <-votes
		if sum >= need {
			return sum, nil
		}
	}
	return sum, errors.New("no quorum")
}
